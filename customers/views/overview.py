"""The start page: what needs a person now, what happened lately, and why rows were refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import signed_in
from accounts.rights import Right
from customers import breaker
from customers.models import (
    Application,
    BreakerState,
    Customer,
    Gate,
    Import,
    ImportState,
    Row,
    RowState,
)
from customers.progress import Figures, figures
from customers.reason_groups import Acts, ReasonGroup, grouped
from customers.views.charts import DayChart, day_chart
from customers.views.counting import Count, counted
from customers.views.import_parts import Hold, hold_on
from customers.views.readers import Reader
from customers.wording import Story, gate_sentence, story
from sharing import gateway
from sharing.models import IssuedToken, Partner
from sharing.partner_attention import Attention, attention

DAYS = 14
MOST_RUNNING = 5
MOST_REASONS = 6
DIES_SOON = timedelta(minutes=5)
REASONS_REMEMBERED = 60


@dataclass(frozen=True)
class UnderWay:
    """An import that is not over, with its figures."""

    imported: Import
    figures: Figures
    hold: Hold


@dataclass(frozen=True)
class Needs:
    """What waits for a person. Parts that the person may not see are empty."""

    gates: list[tuple[Gate, str]]
    breaker_open: bool
    imports: list[UnderWay]
    needs_person: list[Import]
    in_doubt: list[Import]
    drafts: Count | None
    drafts_oldest: datetime | None
    dying_tokens: int
    register: list[Attention]

    @property
    def rows_in_doubt(self) -> int:
        """Rows that Sumsub is being asked about."""
        return sum(one.checking_count for one in self.in_doubt)

    @property
    def is_live(self) -> bool:
        """True when something moves by itself."""
        return bool(self.imports or self.in_doubt)

    @property
    def things(self) -> int:
        """How many lines wait for a person; a running import waits for nobody."""
        held = sum(1 for one in self.imports if one.imported.state != ImportState.RUNNING)
        tokens, drafts = bool(self.dying_tokens), bool(self.drafts)
        return (
            (len(self.gates) + len(self.needs_person) + held + len(self.register)) + tokens + drafts
        )


@dataclass(frozen=True)
class RefusalLine:
    """A reason of refusal over the last days."""

    group: ReasonGroup
    story: Story

    @property
    def acts(self) -> str:
        """Who must act, in a word."""
        return _WHO[self.group.acts]


_WHO = {
    Acts.YOU: "You",
    Acts.NOBODY_YET: "Nobody yet",
    Acts.DONOR: "The donor",
    Acts.ADMINS: "Admins of both sides",
    Acts.SUMSUB: "Sumsub",
    Acts.PERSON: "The person",
    Acts.NOBODY: "Nobody",
}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The whole page. Everybody signed in may see it; its parts go by right."""
    person = signed_in(request)
    context = _now_context(person) | _lately_context(person)
    return render(request, "customers/overview/overview.html", context)


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Only "Needs you now", for the page to refresh itself."""
    return render(request, "customers/overview/_now.html", _now_context(signed_in(request)))


def _now_context(person: User) -> dict[str, Any]:
    return {"needs": needs_now(person), "reader": Reader.of(person), "today": timezone.now()}


def needs_now(person: User) -> Needs:
    """What waits for this person, as far as they may see it."""
    sees_imports = person.holds(Right.VIEW_IMPORTS)
    sees_tokens = person.holds(Right.VIEW_APPLICANTS)
    drafts = _drafts() if person.holds(Right.VIEW_CUSTOMERS) else None
    closed = list(Gate.objects.closed()) if sees_imports else []
    return Needs(
        gates=[(gate, gate_sentence(gate)) for gate in closed],
        breaker_open=sees_imports and breaker.link().breaker != BreakerState.CLOSED,
        imports=list(_under_way()) if sees_imports else [],
        needs_person=list(_waiting_for_a_person()) if sees_imports else [],
        in_doubt=list(_in_doubt()) if sees_imports else [],
        drafts=drafts,
        drafts_oldest=_oldest_draft() if drafts else None,
        dying_tokens=_dying_tokens() if sees_tokens else 0,
        register=_register() if person.holds(Right.VIEW_PARTNERS) else [],
    )


def _under_way() -> Iterator[UnderWay]:
    found = Import.objects.under_way().select_related("partner")
    for imported in found.order_by("-pk")[:MOST_RUNNING]:
        hold = hold_on(imported)
        yield UnderWay(imported, figures(imported, now=timezone.now(), held=hold.is_on), hold)


def _waiting_for_a_person() -> Iterator[Import]:
    found = Import.objects.waiting_for_a_person().select_related("partner")
    yield from found.order_by("-pk")[:MOST_RUNNING]


def _in_doubt() -> Iterator[Import]:
    yield from Import.objects.in_doubt().order_by("-pk")[:MOST_RUNNING]


def _drafts() -> Count:
    return counted(Application.objects.drafts())


def _oldest_draft() -> datetime | None:
    drafts = Application.objects.drafts()
    return drafts.order_by("created_at").values_list("created_at", flat=True).first()


def _dying_tokens() -> int:
    return counted(IssuedToken.objects.dying_by(timezone.now() + DIES_SOON)).number


def _register() -> list[Attention]:
    """What the partner register waits for: agreements, partner tokens, Sumsub's word."""
    return attention(Partner.objects.order_by("name"))[:MOST_RUNNING]


def _lately_context(person: User) -> dict[str, Any]:
    if not person.holds(Right.VIEW_IMPORTS):
        return {"sees_imports": False, "connection": gateway.connection()}
    first = timezone.now().date() - timedelta(days=DAYS - 1)
    return {
        "sees_imports": True,
        "days": DAYS,
        "chart": _chart(first),
        "refusals": _refusals(first),
        "has_imports": Import.objects.exists(),
        "today_figures": _today(),
        "connection": gateway.connection(),
    }


def _chart(first: date) -> DayChart:
    """Outcomes by the day their import was stored."""
    sums = (
        Import.objects.stored_since(_midnight(first))
        .order_by()
        .annotate(day=TruncDate("created_at"))
        .values("day")
        .annotate(
            imported=Sum("imported_count"),
            refused=Sum("refused_count") + Sum("not_imported_count"),
            expired=Sum("expired_count"),
        )
    )
    by_day = {found["day"]: found for found in sums}
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return day_chart(days, by_day, ("imported", "refused", "expired"))


def _refusals(first: date) -> list[RefusalLine]:
    """The most frequent reasons of refusal, at most a minute old."""
    remembered = f"overview-refusals:{first}"
    values = cache.get(remembered)
    if values is None:
        imports = Import.objects.stored_since(_midnight(first)).with_refusals()
        rows = Row.objects.of_any(imports).in_state(RowState.REFUSED)
        found = grouped(rows)[:MOST_REASONS]
        values = [(g.state, g.reason, g.error_code, g.error_name, g.rows) for g in found]
        cache.set(remembered, values, REASONS_REMEMBERED)
    groups = [ReasonGroup(*plain) for plain in values]
    return [RefusalLine(group, story(group.sample)) for group in groups]


def _today() -> dict[str, Any]:
    midnight = _midnight(timezone.now().date())
    imports = Import.objects.stored_since(midnight)
    sums = imports.aggregate(rows=Sum("total_count"), imported=Sum("imported_count"))
    return {
        "imports": imports.count(),
        "rows": sums["rows"] or 0,
        "imported": sums["imported"] or 0,
        "customers": counted(Customer.objects.added_since(midnight)),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
