"""The ledger of share tokens: for whom, by whom, until when, and their fate. Never the token."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.downloads import CSV, file_of
from accounts.keyset import Page, page_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from accounts.saved_filters import opening, shown_filters
from sharing.ledger_csv import ledger_csv
from sharing.ledger_filter import FILTERED, LedgerFilter
from sharing.ledger_links import note_links
from sharing.models import Applicant, Fate, IssuedToken, IssuedTokenQuerySet

PAGE_SIZE = 50
FINDS = "Search looks at the beginning of the token mark, at the applicant's name and at both ids."
FINDS_MASKED = "Search looks at the beginning of the token mark and at the whole applicant id."


@require_safe
@needs(Right.VIEW_SHARE_TOKENS)
def ledger(request: HttpRequest) -> HttpResponse:
    """Every share token minted here, newest first; opened bare, as the person's default filter."""
    person = signed_in(request)
    elsewhere = opening(FILTERED, request, person)
    if elsewhere:
        return redirect(elsewhere)
    form, narrowed = _asked_for(request)
    counts = narrowed.counted_by_fate()
    found = narrowed.of_fate(form.fate) if form.fate else narrowed
    shown = found.select_related("applicant", "partner", "issued_by")
    page: Page[IssuedToken] = page_of(shown, request.GET.get("before"), size=PAGE_SIZE)
    note_links(page.rows)
    sees_whose = person.holds(Right.VIEW_APPLICANTS)
    total = sum(counts.values())
    context = {
        "form": form,
        "filtered": form.in_use,
        "filters": shown_filters(FILTERED, request, person),
        "page": page,
        "segments": [("", "All", total), *((f.value, f.label, counts[f]) for f in Fate)],
        "state_chosen": form.fate or "",
        "found_count": counts[form.fate] if form.fate else total,
        "has_applicants": Applicant.objects.exists(),
        "sees_whose": sees_whose,
        "search_hint": "Mark, name or id" if sees_whose else "Mark or applicant id",
        "search_rule": FINDS if sees_whose else FINDS_MASKED,
        "may_export": person.holds(Right.EXPORT_SHARE_TOKENS),
        "may_mint": person.holds(Right.MINT_SHARE_TOKENS),
    }
    return render(request, "sharing/tokens.html", context)


@require_safe
@needs(Right.EXPORT_SHARE_TOKENS)
def export(request: HttpRequest) -> HttpResponseBase:
    """What the filter finds, as CSV; it holds no share token and nobody's name."""
    form, narrowed = _asked_for(request)
    found = narrowed.of_fate(form.fate) if form.fate else narrowed
    with transaction.atomic():
        audit.record(
            "share_tokens.exported",
            actor=signed_in(request),
            subject="share_tokens",
            request=request,
            lines=found.count(),
            filtered=form.in_use,
        )
    name = f"share-tokens-{timezone.now():%Y-%m-%d-%H%M}.csv"
    return file_of(request, ledger_csv(found), name, CSV)


def _asked_for(request: HttpRequest) -> tuple[LedgerFilter, IssuedTokenQuerySet]:
    """The filter, and all lines that it finds whatever their fate."""
    sees_whose = signed_in(request).holds(Right.VIEW_APPLICANTS)
    form = LedgerFilter(request.GET, by_person=sees_whose)
    return form, form.narrow(IssuedToken.objects.all())
