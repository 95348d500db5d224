"""Generate share token: the dialog, the deed, the one time that the token is shown.

The token is in the answer to the POST and nowhere else: no address, session, message, log or
database holds it, and no cache may (`Cache-Control: no-store`).
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.applicant_page import what_happened
from sharing.bar_words import barred_sentences
from sharing.minting import MintRefused, mint, record_copied
from sharing.minting_form import MintForm
from sharing.models import Applicant, IssuedToken, Way
from sharing.precheck import checks_for

# Seconds that the page shows a share token before it hides it for good.
SHOWN_SECONDS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MINT_SHARE_TOKENS)
def generate(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog for a recipient and a time to live; posting it mints."""
    applicant = get_object_or_404(Applicant, pk=pk)
    if request.method == "POST":
        return _minted(request, applicant)
    if not request.headers.get("HX-Request"):
        return redirect("sharing:applicant", pk=pk)
    form = MintForm(initial={"partner": request.GET.get("partner")})
    return _dialog(request, applicant, form)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def copied(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the share token just shown was copied, by the person it was shown to."""
    person = signed_in(request)
    issued = get_object_or_404(IssuedToken, pk=pk, issued_by=person)
    record_copied(issued, by=person, request=request)
    return HttpResponse(status=204)


@sensitive_variables("minted")
def _minted(request: HttpRequest, applicant: Applicant) -> HttpResponse:
    form = MintForm(request.POST)
    if not form.is_valid():
        return _dialog(request, applicant, form)
    try:
        minted = mint(
            applicant,
            form.cleaned_data["partner"],
            form.ttl_seconds,
            by=signed_in(request),
            request=request,
        )
    except MintRefused as refused:
        form.add_error(None, refused.sentence)
        return _dialog(request, applicant, form)
    context = {
        "applicant": applicant,
        "minted": minted,
        "shown_seconds": SHOWN_SECONDS,
        **what_happened(applicant),
    }
    response = render(request, "sharing/_share_token.html", context)
    patch_cache_control(response, no_store=True, private=True)
    return response


def _dialog(request: HttpRequest, applicant: Applicant, form: MintForm) -> HttpResponse:
    partner = form.chosen_partner
    context = {
        "applicant": applicant,
        "form": form,
        "partner": partner,
        "barred": barred_sentences(Way.OUT),
        "checks": checks_for(applicant, partner),
        "would_die_at": timezone.now() + timedelta(seconds=form.shown_ttl),
        "shown_ttl": form.shown_ttl,
    }
    return render(request, "sharing/_generate.html", context)
