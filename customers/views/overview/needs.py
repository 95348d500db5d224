"""What needs a person now, as far as that person may see and do something about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.compiled import Compiled
from accounts.counting import Bounded, Count, counted
from accounts.models import ApiKey, ChainCheck, User
from accounts.rights import Right
from accounts.trail.summary import LAST_CHECK
from customers import breaker, gates
from customers.models import (
    Application,
    BreakerState,
    Endpoint,
    Gate,
    Import,
    ImportState,
    Lookalikes,
)
from customers.models.imports import ImportQuerySet
from customers.progress import Figures, figures
from customers.views.import_parts import Hold, hold_on
from customers.wording import gate_sentence
from customers.work.kinds import kinds_for
from customers.work.queue import Queue
from customers.work.wanted import Wanted
from sharing.models import BatchState, IssuedToken, MintBatch
from sharing.partner_attention import Attention, register_attention

MOST_SHOWN = 5
DIES_SOON = timedelta(minutes=5)
KEY_DIES_SOON = timedelta(days=14)


@dataclass(frozen=True)
class UnderWay:
    """An import that is not over, with its figures."""

    imported: Import
    figures: Figures
    hold: Hold


@dataclass(frozen=True)
class Recipients:
    """What waits on the recipient's side."""

    gates: list[tuple[Gate, str]] = field(default_factory=list)
    breaker_open: bool = False
    imports: list[UnderWay] = field(default_factory=list)
    needs_person: list[Import] = field(default_factory=list)
    in_doubt: list[Import] = field(default_factory=list)
    drafts: Count | None = None
    drafts_oldest: datetime | None = None
    to_decide: Count | None = None
    alike: Count | None = None


@dataclass(frozen=True)
class Donors:
    """What waits on the donor's side."""

    batches: list[MintBatch] = field(default_factory=list)
    dying_tokens: int = 0


@dataclass(frozen=True)
class House:
    """What waits for those who look after the installation."""

    register: list[Attention] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    dying_keys: list[ApiKey] = field(default_factory=list)
    broken_chain: ChainCheck | None = None


@dataclass(frozen=True)
class Needs:
    """What waits for a person. Parts that the person may not see are empty."""

    recipients: Recipients
    donors: Donors
    house: House
    mine: Count | None = None
    """Tasks of the work queue that the person has."""

    @property
    def rows_in_doubt(self) -> int:
        """Rows that Sumsub is being asked about."""
        return sum(one.checking_count for one in self.recipients.in_doubt)

    @property
    def is_live(self) -> bool:
        """True when something moves by itself."""
        moving = self.recipients.imports or self.recipients.in_doubt
        return bool(moving) or any(one.state == BatchState.RUNNING for one in self.donors.batches)

    @property
    def things(self) -> int:
        """How many lines wait for a person; what runs waits for nobody."""
        here, there, house = self.recipients, self.donors, self.house
        held = sum(1 for one in here.imports if one.imported.state != ImportState.RUNNING)
        idle = sum(1 for one in there.batches if one.state != BatchState.RUNNING)
        listed = len(here.gates) + len(here.needs_person)
        looked_after = len(house.register) + len(house.endpoints) + len(house.dying_keys)
        single = [here.drafts, here.to_decide, here.alike, there.dying_tokens, house.broken_chain]
        single.append(self.mine)
        return listed + looked_after + held + idle + sum(1 for one in single if one)


def needs_now(person: User) -> Needs:
    """What waits for this person."""
    kinds = kinds_for(person)
    mine = Queue(kinds).count(Wanted(holder=person.pk)) if kinds else None
    return Needs(_recipients(person), _donors(person), _house(person), mine)


def _recipients(person: User) -> Recipients:
    if not person.holds(Right.VIEW_IMPORTS, Right.VIEW_CUSTOMERS):
        return Recipients()
    sees_imports = person.holds(Right.VIEW_IMPORTS)
    completes = person.holds(Right.VIEW_CUSTOMERS)
    drafts = _DRAFTS() if completes else None
    decides = completes and person.holds(Right.DECIDE_APPLICATIONS)
    compares = completes and person.holds(Right.MANAGE_COMPLIANCE_APPLICATIONS)
    return Recipients(
        gates=[(gate, gate_sentence(gate)) for gate in gates.all_closed()] if sees_imports else [],
        breaker_open=sees_imports and breaker.link().breaker != BreakerState.CLOSED,
        imports=list(_under_way()) if sees_imports else [],
        needs_person=_WAITING_FOR_A_PERSON() if sees_imports else [],
        in_doubt=_IN_DOUBT() if sees_imports else [],
        drafts=drafts,
        drafts_oldest=_OLDEST_DRAFT.first() if drafts else None,
        to_decide=_TO_DECIDE() if decides else None,
        alike=_ALIKE() if compares else None,
    )


def _donors(person: User) -> Donors:
    if not person.holds(Right.VIEW_APPLICANTS):
        return Donors()
    dying = IssuedToken.objects.dying_by(timezone.now() + DIES_SOON)
    return Donors(batches=_BATCHES(), dying_tokens=counted(dying).number)


def _house(person: User) -> House:
    sees_trail = person.holds(Right.VIEW_AUDIT)
    last = LAST_CHECK.first() if sees_trail else None
    now = timezone.now()
    return House(
        register=register_attention(MOST_SHOWN) if person.holds(Right.VIEW_PARTNERS) else [],
        endpoints=_ENDPOINTS() if person.holds(Right.MANAGE_CONNECTION) else [],
        dying_keys=_DYING_KEYS(now=now, by=now + KEY_DIES_SOON)
        if person.holds(Right.MANAGE_PEOPLE)
        else [],
        broken_chain=last if last and not last.holds else None,
    )


def _under_way() -> Iterator[UnderWay]:
    for imported in _UNDER_WAY():
        hold = hold_on(imported)
        yield UnderWay(imported, figures(imported, now=timezone.now(), held=hold.is_on), hold)


def _latest(imports: ImportQuerySet) -> ImportQuerySet:
    return imports.select_related("partner").order_by("-pk")[:MOST_SHOWN]


_UNDER_WAY = Compiled(lambda: _latest(Import.objects.under_way()))
_WAITING_FOR_A_PERSON = Compiled(lambda: _latest(Import.objects.waiting_for_a_person()))
_IN_DOUBT = Compiled(lambda: _latest(Import.objects.in_doubt()))
_DRAFTS = Bounded(lambda: Application.objects.drafts_for_us())
# Since when the one that waited longest for us has waited; the index gives it.
_OLDEST_DRAFT = Compiled(
    lambda: (
        Application.objects.drafts_for_us()
        .longest_first()
        .values_list("waiting_since", flat=True)[:1]
    )
)
_TO_DECIDE = Bounded(lambda: Application.objects.to_decide())
_ALIKE = Bounded(lambda: Lookalikes.objects.waiting())
# Batches that run, stopped by themselves, wait for somebody's word, or hold a file.
_BATCHES = Compiled(
    lambda: (
        MintBatch.objects.unfinished_business()
        .select_related("partner")
        .order_by("-pk")[:MOST_SHOWN]
    )
)
_ENDPOINTS = Compiled(lambda: Endpoint.objects.in_trouble().order_by("pk")[:MOST_SHOWN])
# Keys of API clients that expire soon, and whose client has no younger one.
_DYING_KEYS = Compiled(
    lambda now, by: ApiKey.objects.running_out(now, by)[:MOST_SHOWN], now=datetime, by=datetime
)
