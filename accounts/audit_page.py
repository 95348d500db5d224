"""The audit trail on a page: filter, read, take home, verify."""

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import audit, chain_checks
from accounts.counting import counted
from accounts.downloads import CSV, file_of
from accounts.keyset import Page, page_of
from accounts.look.figures import thousands
from accounts.models import AuditEvent, AuditEventQuerySet, ChainCheck
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from accounts.saved_filters import opening, shown_filters
from accounts.trail.files import trail_csv, trail_json
from accounts.trail.filter import FILTERED, TrailFilter
from accounts.trail.lines import lines
from accounts.trail.objects import is_subject, shown

PAGE_SIZE = 50
JSON = "application/json"


@require_safe
@needs(Right.VIEW_AUDIT, Right.VIEW_OWN_AUDIT)
def trail(request: HttpRequest) -> HttpResponse:
    """The events that this person may see, newest first; opened bare, by their default filter."""
    person = signed_in(request)
    elsewhere = opening(FILTERED, request, person)
    if elsewhere:
        return redirect(elsewhere)
    sees_all = person.holds(Right.VIEW_AUDIT)
    form, found = _asked_for(request)
    page: Page[AuditEvent] = page_of(found, request.GET.get("before"), size=PAGE_SIZE)
    context = {
        "form": form,
        "filtered": form.in_use,
        "filters": shown_filters(FILTERED, request, person),
        "page": page,
        "lines": lines(page.rows, person),
        "about": shown([(form.subject, {})], person)[0] if form.subject else None,
        "total": counted(found),
        "sees_all": sees_all,
        "sealed": AuditEvent.objects.last_seq() if sees_all else None,
        "last_check": ChainCheck.objects.finished().first() if sees_all else None,
    }
    return render(request, "accounts/audit/trail.html", context)


@require_safe
@needs(Right.VIEW_AUDIT)
def export_csv(request: HttpRequest) -> HttpResponseBase:
    """What the filter finds, as CSV."""
    return _file(request, trail_csv, "csv", CSV)


@require_safe
@needs(Right.VIEW_AUDIT)
def export_json(request: HttpRequest) -> HttpResponseBase:
    """What the filter finds, as JSON."""
    return _file(request, trail_json, "json", JSON)


@require_POST
@needs(Right.VIEW_AUDIT)
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the chain of seals; a short one is walked at once, a long one on a page of its own."""
    check = chain_checks.begin(by=signed_in(request), request=request)
    if not check.is_over:
        return redirect("accounts:audit_check", pk=check.pk)
    if check.holds:
        messages.success(
            request, f"The chain holds: {thousands(check.reached)} sealed events are unchanged."
        )
    else:
        messages.error(request, f"The chain breaks at number {check.bad_seq}. {check.problem}")
    return redirect("accounts:audit")


@require_safe
@needs(Right.VIEW_AUDIT)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One walk along the chain: how far it is, or what it found."""
    found = get_object_or_404(ChainCheck.objects.select_related("started_by"), pk=pk)
    return render(request, "accounts/audit/check.html", {"check": found})


@require_POST
@needs(Right.VIEW_AUDIT)
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Walk the next part of the chain; answers the part of the page that changes."""
    get_object_or_404(ChainCheck, pk=pk)
    found = chain_checks.go_on(pk, by=signed_in(request), request=request)
    if request.headers.get("HX-Request"):
        return render(request, "accounts/audit/_check.html", {"check": found})
    return redirect("accounts:audit_check", pk=pk)


def _asked_for(request: HttpRequest) -> tuple[TrailFilter, AuditEventQuerySet]:
    """The filter, and the events that it finds among those that this person may see."""
    person = signed_in(request)
    form = TrailFilter(request.GET, by_anybody=person.holds(Right.VIEW_AUDIT))
    return form, form.narrow(AuditEvent.objects.visible_to(person))


def _file(
    request: HttpRequest,
    make: Callable[[AuditEventQuerySet], Iterator[str]],
    kind: str,
    content_type: str,
) -> HttpResponseBase:
    """A file of what the filter finds. The event that tells of it stands behind its last line."""
    form, found = _asked_for(request)
    with transaction.atomic():
        taken = audit.record(
            "audit.exported",
            actor=signed_in(request),
            subject="audit",
            request=request,
            kind=kind,
            lines=found.count(),
            filtered=form.in_use,
            about=form.subject if is_subject(form.subject) else None,
        )
    name = f"audit-{timezone.now():%Y-%m-%d-%H%M}.{kind}"
    return file_of(request, make(found.before(taken)), name, content_type)
