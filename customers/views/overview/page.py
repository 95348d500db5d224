"""The start page. Everybody signed in may see it; its parts go by right."""

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.compiled import Compiled
from accounts.models import User
from accounts.permissions import signed_in
from accounts.rights import Right
from accounts.trail.summary import trail_summary
from customers.models import SumsubEvent
from customers.shares import rows_to_send_by_import
from customers.views.charts import day_chart
from customers.views.overview.needs import needs_now
from customers.views.overview.outcomes import (
    outcome_chart,
    refusals,
    sums_by_day,
    today_figures,
)
from customers.views.overview.periods import PERIODS, Period, period_named
from customers.views.overview.steps import first_steps
from customers.views.readers import Reader
from sharing import budget, budget_use, gateway
from sharing.database_clock import database_now
from sharing.minted_days import minted_by_day
from sharing.settings_page import last_check


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The whole page, for the period that is asked for (`days`)."""
    person = signed_in(request)
    today = timezone.now().date()
    period = period_named(request.GET.get("days"))
    steps = first_steps(person)
    context = _now_context(person) | {
        "period": period,
        "periods": PERIODS,
        "steps": steps,
        **_imports_context(person, period, today),
        **_minted_context(person, period, today),
        **_health_context(person),
        "trail": trail_summary() if person.holds(Right.VIEW_AUDIT) else None,
    }
    return render(request, "customers/overview/overview.html", context)


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Only "Needs you now", for the page to refresh itself."""
    return render(request, "customers/overview/_now.html", _now_context(signed_in(request)))


def _now_context(person: User) -> dict[str, Any]:
    return {
        "needs": needs_now(person),
        "reader": Reader.of(person),
        "today": timezone.now(),
        "mints": person.holds(Right.MINT_SHARE_TOKENS),
    }


def _imports_context(person: User, period: Period, today: date) -> dict[str, Any]:
    """What became of rows, for those who see imports."""
    if not person.holds(Right.VIEW_IMPORTS):
        return {"sees_imports": False}
    sums = sums_by_day(period.first(today))
    return {
        "sees_imports": True,
        "chart": outcome_chart(sums, period, today),
        "refusals": refusals(sums, period, today),
        "today_figures": today_figures(sums, today),
    }


def _minted_context(person: User, period: Period, today: date) -> dict[str, Any]:
    """What was minted, for those who see whom."""
    if not person.holds(Right.VIEW_APPLICANTS):
        return {"sees_minting": False}
    counts = minted_by_day(period.every_day(today))
    bars: dict[date, dict[str, int]] = {}
    for day, minted in counts.items():
        bar = bars.setdefault(period.bar_of(day, today), {"minted": 0})
        bar["minted"] += minted
    return {
        "sees_minting": True,
        "minted_chart": day_chart(
            period.bars(today), bars, ("minted",), step=period.step, what="Share tokens"
        ),
        "minted_today": counts.get(today, 0),
    }


def _health_context(person: User) -> dict[str, Any]:
    """The connection, and the rate budget for those who work over it."""
    context: dict[str, Any] = {
        "connection": gateway.connection(),
        "manages_connection": person.holds(Right.MANAGE_CONNECTION),
        "sees_budget": person.holds(
            Right.VIEW_IMPORTS, Right.MINT_SHARE_TOKENS, Right.MANAGE_CONNECTION
        ),
    }
    if person.holds(Right.MANAGE_CONNECTION, Right.VIEW_AUDIT):
        context |= {"check": last_check()}
    if person.holds(Right.VIEW_IMPORTS):
        context |= {
            "last_webhook": _LAST_WEBHOOK.first(),
            "sending": len(rows_to_send_by_import()),
        }
    return context | (_budget_context() if context["sees_budget"] else {})


def _budget_context() -> dict[str, Any]:
    at = database_now().timestamp()
    posts = budget_use.lately(budget.POST, at)
    refused = datetime.fromtimestamp(posts.refused_at, tz=UTC) if posts.refused_at else None
    return {"posts": posts, "gets": budget_use.lately(budget.GET, at), "throttled_at": refused}


_LAST_WEBHOOK = Compiled(
    lambda: SumsubEvent.objects.newest_first().values_list("received_at", flat=True)[:1]
)
