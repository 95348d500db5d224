"""Equal forecasts as one: how many rows, for which reason, and who must act."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from django.db.models import Count

from customers.models import Forecast, Import, Look, Outlook, Row, RowState
from customers.models.looks import TOLD
from customers.models.row_queries import RowQuerySet
from customers.outcomes import OTHER_LEVEL_CODES
from customers.reason_groups import Acts, ReasonGroup
from customers.remembered import remembered

MOST_GROUPS = 60
# The requirements of a level that a refusal can name ("Sumsub: reuse applicant").
LEVEL_CODES = frozenset({*range(10510, 10518), *OTHER_LEVEL_CODES})


@dataclass(frozen=True)
class Group:
    """Rows of one import with the same forecast for the same reason."""

    outlook: str
    reason: str
    error_code: int | None
    error_name: str
    steps: str
    rows: int

    @property
    def key(self) -> str:
        """The group's name in an address."""
        code = self.error_code or ""
        name = self.error_name.replace("%", "%25").replace(".", "%2E")
        return f"{self.outlook}.{self.reason}.{code}.{name}.{self.steps}"

    @property
    def another_level_may_help(self) -> bool:
        """True where a requirement of the level is what is missing."""
        return self.outlook == Outlook.DOCUMENTS or self.error_code in LEVEL_CODES

    @property
    def acts(self) -> Acts:
        """Who must act, as for a row that is refused so."""
        if self.outlook == Outlook.DOCUMENTS:
            return Acts.PERSON
        if self.outlook == Outlook.UNANSWERED:
            return Acts.YOU
        return ReasonGroup(
            RowState.REFUSED, self.reason, self.error_code, self.error_name, self.rows
        ).acts

    @property
    def sample(self) -> Row:
        """A row, never stored, that was refused so: its story's words fit."""
        return Row(
            state=RowState.REFUSED,
            reason=self.reason,
            error_code=self.error_code,
            error_name=self.error_name,
        )


def groups_of(look: Look) -> list[Group]:
    """The groups that somebody may do something about, the largest first.

    Remembered while no counter changes.
    """
    return remembered(
        f"forecast-groups:{look.pk}:{look.began_at.timestamp()}",
        Group,
        partial(_counted, look),
        counters=[look.count(outlook) for outlook in TOLD],
        moving=look.is_asking,
    )


def _counted(look: Look) -> list[Group]:
    columns = ("outlook", "reason", "error_code", "error_name", "steps")
    telling = Forecast.objects.of(look.pk).told(
        Outlook.DOCUMENTS, Outlook.REFUSED, Outlook.UNANSWERED
    )
    counted = telling.values(*columns).annotate(rows=Count("pk")).order_by("-rows")
    return [Group(**values) for values in counted[:MOST_GROUPS]]


def parts_of(key: str) -> tuple[str, str, int | None, str, str] | None:
    """Outlook, reason, code, name and steps of a group's key; None when it names no group."""
    parts = key.split(".", 4)
    if len(parts) != 5 or parts[0] not in Outlook.values:
        return None
    outlook, reason, code, name, steps = parts
    if code and not (code.isdecimal() and len(code) <= 9):
        return None
    return outlook, reason, int(code) if code else None, unquote(name), steps


def rows_of(imported: Import, key: str) -> RowQuerySet:
    """The rows of a group, or of a whole outlook (`refused`); none when `key` names neither."""
    return narrowed(Row.objects.of(imported), key)


def narrowed(rows: RowQuerySet, key: str) -> RowQuerySet:
    """Those of `rows` that belong to the group or outlook; none when `key` names neither."""
    if key in Outlook.values:
        return rows.with_outlook(key)
    parts = parts_of(key)
    return rows.none() if parts is None else rows.alike(*parts)
