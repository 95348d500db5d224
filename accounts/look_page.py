"""Every part of the look once, for whoever builds or tests a page. Not in production."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.look.states import STATES

SEGMENTS = [
    ("imported", 1148),
    ("refused", 78),
    ("not_imported", 2),
    ("expired", 6),
    ("needs_person", 1),
    ("duplicate", 5),
    ("checking", 4),
    ("sending", 10),
    ("pending", 746),
]
TENTHS_PER_SECOND = (0, 61, 98, 99, 99, 100, 99, 98, 72, 50, 51, 64, 80, 93, 98, 99, 99, 100, 99)


class SampleForm(forms.Form):
    """Fields in each of their shapes."""

    client_id = forms.CharField(help_text="Sumsub’s dashboard, Reusable KYC, Your client id.")
    ttl = forms.IntegerField(
        label="Time to live",
        error_messages={"min_value": "Enter seconds from 1 up, for example 1200 for 20 minutes."},
        min_value=1,
    )
    level = forms.ChoiceField(choices=[("id", "id-only"), ("liveness", "id-and-liveness")])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    mode = forms.ChoiceField(
        choices=[("reuse", "Reusable KYC"), ("copy", "Copy Applicant")],
        widget=forms.RadioSelect,
        initial="reuse",
    )
    agreed = forms.BooleanField(label="The agreement covers these people", required=False)


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """The components page; 404 in production."""
    if settings.PRODUCTION:
        raise Http404
    values = {"client_id": "lindenmark_20417", "ttl": "-20", "level": "id", "mode": "reuse"}
    form = SampleForm(values)
    now = timezone.now()
    context = {
        "states": STATES.items(),
        "segments": SEGMENTS,
        "rates": [tenths / 10 for tenths in TENTHS_PER_SECOND],
        "form": form,
        "now": now,
        "deadlines": [now + timedelta(seconds=s) for s in (1023, 260, 38, -900)],
    }
    return render(request, "look/parts.html", context)
