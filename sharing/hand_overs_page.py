"""Hand-overs as the donor sees them: what was made for whom, who opened and took it, revoking."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.keyset import Page, page_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing import hand_overs as deeds
from sharing.models import HandOver

PAGE_SIZE = 50


@require_safe
@needs(Right.VIEW_SHARE_TOKENS)
def hand_overs(request: HttpRequest) -> HttpResponse:
    """Every hand-over, newest first."""
    everything = HandOver.objects.newest_first()
    page: Page[HandOver] = page_of(everything, request.GET.get("before"), size=PAGE_SIZE)
    context = {
        "page": page,
        "count": everything.count(),
        "may_revoke": signed_in(request).holds(Right.MINT_SHARE_TOKENS),
    }
    return render(request, "sharing/hand_overs.html", context)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a hand-over that nobody took yet."""
    found = get_object_or_404(HandOver.objects.newest_first(), pk=pk)
    if deeds.revoke(found, by=signed_in(request), request=request):
        messages.success(request, f"{found} is withdrawn and its file erased.")
    else:
        messages.error(request, f"{found} does not wait any more: {found.state.label.lower()}.")
    return redirect("sharing:hand_overs")


@sensitive_variables("made")
def made_page(request: HttpRequest, made: deeds.Made) -> HttpResponse:
    """The one answer that shows link and passphrase of a fresh hand-over; no cache keeps it."""
    path = reverse("sharing:hand_over", args=[made.secret])
    context = {"made": made, "link": request.build_absolute_uri(path)}
    response = render(request, "sharing/hand_over_made.html", context)
    patch_cache_control(response, no_store=True, private=True)
    return response
