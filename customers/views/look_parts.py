"""What an import's page shows of a look: how far, what it says, what may be done with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from customers.forecast.beginning import SAMPLE_ROWS
from customers.forecast.groups import Group, groups_of
from customers.forecast.meaning import budget_kind
from customers.models import Import, ImportMode, ImportState, Look, LookKind, LookState, Outlook
from customers.models.looks import TOLD, look_taken
from customers.reason_groups import Acts, ReasonGroup
from customers.views.readers import Reader
from customers.wording import outlook_story, stopped_sentence
from customers.wording.refusals import code_words
from customers.wording.telling import Told
from sharing import budget

TRIED_SHOWN = 2
TONES = {Outlook.REFUSED: ("refused", "bad"), Outlook.DOCUMENTS: ("file", "warn")}


@dataclass(frozen=True)
class Tried:
    """What a few rows of a group would find at another level."""

    level: str
    asked: int
    passes: int
    documents: int
    improves: int
    """Rows that would fare better there than at the level they have."""


@dataclass(frozen=True)
class OutlookCard:
    """Equal forecasts with the words for them."""

    group: Group
    told: Told
    better: tuple[Tried, ...]
    """The levels that promise more, the best first."""
    tried: int
    """How many other levels were tried."""
    may_look_again: bool

    @property
    def icon(self) -> str:
        """The symbol of the forecast."""
        return TONES.get(Outlook(self.group.outlook), ("info", ""))[0]

    @property
    def tone(self) -> str:
        """The card's tone."""
        return TONES.get(Outlook(self.group.outlook), ("info", ""))[1]

    @property
    def code(self) -> str:
        """Sumsub's code and name, empty when it gave none."""
        return code_words(self.group.error_code, self.group.error_name)


@dataclass(frozen=True)
class LookView:
    """A look at one import, or the offer of one, at a moment."""

    imported: Import
    look: Look | None
    at: datetime
    rate: float
    """Previews a second that the limit allows; infinite without one."""

    @property
    def mark(self) -> str:
        """A text that differs when there is something new to see."""
        return f"{self.look.change}:{self.look.state}" if self.look else ""

    @property
    def is_offered(self) -> bool:
        """True before the start, while Sumsub is not being asked."""
        staged = self.imported.state == ImportState.STAGED and self.imported.staged_count > 0
        return staged and not (self.look and self.look.is_asking)

    @property
    def is_under_way(self) -> bool:
        """True while Sumsub is being asked, or would be if nothing held it back."""
        if self.look is None or not self.look.is_asking:
            return False
        under_way = (ImportState.STAGED, ImportState.RUNNING, ImportState.PAUSED)
        started = self.imported.state != ImportState.STAGED
        return self.imported.state in under_way and started == (self.look.kind == LookKind.EACH)

    @property
    def is_each(self) -> bool:
        """True where each row is looked at before it is sent."""
        return self.look is not None and self.look.kind == LookKind.EACH

    @property
    def seconds_for_all(self) -> float:
        """How long asking about all rows takes at the pace of the limit."""
        return self._seconds(self.imported.staged_count)

    @property
    def seconds_for_rest(self) -> float:
        """How long asking about the rows takes that nobody asked about yet."""
        return self._seconds(self.not_asked)

    @property
    def sample_rows(self) -> int:
        """Rows of a sample; 0 where a sample would be all of them."""
        return SAMPLE_ROWS if self.imported.staged_count > SAMPLE_ROWS else 0

    @property
    def seconds_left(self) -> float | None:
        """How long the asking takes from now; None when nothing is being asked."""
        if not self.is_under_way or self.look is None or self.is_each:
            return None
        return self._seconds(max(0, self.look.wanted - self.look.answered))

    @property
    def not_asked(self) -> int:
        """Rows of an import that is not started which nobody asked about."""
        return max(0, self.imported.staged_count - (self.look.answered if self.look else 0))

    @property
    def took(self) -> float | None:
        """Seconds that the asking took; None while it lasts."""
        return self.look.took.total_seconds() if self.look and self.look.took else None

    @property
    def segments(self) -> list[tuple[str, int]]:
        """(state, rows) for a bar, in the colours of the states they would end in."""
        if self.look is None:
            return []
        look = self.look
        counted = [(_COLOUR[one], look.count(one)) for one in TOLD]
        return [*counted, ("pending", max(0, look.wanted - look.answered))]

    @property
    def counts(self) -> list[tuple[str, str, str, int]]:
        """(outlook, state to show, label, rows) of what was said."""
        if self.look is None:
            return []
        look = self.look
        shown = [one for one in TOLD if look.count(one) or one in (Outlook.PASSES, Outlook.REFUSED)]
        return [(one.value, _COLOUR[one], str(one.label), look.count(one)) for one in shown]

    @property
    def passing(self) -> int:
        """Rows that would be imported, those with documents requested among them."""
        return self.look.passes_count + self.look.documents_count if self.look else 0

    @property
    def others(self) -> int:
        """Rows that would not be sent with only those that pass."""
        return self.imported.staged_count - self.passing

    @property
    def may_choose_passing(self) -> bool:
        """True where every row was asked about, and some would pass and some would not."""
        staged = self.imported.state == ImportState.STAGED
        return staged and self.look is not None and self.look.is_whole and self.passing > 0

    @property
    def stopped(self) -> str:
        """Why Sumsub could not be asked any further; empty where it could."""
        if self.look is None or self.look.state != LookState.STOPPED:
            return ""
        return stopped_sentence(self.look)

    def _seconds(self, rows: int) -> float:
        return rows / self.rate


_COLOUR: Mapping[Outlook, str] = {
    Outlook.PASSES: "imported",
    Outlook.DOCUMENTS: "expired",
    Outlook.REFUSED: "refused",
    Outlook.UNANSWERED: "checking",
}


def look_view(imported: Import) -> LookView:
    """What there is to say about looking at an import now."""
    rate = budget.limit(budget_kind()).per_second
    return LookView(imported, look_taken(imported), timezone.now(), rate)


def outlook_cards(
    view: LookView, reader: Reader, reasons: Iterable[ReasonGroup] = ()
) -> list[tuple[str, list[OutlookCard]]]:
    """Forecasts that somebody may do something about, under the heading of who acts.

    Those whose rows were given up for it are left out: they stand among the `reasons`.
    """
    if view.look is None:
        return []
    may = reader.manages and view.is_offered and view.imported.mode == ImportMode.REUSE
    found: dict[Acts, list[OutlookCard]] = {}
    given_up = {
        (one.outlook, one.foretold, one.error_code, one.error_name)
        for one in reasons
        if one.is_foretold
    }
    for group in groups_of(view.look):
        if (group.outlook, group.reason, group.error_code, group.error_name) in given_up:
            continue
        found.setdefault(group.acts, []).append(_card(group, view.look, may=may))
    return [(HEADINGS[acts], found[acts]) for acts in Acts if acts in found]


def _card(group: Group, look: Look, *, may: bool) -> OutlookCard:
    tried = tried_levels(look, group.key)
    better = tuple(one for one in tried if one.improves)[:TRIED_SHOWN]
    may = may and group.another_level_may_help
    return OutlookCard(group, _told(group), better, len(tried), may)


def forecast_title(view: LookView, key: str) -> str:
    """What rows share whose forecast is that of a group, or a whole outlook; "" for neither."""
    if key in Outlook.values:
        return str(Outlook(key).label)
    groups = groups_of(view.look) if view.look else []
    return next((_told(group).title for group in groups if group.key == key), "")


def _told(group: Group) -> Told:
    return outlook_story(
        group.outlook, group.reason, group.error_code, group.error_name, group.steps
    )


def tried_levels(look: Look, key: str) -> list[Tried]:
    """What a few rows of a group would find at other levels, the best first."""
    found: list[dict[str, Any]] = look.at_levels or []
    refused = not key.startswith(Outlook.DOCUMENTS)
    tried = [
        Tried(
            level=one["level"],
            asked=one["asked"],
            passes=one["passes"],
            documents=one["documents"],
            improves=one["passes"] + (one["documents"] if refused else 0),
        )
        for one in found
        if one["group"] == key and one["asked"]
    ]
    return sorted(tried, key=lambda one: (-one.passes, -one.documents, one.level))


HEADINGS = {
    Acts.YOU: "For you",
    Acts.NOBODY_YET: "Nobody yet",
    Acts.DONOR: "For the donor",
    Acts.ADMINS: "For the admins of both sides",
    Acts.SUMSUB: "For Sumsub",
    Acts.PERSON: "For the persons themselves",
    Acts.NOBODY: "Nothing to do",
}
