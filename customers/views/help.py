"""Help that ships with the product."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from customers import handbook
from customers.timing import Timing
from customers.views.reason_cards import heading_of
from sharing import budget


@require_safe
def importing_share_tokens(request: HttpRequest) -> HttpResponse:
    """Importing share tokens, from the donor's file to what is done afterwards. Needs sign-in."""
    context = {
        "columns": handbook.columns(),
        "faults": handbook.faults(),
        "labels": handbook.labels(),
        "parties": [(heading_of(acts, "the donor"), told) for acts, told in handbook.reasons()],
        "clock_lines": handbook.clock_lines(),
        "limit": budget.limit(budget.POST),
        "timing": Timing.current(),
    }
    return render(request, "customers/help/importing_share_tokens.html", context)
