"""The donor's applicants: the list, looking one up, taking an export in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import needs, signed_in
from accounts.rights import Right
from accounts.saved_filters import opening, shown_filters
from sharing import gateway
from sharing.applicant_forms import LookupForm
from sharing.applicant_list import FILTERED, ApplicantList
from sharing.applicant_lookup import look_up
from sharing.models import Applicant
from sharing.plain_words import plain_words
from sumsub.errors import NotFound, SumsubError

SELECTION = "sharing/_mint_selection.html"


@require_safe
@needs(Right.VIEW_APPLICANTS)
def applicants(request: HttpRequest) -> HttpResponse:
    """The list; opened without a query, as the person's default filter has it."""
    elsewhere = opening(FILTERED, request, signed_in(request))
    if elsewhere:
        return redirect(elsewhere)
    return _list_page(request, LookupForm())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.VIEW_APPLICANTS)
def look_one_up(request: HttpRequest) -> HttpResponse:
    """Ask Sumsub about one applicant and go to its page; asked by a GET, show the list."""
    if request.method != "POST":
        # A link of the list below a refused lookup, or that page loaded again.
        return redirect(f"{reverse('sharing:applicants')}?{request.GET.urlencode()}")
    form = LookupForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["applicant"]
        try:
            found = look_up(wanted, by=signed_in(request), request=request)
        except SumsubError as error:
            form.add_error("applicant", _lookup_words(error, wanted))
        else:
            messages.success(request, f"{found.applicant} is in your list.")
            return redirect("sharing:applicant", pk=found.applicant.pk)
    return _list_page(request, form)


def _list_page(request: HttpRequest, lookup: LookupForm) -> HttpResponse:
    person = signed_in(request)
    listed = ApplicantList(request.GET)
    filters = shown_filters(FILTERED, request, person)
    page = listed.page(request.GET.get("before"))
    context = {
        "form": listed.form,
        "lookup": lookup,
        "filtered": listed.form.in_use,
        "filters": filters,
        "page": page,
        "segments": _segments(listed),
        "share_chosen": listed.form.shareability or "",
        "found_count": listed.found_count,
        "total": Applicant.objects.count(),
        "acts": _acts_on_selection(request, may_mint=person.holds(Right.MINT_SHARE_TOKENS)),
    }
    return render(request, "sharing/applicants.html", context)


def _segments(listed: ApplicantList) -> list[tuple[str, str, int]]:
    choices = listed.form.fields["share"].choices  # type: ignore[attr-defined]
    counts = {str(share): count for share, count in listed.counts.items()}
    counts[""] = sum(listed.counts.values())
    return [(str(value), str(label), counts[value]) for value, label in choices]


def _acts_on_selection(request: HttpRequest, *, may_mint: bool) -> SafeString:
    """What may be done with chosen applicants; while there is nothing, none can be chosen."""
    # Stripping makes plain text of what the template has escaped already.
    return SafeString(render_to_string(SELECTION, {"may_mint": may_mint}, request).strip())


def _lookup_words(error: SumsubError, wanted: str) -> str:
    if not isinstance(error, NotFound):
        return plain_words(error)
    here = gateway.connection().environment
    other = {"sandbox": "production", "production": "sandbox"}.get(here, "the other environment")
    return (
        f"Sumsub knows no applicant “{wanted}” in this workspace, neither as applicant id nor "
        "as your id. If the dashboard shows one, the app token lacks View applicants, or the "
        f"applicant belongs to another workspace or to {other}."
    )
