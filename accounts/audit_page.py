"""The audit trail on a page: filter, read, verify."""

from datetime import date

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.keyset import Page, page_of
from accounts.models import AuditEvent, AuditEventQuerySet, User
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from accounts.sealing import verify_chain

PAGE_SIZE = 50


class TrailFilter(forms.Form):
    """What part of the trail to show. Every field may stay empty."""

    deed = forms.CharField(required=False, max_length=80)
    person = forms.ModelChoiceField(
        User.objects.order_by("name", "pk"), required=False, empty_label="Anyone"
    )
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)

    def clean(self) -> dict[str, object]:
        """Refuse a period that ends before it begins."""
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", "Choose a day on or after the first one.")
        return values

    def narrow(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        """`events` as far as the valid fields of this form let them through."""
        values = self.cleaned_data
        if values.get("deed"):
            events = events.of_deed(values["deed"])
        if values.get("person"):
            events = events.by(values["person"])
        return events.between(values.get("first"), values.get("last"))

    @property
    def in_use(self) -> bool:
        """True when anything is filtered."""
        return any(self.cleaned_data.values())


@require_safe
@needs(Right.VIEW_AUDIT, Right.VIEW_OWN_AUDIT)
def trail(request: HttpRequest) -> HttpResponse:
    """The events that this person may see, newest first."""
    person = signed_in(request)
    visible = AuditEvent.objects.visible_to(person)
    form = TrailFilter(request.GET or None)
    valid = form.is_valid()
    found = form.narrow(visible) if valid else visible
    page: Page[AuditEvent] = page_of(found, request.GET.get("before"), size=PAGE_SIZE)
    context = {
        "form": form,
        "filtered": valid and form.in_use,
        "page": page,
        "total": found.count(),
        "deeds": visible.order_by("deed").values_list("deed", flat=True).distinct(),
        "sees_all": person.holds(Right.VIEW_AUDIT),
        "sealed": visible.sealed().count(),
    }
    return render(request, "accounts/audit.html", context)


@require_POST
@needs(Right.VIEW_AUDIT)
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the chain of seals and say whether it holds."""
    report = verify_chain()
    with transaction.atomic():
        audit.record(
            "audit.verified",
            actor=signed_in(request),
            subject="audit",
            outcome="holds" if report.holds else "broken",
            request=request,
            sealed=report.sealed,
            bad_seq=report.bad_seq,
        )
    if report.holds:
        messages.success(request, f"The chain holds: {report.sealed} sealed events are unchanged.")
    else:
        messages.error(request, f"The chain breaks at number {report.bad_seq}. {report.problem}")
    return redirect("accounts:audit", permanent=False)
