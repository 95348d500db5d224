"""The donor's applicants: the list, looking one up, taking an export in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.keyset import Page, page_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from sharing.applicant_forms import ApplicantFilter, ExportForm, LookupForm
from sharing.applicant_intake import take_in
from sharing.applicant_lookup import look_up
from sharing.models import Applicant
from sharing.plain_words import plain_words
from sumsub.errors import NotFound, SumsubError

PAGE_SIZE = 50


@require_safe
@needs(Right.VIEW_APPLICANTS)
def applicants(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
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


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.VIEW_APPLICANTS)
def import_export(request: HttpRequest) -> HttpResponse:
    """Take in the CSV that Sumsub's dashboard exports, and say what became of its lines."""
    sent = request.method == "POST"
    form = ExportForm(request.POST, request.FILES) if sent else ExportForm()
    if sent and form.is_valid():
        intake = take_in(form.export, by=signed_in(request), request=request)
        context = {"intake": intake, "columns": form.export.columns}
        return render(request, "sharing/applicants_imported.html", context)
    return render(request, "sharing/applicants_import.html", {"form": form})


def _list_page(request: HttpRequest, lookup: LookupForm) -> HttpResponse:
    form = ApplicantFilter(request.GET or None)
    valid = form.is_valid()
    everyone = Applicant.objects.all()
    found = form.narrow(everyone) if valid else everyone
    page: Page[Applicant] = page_of(found, request.GET.get("before"), size=PAGE_SIZE)
    context = {
        "form": form,
        "lookup": lookup,
        "filtered": valid and form.in_use,
        "page": page,
        "found_count": found.count(),
        "total": everyone.count(),
        "may_mint": signed_in(request).holds(Right.MINT_SHARE_TOKENS),
    }
    return render(request, "sharing/applicants.html", context)


def _lookup_words(error: SumsubError, wanted: str) -> str:
    if isinstance(error, NotFound):
        return (
            f"Sumsub knows no applicant “{wanted}” in this workspace, neither as applicant id nor "
            "as your id. If the dashboard shows one, the app token lacks View applicants."
        )
    return plain_words(error)
