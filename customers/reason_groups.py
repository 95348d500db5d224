"""Equal outcomes as one: how many rows ended (or hang) for the same reason, and who must act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from django.db.models import Aggregate, Count, F, Min, Value
from django.db.models.functions import Coalesce

from customers.models import Forecast, Import, Outlook, Row, RowState
from customers.models.looks import look_taken
from customers.models.row_needs import (
    FOLLOWED,
    NOT_FOLLOWED,
    OTHER_LEVEL_HELPS,
    helped_by_new_token,
)
from customers.models.row_queries import RowQuerySet
from customers.models.row_states import TELLING_STATES
from customers.reasons import Reason
from customers.remembered import remembered
from sumsub.codes import Actor, refusal_code

MOST_GROUPS = 40


class Acts(StrEnum):
    """Who must act; the order is the order of the page."""

    YOU = "you"
    NOBODY_YET = "nobody_yet"
    DONOR = "donor"
    ADMINS = "admins"
    SUMSUB = "sumsub"
    PERSON = "person"
    NOBODY = "nobody"


_BY_STATE = {
    RowState.NEEDS_PERSON: Acts.YOU,
    RowState.CHECKING: Acts.NOBODY_YET,
    RowState.NOT_IMPORTED: Acts.DONOR,
    RowState.EXPIRED: Acts.DONOR,
    RowState.DUPLICATE: Acts.NOBODY,
    RowState.INVALID: Acts.DONOR,
}
_BY_ACTOR = {
    Actor.DONOR: Acts.DONOR,
    Actor.RECIPIENT: Acts.YOU,
    Actor.EITHER_ADMIN: Acts.ADMINS,
    Actor.SUMSUB: Acts.SUMSUB,
    Actor.PERSON: Acts.PERSON,
    Actor.NOBODY: Acts.NOBODY,
}
_BY_REASON = {
    Reason.TOKEN_DEAD: Acts.DONOR,
    Reason.TOO_LARGE: Acts.DONOR,
    Reason.WRONG_REQUEST: Acts.YOU,
    Reason.ID_IN_USE: Acts.YOU,
    Reason.UNKNOWN_RULE: Acts.YOU,
}


@dataclass(frozen=True)
class ReasonGroup:
    """Rows of one import that share state, reason and Sumsub's code.

    Rows that were not sent because of their forecast share what the preview said too.
    """

    state: str
    reason: str
    error_code: int | None
    error_name: str
    rows: int
    retryable: int = 0
    """Rows that another level may accept, their share token still kept."""
    followed: int = 0
    """Rows for which a share token came in a later row."""
    first_line: int = 0
    """The line of the one that stands first in the file; 0 where it was not asked for."""
    outlook: str = ""
    """What Sumsub's preview said of rows that were not sent because of it; else empty."""
    foretold: str = ""
    """The reason that the preview gave; empty where it gave none."""
    first_dies: datetime | None = None
    """When the first of the share tokens that are kept for a retry dies; None where none is."""

    @property
    def key(self) -> str:
        """The group's name in an address."""
        reason = (
            f"{self.reason}-{self.outlook}-{self.foretold}" if self.is_foretold else self.reason
        )
        return f"{self.state}.{reason}.{self.error_code or ''}.{self.error_name}"

    @property
    def is_foretold(self) -> bool:
        """True for rows that were not sent because of their forecast."""
        return self.state == RowState.CANCELLED and self.reason == Reason.FORECAST

    @property
    def acts(self) -> Acts:
        """Who must act."""
        if self.state in _BY_STATE:
            return _BY_STATE[RowState(self.state)]
        known = refusal_code(self.error_code, self.error_name)
        if known and self._refusal == Reason.RULE:
            return _BY_ACTOR[known.actor]
        return _BY_REASON.get(Reason(self._refusal), Acts.YOU) if self._refusal else Acts.YOU

    @property
    def waiting_for_token(self) -> int:
        """Rows of the group that only a new share token helps, and that have none yet."""
        state = RowState.REFUSED if self.is_foretold else self.state
        if not helped_by_new_token(state, self._refusal, self.error_code, self.error_name):
            return 0
        return self.rows - self.followed - self.retryable

    @property
    def sample(self) -> Row:
        """A row, never stored, that stands for all of them where their story is told."""
        row = Row(
            state=self.state,
            reason=self.reason,
            error_code=self.error_code,
            error_name=self.error_name,
        )
        if self.outlook:
            Forecast(row=row, outlook=self.outlook, reason=self.foretold)
        return row

    @property
    def _refusal(self) -> str:
        """Why Sumsub refuses the rows, or its preview did; empty where that said no no."""
        if not self.is_foretold:
            return self.reason
        return self.foretold if self.outlook == Outlook.REFUSED else ""


def reason_groups(imported: Import, *, renewals: int | None = None) -> list[ReasonGroup]:
    """The groups of an import, largest first, at most MOST_GROUPS.

    Remembered while no counter that they are made of changes, and no new share tokens come;
    `renewals` says in how many imports they came, where the caller knows.
    """
    counters = [imported.count(state) for state in (*TELLING_STATES, RowState.CANCELLED)]
    brought = imported.renewals.count() if renewals is None else renewals
    return remembered(
        f"reason-groups:{imported.pk}:{imported.created_at.timestamp()}",
        ReasonGroup,
        partial(_counted, imported),
        counters=[*counters, brought],
        moving=imported.undecided_count > 0,
    )


def _counted(imported: Import) -> list[ReasonGroup]:
    """The groups, counted now. Only an import that was looked at has rows given up for it."""
    rows = Row.objects.of(imported)
    found = grouped(rows.telling(), **_REMEDIES)
    if imported.cancelled_count and look_taken(imported):
        said = {
            "outlook": Coalesce(F("forecast__outlook"), Value("")),
            "foretold": Coalesce(F("forecast__reason"), Value("")),
        }
        found += grouped(rows.given_up_for_forecast().annotate(**said), *said, **_REMEDIES)
        found.sort(key=lambda group: -group.rows)
    return found[:MOST_GROUPS]


# What a group says about its rows besides their number.
_REMEDIES: dict[str, Aggregate] = {
    "retryable": Count("pk", filter=OTHER_LEVEL_HELPS & NOT_FOLLOWED),
    "followed": Count("pk", filter=FOLLOWED),
    "first_line": Min("line"),
    "first_dies": Min("token_until", filter=OTHER_LEVEL_HELPS & NOT_FOLLOWED),
}


def grouped(rows: RowQuerySet, *beside: str, **more: Aggregate) -> list[ReasonGroup]:
    """`rows` by state, reason, code and what stands beside in one query, largest group first."""
    columns = ("state", "reason", "error_code", "error_name", *beside)
    counted = rows.order_by().values(*columns).annotate(rows=Count("pk"), **more).order_by("-rows")
    return [ReasonGroup(**values) for values in counted[:MOST_GROUPS]]


def rows_of_group(rows: RowQuerySet, key: str) -> RowQuerySet:
    """Those of `rows` that belong to the group; none when `key` names no group."""
    parts = key.split(".", 3)
    if len(parts) != 4 or not (parts[2].isdecimal() or not parts[2]) or len(parts[2]) > 9:
        return rows.none()
    state, reason, code, name = parts
    error_code = int(code) if code else None
    alike = rows.filter(error_code=error_code, error_name=name)
    if state == RowState.CANCELLED:
        return _foretold_alike(alike, reason)
    return alike.telling().filter(state=state, reason=reason)


def _foretold_alike(rows: RowQuerySet, reason: str) -> RowQuerySet:
    """Those of `rows` that were not sent for the same forecast; `reason` is of a group's key."""
    parts = reason.split("-")
    if len(parts) != 3 or parts[0] != Reason.FORECAST:
        return rows.none()
    outlook, foretold = parts[1:]
    given_up = rows.given_up_for_forecast()
    if not outlook:
        return given_up.filter(forecast=None)
    return given_up.filter(forecast__outlook=outlook, forecast__reason=foretold)


def by_actor(groups: Iterable[ReasonGroup]) -> list[tuple[Acts, list[ReasonGroup]]]:
    """The groups under who must act, in the order of a page; parties without any are left out."""
    found: dict[Acts, list[ReasonGroup]] = {acts: [] for acts in Acts}
    for group in groups:
        found[group.acts].append(group)
    return [(acts, mine) for acts, mine in found.items() if mine]
