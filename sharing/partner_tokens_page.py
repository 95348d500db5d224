"""Partner tokens on pages: recording them, ticking steps, showing one on demand; for admins.

The text of a partner token is in the answer to the POST that asks for it and nowhere else; no
cache may keep that answer.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing import partner_tokens
from sharing.models import Erasure, Partner, PartnerStep, PartnerToken, TokenUse
from sharing.partner_token_form import PartnerTokenForm
from sharing.partner_tokens import TokenGone

# Seconds that a page shows a partner token before it hides it.
SHOWN_SECONDS = 60


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MANAGE_PARTNERS)
def record(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """The form for a partner token that was made or received, and recording it."""
    partner = get_object_or_404(Partner, pk=pk)
    of_way = next((one for one in partner.ways if one.value == way), None)
    if of_way is None:
        messages.error(request, f"{partner.name} is not registered for that. Edit its role first.")
        return redirect("sharing:partner", pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = PartnerTokenForm(sent, way=of_way, partner=partner)
    if sent is not None and form.is_valid():
        person, existing = signed_in(request), form.cleaned_data["existing"]
        if existing is not None:
            partner_tokens.link(existing, partner, by=person, request=request)
        else:
            partner_tokens.record(form.new, partner, by=person, request=request)
        messages.success(request, "Recorded. Its clock is running.")
        return _back(pk)
    context = {"form": form, "partner": partner, "way": of_way.value}
    return render(request, "sharing/partner_token_form.html", context)


@require_POST
@needs(Right.MANAGE_PARTNERS)
def tick(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Tick a step of one use of a partner token off, or take a mistaken tick back."""
    use = get_object_or_404(TokenUse.objects.select_related("token", "partner"), pk=pk)
    if step not in PartnerStep.values:
        messages.error(request, "There is no such step.")
        return _back(use.partner_id)
    person, which = signed_in(request), PartnerStep(step)
    if request.POST.get("undo"):
        if partner_tokens.untick(use, which, by=person, request=request):
            messages.success(request, f"“{which.label}” is taken back.")
    elif partner_tokens.tick(use, which, by=person, request=request):
        messages.success(request, f"“{which.label}” is noted.")
    return _back(use.partner_id)


@sensitive_variables("text")
@require_POST
@needs(Right.MANAGE_PARTNERS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text of a partner token, to be copied."""
    use = get_object_or_404(TokenUse.objects.select_related("token", "partner"), pk=pk)
    person = signed_in(request)
    try:
        text = partner_tokens.shown(use.token, use.partner, by=person, request=request)
    except TokenGone as gone:
        messages.error(request, gone.sentence)
        return _back(use.partner_id)
    context = {"use": use, "text": text, "shown_seconds": SHOWN_SECONDS}
    response = render(request, "sharing/partner_token.html", context)
    patch_cache_control(response, no_store=True, private=True)
    return response


@require_POST
@needs(Right.MANAGE_PARTNERS)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Let go of the text of a partner token; its steps stay."""
    use = get_object_or_404(TokenUse.objects.select_related("token"), pk=pk)
    token: PartnerToken = use.token
    if partner_tokens.erase(token, Erasure.ASKED, by=signed_in(request), request=request):
        messages.success(request, "The text is erased. The steps stay.")
    return _back(use.partner_id)


def _back(partner_id: int) -> HttpResponse:
    response = redirect("sharing:partner", pk=partner_id)
    response.headers["Location"] += "#steps"
    return response
