"""What needs a person now, as far as that person may see and do something about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.counting import Count, counted
from accounts.models import ApiKey, ChainCheck, User
from accounts.rights import Right
from customers import breaker
from customers.models import (
    Application,
    BreakerState,
    Endpoint,
    Gate,
    Import,
    ImportState,
    Lookalikes,
    Waiting,
)
from customers.progress import Figures, figures
from customers.views.import_parts import Hold, hold_on
from customers.wording import gate_sentence
from customers.work import queue
from customers.work.kinds import kinds_for
from customers.work.wanted import Wanted
from sharing.models import IssuedToken, MintBatch, Partner
from sharing.partner_attention import Attention, attention

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
        return bool(moving) or any(one.state == "running" for one in self.donors.batches)

    @property
    def things(self) -> int:
        """How many lines wait for a person; what runs waits for nobody."""
        here, there, house = self.recipients, self.donors, self.house
        held = sum(1 for one in here.imports if one.imported.state != ImportState.RUNNING)
        idle = sum(1 for one in there.batches if one.state != "running")
        listed = len(here.gates) + len(here.needs_person)
        looked_after = len(house.register) + len(house.endpoints) + len(house.dying_keys)
        single = [here.drafts, here.to_decide, here.alike, there.dying_tokens, house.broken_chain]
        single.append(self.mine)
        return listed + looked_after + held + idle + sum(1 for one in single if one)


def needs_now(person: User) -> Needs:
    """What waits for this person."""
    kinds = kinds_for(person)
    mine = queue.count(Wanted(holder=person.pk), kinds) if kinds else None
    return Needs(_recipients(person), _donors(person), _house(person), mine)


def _recipients(person: User) -> Recipients:
    if not person.holds(Right.VIEW_IMPORTS, Right.VIEW_CUSTOMERS):
        return Recipients()
    sees_imports = person.holds(Right.VIEW_IMPORTS)
    completes = person.holds(Right.VIEW_CUSTOMERS)
    drafts = counted(Application.objects.drafts()) if completes else None
    decides = completes and person.holds(Right.DECIDE_APPLICATIONS)
    compares = completes and person.holds(Right.MANAGE_COMPLIANCE_APPLICATIONS)
    return Recipients(
        gates=[(gate, gate_sentence(gate)) for gate in _closed_gates()] if sees_imports else [],
        breaker_open=sees_imports and breaker.link().breaker != BreakerState.CLOSED,
        imports=list(_under_way()) if sees_imports else [],
        needs_person=list(_waiting_for_a_person()) if sees_imports else [],
        in_doubt=list(_in_doubt()) if sees_imports else [],
        drafts=drafts,
        drafts_oldest=_oldest_draft() if drafts else None,
        to_decide=counted(Application.objects.to_decide()) if decides else None,
        alike=counted(Lookalikes.objects.suspected()) if compares else None,
    )


def _donors(person: User) -> Donors:
    if not person.holds(Right.VIEW_APPLICANTS):
        return Donors()
    return Donors(batches=_batches(), dying_tokens=_dying_tokens())


def _house(person: User) -> House:
    sees_trail = person.holds(Right.VIEW_AUDIT)
    last = ChainCheck.objects.finished().first() if sees_trail else None
    return House(
        register=_register() if person.holds(Right.VIEW_PARTNERS) else [],
        endpoints=_endpoints() if person.holds(Right.MANAGE_CONNECTION) else [],
        dying_keys=_dying_keys() if person.holds(Right.MANAGE_PEOPLE) else [],
        broken_chain=last if last and not last.holds else None,
    )


def _closed_gates() -> list[Gate]:
    return list(Gate.objects.closed())


def _under_way() -> Iterator[UnderWay]:
    found = Import.objects.under_way().select_related("partner")
    for imported in found.order_by("-pk")[:MOST_SHOWN]:
        hold = hold_on(imported)
        yield UnderWay(imported, figures(imported, now=timezone.now(), held=hold.is_on), hold)


def _waiting_for_a_person() -> Iterator[Import]:
    found = Import.objects.waiting_for_a_person().select_related("partner")
    yield from found.order_by("-pk")[:MOST_SHOWN]


def _in_doubt() -> Iterator[Import]:
    yield from Import.objects.in_doubt().order_by("-pk")[:MOST_SHOWN]


def _oldest_draft() -> datetime | None:
    """Since when the one that waited longest for us has waited; the index gives it."""
    ours = Application.objects.waiting_on(Waiting.US).drafts().longest_first()
    return ours.values_list("waiting_since", flat=True).first()


def _batches() -> list[MintBatch]:
    """Batches that run, stopped by themselves, wait for somebody's word, or hold a file."""
    found = MintBatch.objects.unfinished_business().select_related("partner")
    return list(found.order_by("-pk")[:MOST_SHOWN])


def _dying_tokens() -> int:
    return counted(IssuedToken.objects.dying_by(timezone.now() + DIES_SOON)).number


def _register() -> list[Attention]:
    """What the partner register waits for: agreements, partner tokens, Sumsub's word."""
    return attention(Partner.objects.order_by("name"))[:MOST_SHOWN]


def _endpoints() -> list[Endpoint]:
    return list(Endpoint.objects.in_trouble().order_by("pk")[:MOST_SHOWN])


def _dying_keys() -> list[ApiKey]:
    """Keys of API clients that expire soon, and whose client has no younger one."""
    now = timezone.now()
    return list(ApiKey.objects.running_out(now, now + KEY_DIES_SOON)[:MOST_SHOWN])
