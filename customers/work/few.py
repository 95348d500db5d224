"""Where the tasks come from that are never many: gates, imports that stand still, partners."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.compiled import Compiled
from accounts.counting import Count
from accounts.days import midnight
from accounts.models import AuditEvent
from customers import gates
from customers.models import Gate, GateScope, Import, ImportState, WorkItem
from customers.work.kinds import Kind
from customers.work.wanted import MOST, NOBODY, Cursor, Found, Wanted
from sharing.models import Partner, TokenUse
from sharing.models.partner_tokens import FIRST_REMINDER
from sharing.models.partners import AGREEMENT_NOTICE
from sharing.partner_attention import needing_now

# More than these at once no list shows.
MOST_OF_A_KIND = 500


@dataclass(frozen=True)
class Candidate:
    """Something that waits, with what the queue is searched by."""

    key: int
    since: datetime
    partner: int | None
    words: str


@dataclass(frozen=True)
class Few:
    """Where tasks of one kind come from that are read whole."""

    kind: Kind
    waiting: Callable[[], Iterable[Candidate]]

    def opened(self) -> "Whole":
        """All of them, with what people planned."""
        waiting = {one.key: one for one in self.waiting()}
        kept = WorkItem.objects.by_key(self.kind.about.thing, waiting) if waiting else {}
        return Whole(self.kind, [(one, kept.get(one.key)) for one in waiting.values()])


@dataclass(frozen=True)
class Whole:
    """Tasks of one kind that were read whole, and are narrowed here."""

    kind: Kind
    waiting: list[tuple[Candidate, WorkItem | None]]

    def after(self, wanted: Wanted, cursor: Cursor | None, limit: int) -> list[Found]:
        """The first tasks after the cursor, the longest wait first."""
        found = [one for one in self._asked(wanted) if cursor is None or one.cursor > cursor]
        return found[:limit]

    def before(self, wanted: Wanted, cursor: Cursor, limit: int) -> list[Found]:
        """The last tasks before the cursor, the one next to it first."""
        found = [one for one in self._asked(wanted) if one.cursor < cursor]
        return found[::-1][:limit]

    def count(self, wanted: Wanted, most: int = MOST) -> Count:
        """How many there are, as far as `most`."""
        found = len(self._asked(wanted))
        return Count(min(found, most), found > most)

    def among(self, keys: Collection[Any]) -> list[Found]:
        """The tasks about these things, as far as they wait."""
        there = [one for one, _ in self.waiting if one.key in keys]
        return [Found(self.kind, one.key, one.since) for one in there]

    def _asked(self, wanted: Wanted) -> list[Found]:
        fit = [
            one for one, item in self.waiting if _fits(one, wanted) and _planned(one, item, wanted)
        ]
        fit.sort(key=lambda one: (one.since, one.key))
        return [Found(self.kind, one.key, one.since) for one in fit]


def _fits(one: Candidate, wanted: Wanted) -> bool:
    if wanted.partner is not None and one.partner != wanted.partner:
        return False
    if wanted.before is not None and one.since > wanted.before:
        return False
    return not wanted.words or wanted.words.strip().casefold() in one.words.casefold()


def _planned(one: Candidate, item: WorkItem | None, wanted: Wanted) -> bool:
    holder = item.holder_id if item else None
    if wanted.holder is not None and holder != (None if wanted.holder == NOBODY else wanted.holder):
        return False
    counts = item if item and item.set_during(one.since) else None
    asleep = bool(counts and counts.snoozed_until and counts.snoozed_until > wanted.now)
    late = bool(counts and counts.due_on and counts.due_on < wanted.today)
    return asleep == wanted.put_off and (late or not wanted.overdue)


def _gates() -> list[Candidate]:
    closed = gates.all_closed()[:MOST_OF_A_KIND]
    names = _names({partner for gate in closed if (partner := partner_of(gate))})
    return [
        Candidate(
            gate.pk,
            gate.closed_at,
            partner_of(gate),
            f"{gate.get_reason_display()} {names.get(partner_of(gate) or 0, '')}",
        )
        for gate in closed
        if gate.closed_at is not None
    ]


def partner_of(gate: Gate) -> int | None:
    """The number of the partner whose rows a gate holds; None for one that holds others too."""
    scope, _, number = gate.scope.partition(":")
    ours = scope in (GateScope.PARTNER, GateScope.REGISTER)
    return int(number) if ours and number.isdecimal() else None


def _names(partners: set[int]) -> dict[int, str]:
    if not partners:
        return {}
    return dict(Partner.objects.filter(pk__in=partners).values_list("pk", "name"))


_STANDING_STILL = Compiled(
    lambda: (
        Import.objects.standing_still().select_related("partner").order_by("pk")[:MOST_OF_A_KIND]
    )
)


def _still() -> list[Candidate]:
    """Imports that were stored and not started, or paused."""
    imports = _STANDING_STILL()
    paused = _paused_at([one.pk for one in imports if one.state == ImportState.PAUSED])
    return [
        Candidate(
            one.pk,
            paused.get(one.pk, one.created_at),
            one.partner_id,
            f"import {one.pk} {one.file_name} {one.partner.name if one.partner else ''}",
        )
        for one in imports
    ]


def _paused_at(imports: list[int]) -> dict[int, datetime]:
    """When each of these imports was paused last, from the trail."""
    if not imports:
        return {}
    by_subject = {f"import:{pk}": pk for pk in imports}
    pauses = AuditEvent.objects.about_any(by_subject).of_deeds("import.paused").order_by("pk")
    return {by_subject[subject]: at for subject, at in pauses.values_list("subject", "at")}


def _partners() -> list[Candidate]:
    needing = needing_now()[:MOST_OF_A_KIND]
    if not needing:
        return []
    dying = TokenUse.objects.dying_by(timezone.now() + FIRST_REMINDER)
    dies_at = dict(dying.values_list("partner", "token__dies_at"))
    return [
        Candidate(
            one.pk, _needs_since(one, dies_at.get(one.pk)), one.pk, f"{one.name} {one.client_id}"
        )
        for one in needing
    ]


def _needs_since(partner: Partner, token_dies_at: datetime | None) -> datetime:
    """Since when a partner waits for somebody: the first of what is the matter with it."""
    moments = [partner.contradicted_at, token_dies_at and token_dies_at - FIRST_REMINDER]
    if partner.agreement_bar is not None or partner.agreement_days_left is not None:
        ends = partner.agreement_ends_on
        noticed = midnight(ends - AGREEMENT_NOTICE) if ends else None
        moments.append(noticed or partner.created_at)
    return min((one for one in moments if one), default=partner.created_at)


FEW: tuple[Few, ...] = (
    Few(Kind.GATE, _gates),
    Few(Kind.STILL, _still),
    Few(Kind.PARTNER, _partners),
)
