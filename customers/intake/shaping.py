"""The lines of an import as rows: their values in the order of `customers.bulk.COLUMNS`."""

from datetime import datetime
from typing import Any

from customers.bulk import moment
from customers.models import RowState
from customers.models.row_states import NO_DEADLINE
from customers.reasons import Reason
from customers.token_csv import TokenLine

FIRST_CHANGE = 1
_KEYLESS = (None, "", "", "")

Values = tuple[Any, ...]


class Shaper:
    """Makes the rows of one import, all of them stored at the moment `now`."""

    def __init__(self, import_id: int, now: datetime) -> None:
        self._import_id = import_id
        self._now = moment(now)
        self._untimed = (None, None, moment(NO_DEADLINE))

    def staged(self, line: TokenLine, keys: Values, *, look_first: bool) -> Values:
        """A row to be sent. `keys`: the sealed share token, fingerprint, mark, our id at Sumsub."""
        ends = (look_first, None, Reason.LOOK_FIRST.value if look_first else "")
        return self._row(line, RowState.STAGED.value, keys, ends)

    def duplicate(
        self, line: TokenLine, fingerprint: str, mark: str, *, owner: int, reason: Reason
    ) -> Values:
        """A row whose share token, or id, belongs to the row `owner`."""
        keys, ends = (None, fingerprint, mark, ""), (False, owner, reason.value)
        return self._row(line, RowState.DUPLICATE.value, keys, ends)

    def invalid(self, line: TokenLine) -> Values:
        """A row whose line cannot be used."""
        reason = line.fault or Reason.NOT_A_TOKEN
        return self._row(line, RowState.INVALID.value, _KEYLESS, (False, None, reason.value))

    def _row(self, line: TokenLine, state: str, keys: Values, ends: Values) -> Values:
        return (
            self._import_id,
            line.line,
            state,
            FIRST_CHANGE,
            self._now,
            *keys,
            line.external_id,
            line.label,
            line.level,
            *(self._times(line) if line.has_times else self._untimed),
            *ends,
        )

    def _times(self, line: TokenLine) -> Values:
        """Issued, deadline, place in the queue."""
        deadline = moment(line.deadline)
        return moment(line.issued_at), deadline, deadline or self._untimed[2]
