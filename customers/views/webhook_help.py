"""Help for whoever writes the receiving system: what comes, and how to see that it is ours."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import needs
from accounts.rights import Right
from customers.outgoing.pace import Pace
from customers.webhook_guide import EXAMPLES, VERIFYING
from outward.posting import TOTAL_SECONDS


@require_safe
@needs(Right.MANAGE_CONNECTION)
def receiving(request: HttpRequest) -> HttpResponse:
    """What a receiver does, with code that a test runs."""
    pace = Pace.current()
    context = {
        "verifying": VERIFYING,
        "examples": EXAMPLES,
        "pace": asdict(pace),
        "attempts": len(pace.retries) + 1,
        "total_seconds": int(TOTAL_SECONDS),
    }
    return render(request, "customers/help/receiving_webhooks.html", context)
