"""Generate share token: the form, the deed, the one time that the token is shown.

With script the form is a dialog over the applicant's page, without it a page of its own.

The token is in the answer to the POST and nowhere else: no address, session, message, log or
database holds it, and no cache may (`Cache-Control: no-store`).
"""

import secrets
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.applicant_page import what_happened
from sharing.bar_words import barred_sentences
from sharing.minting import MintRefused, claim, mint, record_copied
from sharing.minting_form import MintForm
from sharing.models import Applicant, IssuedToken, Way
from sharing.precheck import checks_for

# Seconds that the page shows a share token before it hides it for good.
SHOWN_SECONDS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.MINT_SHARE_TOKENS)
def generate(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a recipient and a time to live; posting it mints."""
    applicant = get_object_or_404(Applicant, pk=pk)
    if request.method == "POST":
        return _minted(request, applicant)
    form = MintForm(initial={"partner": request.GET.get("partner")})
    return _form(request, applicant, form)


@require_POST
@needs(Right.MINT_SHARE_TOKENS)
def copied(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the share token just shown was copied, by the person it was shown to."""
    person = signed_in(request)
    issued = get_object_or_404(IssuedToken, pk=pk, issued_by=person)
    record_copied(issued, by=person, request=request)
    return HttpResponse(status=204)


@sensitive_variables("minted", "context")
def _minted(request: HttpRequest, applicant: Applicant) -> HttpResponse:
    form = MintForm(request.POST)
    if not form.is_valid():
        return _form(request, applicant, form)
    person = signed_in(request)
    try:
        claim(form.cleaned_data["once"], by=person)
        partner = form.cleaned_data["partner"]
        minted = mint(applicant, partner, form.ttl_seconds, by=person, request=request)
    except MintRefused as refused:
        form.add_error(None, refused.sentence)
        form.is_ttl_suspected = refused.may_be_the_ttl
        return _form(request, applicant, form)
    context = {
        "applicant": applicant,
        "minted": minted,
        "shown_seconds": SHOWN_SECONDS,
        **what_happened(applicant),
    }
    response = render(request, _shown_in(request, "share_token"), context)
    patch_cache_control(response, no_store=True, private=True)
    if not _is_in_page(request):
        # Without script nothing hides the share token, so the page leaves by itself.
        back = reverse("sharing:applicant", args=[applicant.pk])
        response["Refresh"] = f"{SHOWN_SECONDS}; url={back}"
    return response


def _form(request: HttpRequest, applicant: Applicant, form: MintForm) -> HttpResponse:
    partner = form.chosen_partner
    context = {
        "applicant": applicant,
        "form": form,
        "once": secrets.token_hex(16),
        "partner": partner,
        "barred": barred_sentences(Way.OUT),
        "checks": checks_for(applicant, partner),
        "would_die_at": timezone.now() + timedelta(seconds=form.shown_ttl),
        "shown_ttl": form.shown_ttl,
    }
    return render(request, _shown_in(request, "generate"), context)


def _is_in_page(request: HttpRequest) -> bool:
    """Whether htmx asks, for a dialog on the applicant's page."""
    return request.headers.get("HX-Request") == "true"


def _shown_in(request: HttpRequest, name: str) -> str:
    return f"sharing/_{name}.html" if _is_in_page(request) else f"sharing/{name}.html"
