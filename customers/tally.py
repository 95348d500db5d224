"""How an import stands when a duplicate counts as the row that owns its share token does."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Q, Value, When

from customers.models import Import, Row, RowState
from customers.models.row_states import UNDECIDED_STATES
from customers.reason_groups import MOST_GROUPS, ReasonGroup
from customers.reasons import Reason

_UNSENT = (RowState.STAGED, RowState.PENDING, RowState.SENDING)


@dataclass(frozen=True)
class Tally:
    """Rows of an import by the state that counts for them."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.counts.values())

    @property
    def undecided(self) -> int:
        """Rows whose outcome is open."""
        return sum(self.counts.get(state, 0) for state in UNDECIDED_STATES)

    @property
    def unsent(self) -> int:
        """Rows that wait to be sent, or are on the wire."""
        return sum(self.counts.get(state, 0) for state in _UNSENT)

    @property
    def imported(self) -> int:
        """Rows whose customer exists."""
        return self.counts.get(RowState.IMPORTED, 0)


def tally(imported: Import | int) -> Tally:
    """Count the rows of an import by the state that counts for them.

    A duplicate by id counts as what it is: another person's row says nothing about it.
    """
    rows = Row.objects.of(imported).order_by().annotate(standing=_STATE)
    return Tally(dict(rows.values_list("standing").annotate(rows=Count("pk"))))


def outcomes(imported: Import | int) -> list[ReasonGroup]:
    """The rows of an import by what became of them, largest group first."""
    rows = Row.objects.of(imported).annotate(
        standing=_STATE, why=_REASON, code=_ERROR_CODE, named=_ERROR_NAME
    )
    told = rows.order_by().values_list("standing", "why", "code", "named")
    counted = told.annotate(rows=Count("pk")).order_by("-rows")
    return [ReasonGroup(*values) for values in counted[:MOST_GROUPS]]


def _counting(column: str, otherwise: Value) -> Case:
    """The row's column, or that of the row that owns its share token now."""
    owners = Case(
        When(duplicate_of__replaced_by__isnull=False, then=f"duplicate_of__replaced_by__{column}"),
        When(duplicate_of__isnull=False, then=f"duplicate_of__{column}"),
        default=otherwise,
    )
    own = When(~Q(state=RowState.DUPLICATE) | Q(reason=Reason.DUPLICATE_ID), then=F(column))
    return Case(own, default=owners)


_STATE = _counting("state", Value("duplicate"))
_REASON = _counting("reason", Value(""))
_ERROR_CODE = _counting("error_code", Value(None, IntegerField()))
_ERROR_NAME = _counting("error_name", Value(""))
