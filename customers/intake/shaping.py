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
_PLAIN_END = (False, None, None, "")

Values = tuple[Any, ...]


class Shaper:
    """Makes the rows of one import, all of them stored at the moment `now`.

    With `started` the rows wait to be sent from the first moment on; else they wait for the start.
    """

    def __init__(self, import_id: int, now: datetime, *, started: bool) -> None:
        self._import_id = import_id
        self._now = moment(now)
        self._ready = (RowState.PENDING if started else RowState.STAGED).value
        self._look_at = self._now if started else None
        self._untimed = (None, None, moment(NO_DEADLINE))

    def ready(self, line: TokenLine, keys: Values, *, look_first: bool) -> Values:
        """A row to be sent. `keys`: the sealed share token, fingerprint, mark, our id at Sumsub."""
        if look_first:
            ends: Values = (True, self._look_at, None, Reason.LOOK_FIRST.value)
        else:
            ends = _PLAIN_END
        return self._row(line, self._ready, keys, ends)

    def duplicate(
        self, line: TokenLine, fingerprint: str, mark: str, *, owner: int, reason: Reason
    ) -> Values:
        """A row whose share token, or id, belongs to the row `owner`."""
        keys, ends = (None, fingerprint, mark, ""), (False, None, owner, reason.value)
        return self._row(line, RowState.DUPLICATE.value, keys, ends)

    def invalid(self, line: TokenLine) -> Values:
        """A row whose line cannot be used."""
        reason = line.fault or Reason.NOT_A_TOKEN
        return self._row(line, RowState.INVALID.value, _KEYLESS, (False, None, None, reason.value))

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
