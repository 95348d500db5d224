"""Applications: the list, one of them, completing it, and its story."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.codes import Code
from accounts.api.ids import Kind
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import Body, OneOf, Text, Whole, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.application_doing import LARGEST_VERSION, done
from customers.api.application_examples import APPLICATION_EXAMPLE, LISTED_EXAMPLE
from customers.api.application_shapes import (
    SHOWN_WAITING,
    ApplicationListed,
    ApplicationShown,
    application_listed,
    application_shown,
)
from customers.api.customer_shapes import PersonWords
from customers.api.entered import Entered
from customers.api.fetching import application_with, unmasked_for
from customers.api.import_bodies import donor_from
from customers.applying import completing
from customers.models import (
    Application,
    ApplicationStatus,
    EmploymentStatus,
    Purpose,
    Waiting,
    WealthSource,
)
from customers.models.applications import ApplicationQuerySet
from customers.stories.whole import story_of

TAG = "Applications"
LONGEST_WAIT = 36_500
LATEST_FIRST = Order(("-waiting_since", "-pk"))
LONGEST_FIRST = Order(("waiting_since", "pk"))


class ApplicationList(serializers.Serializer[Any]):
    """A page of applications."""

    data = ApplicationListed(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class ApplicationQuery(Paging):
    """Which applications to list."""

    status = OneOf(choices=ApplicationStatus.choices, required=False)
    waiting_on = OneOf(choices=SHOWN_WAITING, required=False, help_text="whose the next step is")
    waited_days = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LONGEST_WAIT,
        help_text="those that have stood where they stand for so many days or longer",
    )
    partner = Text(required=False, max_length=64, help_text="the donor: `par_…`, or its client id")
    q = PersonWords(required=False)

    def narrowed(
        self, found: ApplicationQuerySet, asked: Mapping[str, Any], *, by_name: bool
    ) -> ApplicationQuerySet:
        """`found` as far as the filters let it through."""
        if "waiting_on" in asked:
            found = found.waiting_on(Waiting(asked["waiting_on"]))
        if "status" in asked:
            found = found.in_status(ApplicationStatus(asked["status"]))
        if "partner" in asked:
            found = found.filter(customer__partner=donor_from(asked["partner"]))
        if "waited_days" in asked:
            earlier = timezone.now() - timedelta(days=asked["waited_days"])
            found = found.waiting_since(earlier)
        return found.found_by(asked["q"], by_name=by_name) if "q" in asked else found


class ApplicationsView(ApiView):
    """All applications."""

    scopes = {"GET": Scope.APPLICATIONS_READ}

    @operation(
        "listApplications",
        "List applications",
        tag=TAG,
        scope=Scope.APPLICATIONS_READ,
        description=(
            "What moved last comes first; with `waiting_on`, what has waited longest. A list of "
            "what waits is a queue: whoever works on it reads its beginning again, for an "
            "application that moves leaves its place."
        ),
        query=ApplicationQuery,
        answers={
            200: answered(ApplicationList, "A page.", {"data": [LISTED_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request) -> Response:
        """A page of applications."""
        asked = checked(ApplicationQuery, request.query_params)
        order = LONGEST_FIRST if "waiting_on" in asked else LATEST_FIRST
        everything = Application.objects.all()
        by_name = unmasked_for(request)
        found = ApplicationQuery().narrowed(everything.with_facts(), asked, by_name=by_name)
        return Response(page(found, order, Kind.APPLICATION, asked, _listed, among=everything))


def _entered(name: str, help_text: str | None = None) -> Entered:
    return Entered(name, required=False, allow_null=True, help_text=help_text)


class Entries(Body):
    """Fields to store. What is not named stays as it is; null empties a field."""

    version = Whole(
        min_value=1,
        max_value=LARGEST_VERSION,
        help_text="the version that you read: what others changed since is not overwritten",
    )
    name = _entered("name", "the full name")
    date_of_birth = _entered("date_of_birth")
    nationality = _entered("nationality", "in two or three letters: `NLD`")
    email = _entered("email")
    phone = _entered("phone", "+31 30 123 4567")
    street = _entered("street", "and number")
    city = _entered("city")
    region = _entered("region")
    postal_code = _entered("postal_code")
    country = _entered("country", "of residence, as nationality")
    employment_status = OneOf(required=False, allow_null=True, choices=EmploymentStatus.choices)
    purpose_of_account = serializers.ListField(
        required=False, allow_null=True, max_length=20, child=OneOf(choices=Purpose.choices)
    )
    source_of_wealth = serializers.ListField(
        required=False, allow_null=True, max_length=40, child=OneOf(choices=WealthSource.choices)
    )
    ssn = _entered("ssn", "123-45-6789")


class ApplicationView(ApiView):
    """One application."""

    scopes = {"GET": Scope.APPLICATIONS_READ, "PATCH": Scope.APPLICATIONS_WRITE}

    @operation(
        "readApplication",
        "Read an application",
        tag=TAG,
        scope=Scope.APPLICATIONS_READ,
        path={"application_id": Kind.APPLICATION},
        answers={200: answered(ApplicationShown, "With all it has.", APPLICATION_EXAMPLE)},
    )
    def get(self, request: Request, application_id: str) -> Response:
        """The application with what was entered, what is missing, and Sumsub's review."""
        found = application_with(application_id)
        return Response(application_shown(found, unmasked=unmasked_for(request)))

    @operation(
        "completeApplication",
        "Complete an application",
        tag=TAG,
        scope=Scope.APPLICATIONS_WRITE,
        description=(
            "Stores the fields named, all of them or none. Fields that somebody else changed after "
            "`version`, and to something else, are never overwritten: that is 409 `overtaken`."
        ),
        path={"application_id": Kind.APPLICATION},
        body=Entries,
        sample={
            "version": 7,
            "employment_status": "employed",
            "purpose_of_account": ["investing"],
            "source_of_wealth": ["savings", "gift"],
        },
        key="optional",
        problems=[Code.NOT_POSSIBLE, Code.OVERTAKEN],
        answers={200: answered(ApplicationShown, "As it stands now.", APPLICATION_EXAMPLE)},
    )
    def patch(self, request: Request, application_id: str) -> Response:
        """Store fields."""
        asked = checked(Entries, request.data)
        given = {
            name: _emptied(name) if value is None else value
            for name, value in asked.items()
            if name != "version"
        }
        return done(
            request,
            application_id,
            asked,
            lambda application, author: completing.save(
                application.pk, given, author, based_on=asked["version"]
            ),
        )


class MomentShown(serializers.Serializer[Any]):
    """Something that happened."""

    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="for people")
    by = serializers.CharField(help_text="person or API client; empty: Sumsub, or the import")
    words = serializers.CharField(
        allow_null=True, help_text="what they said of it; null without `personal-data:read`"
    )


class Timeline(serializers.Serializer[Any]):
    """The story of an application, the latest first."""

    data = MomentShown(many=True)  # type: ignore[assignment]


MOMENT_EXAMPLE = {
    "at": "2026-11-29T09:31:12.000000Z",
    "what": "Information requested: Source of wealth",
    "by": "Olga Officer",
    "words": "Please say where the savings come from.",
}


class TimelineView(ApiView):
    """What happened to an application."""

    scopes = {"GET": Scope.APPLICATIONS_READ}

    @operation(
        "readTimeline",
        "Read the story of an application",
        tag=TAG,
        scope=Scope.APPLICATIONS_READ,
        description="What people and clients did, and what Sumsub said; the latest first.",
        path={"application_id": Kind.APPLICATION},
        answers={200: answered(Timeline, "All of it.", {"data": [MOMENT_EXAMPLE]})},
    )
    def get(self, request: Request, application_id: str) -> Response:
        """The story."""
        unmasked = unmasked_for(request)
        application = application_with(application_id)
        moments = [
            {
                "at": one.at,
                "what": one.what,
                "by": one.by,
                "words": one.words if unmasked else None,
            }
            for one in story_of(application.customer, application, timezone.now())
        ]
        return Response({"data": moments})


def _listed(applications: Sequence[Application]) -> list[dict[str, Any]]:
    return [application_listed(one) for one in applications]


def _emptied(name: str) -> Any:
    return [] if name in ("purpose_of_account", "source_of_wealth") else ""
