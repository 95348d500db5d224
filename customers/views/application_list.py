"""Applications: who waits for what, the longest first."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.counting import Count, counted
from accounts.keyset import place_in, place_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.application_forms import ApplicationFilter
from customers.applying.missing import facts_of, missing
from customers.models import Application, Waiting
from customers.models.application_states import COMPLETABLE
from customers.models.applications import ApplicationQuerySet
from customers.reviews.shown import ShownReview, shown_review
from customers.views.application_page import name_of
from customers.views.readers import Reader

PAGE_SIZE = 50
_SEGMENTS = (
    ("", "All"),
    (Waiting.US.value, "Us"),
    (Waiting.APPLICANT.value, "Applicant"),
    (Waiting.SUMSUB.value, "Sumsub"),
    (Waiting.DONOR.value, "Donor"),
)


@dataclass(frozen=True)
class Line:
    """One application as the list shows it."""

    application: Application
    name: str
    review: ShownReview | None
    needs: str
    waited: float


@dataclass(frozen=True)
class Segment:
    """Applications that wait for one of the four, and how many they are."""

    value: str
    label: str
    count: Count


@require_safe
@needs(Right.VIEW_CUSTOMERS)
def application_list(request: HttpRequest) -> HttpResponse:
    """Applications that the filter lets through; those that wait for somebody, longest first."""
    reader = Reader.of(signed_in(request))
    form = ApplicationFilter(request.GET)
    found = form.narrow(Application.objects.all(), by_name=reader.sees_names)
    waiting = form.value("waiting") is not None
    shown, older = _page(found, request.GET.get("before", ""), longest_first=waiting)
    context = {
        "form": form,
        "reader": reader,
        "waiting": form.value("waiting") or "",
        "segments": list(_segments()),
        "lines": [_line(application, reader) for application in shown],
        "older": older,
        "first": not request.GET.get("before"),
        "count": counted(found),
    }
    return render(request, "customers/applications/list.html", context)


def _segments() -> list[Segment]:
    every = Application.objects.all()
    return [
        Segment(value, label, counted(every.waiting_on(Waiting(value)) if value else every))
        for value, label in _SEGMENTS
    ]


def _line(application: Application, reader: Reader) -> Line:
    now = timezone.now()
    return Line(
        application=application,
        name=name_of(application, reader),
        review=None if application.is_manual else shown_review(application),
        needs=_needs(application) if application.status in COMPLETABLE else "",
        waited=(now - application.waiting_since).total_seconds(),
    )


def _needs(application: Application) -> str:
    """The first thing that is missing, and how many more."""
    lacking = missing(facts_of(application), timezone.now().date())
    if not lacking:
        return "Nothing: submit it"
    more = len(lacking) - 1
    return f"{lacking[0].what} and {more} more" if more else lacking[0].what


def _page(
    found: ApplicationQuerySet, cursor: str, *, longest_first: bool
) -> tuple[list[Application], str | None]:
    below = _beyond(found, cursor, later=longest_first)
    ordered = below.longest_first() if longest_first else below.latest_first()
    applications = list(ordered.with_facts()[: PAGE_SIZE + 1])
    shown = applications[:PAGE_SIZE]
    return shown, _cursor(shown[-1]) if len(applications) > PAGE_SIZE else None


def _beyond(found: ApplicationQuerySet, cursor: str, *, later: bool) -> ApplicationQuerySet:
    """Applications after the cursor; one that makes no sense counts as none."""
    place = place_in(cursor)
    return found.beyond(*place, later=later) if place else found


def _cursor(application: Application) -> str:
    return place_of(application.waiting_since, application.pk)
