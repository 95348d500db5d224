"""The donor's applicants: the list, one of them, and what would speak against sharing one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.ids import Kind, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import Body, OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.rights import Right
from accounts.scopes import Scope
from sharing.api.applicant_shapes import (
    APPLICANT_EXAMPLE,
    CHECKS_EXAMPLE,
    STATUSES,
    WHOLE_EXAMPLE,
    ApplicantInList,
    ApplicantShown,
    CheckShown,
    applicant_in_list,
    applicant_shown,
    prechecked,
)
from sharing.api.fetching import applicant_with, recipient_named
from sharing.models import (
    Applicant,
    ApplicantQuerySet,
    ApplicantSource,
    Shareability,
    Way,
)
from sharing.precheck import shareability

TAG = "Applicants"
ORDER = Order(("-pk",))


class ApplicantList(serializers.Serializer[Any]):
    """A page of applicants, the newest here first."""

    data = ApplicantInList(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class ApplicantFilters(Body):
    """Which applicants: those that pass all of these."""

    q = Text(
        required=False,
        max_length=256,
        help_text="in names, e-mails and ids; in ids only without `personal-data:read`",
    )
    can_be_shared = OneOf(choices=[(one.value, one.name) for one in Shareability], required=False)
    status = OneOf(choices=[(name, name) for name in STATUSES], required=False)
    level = Text(required=False, max_length=256)
    country = Text(required=False, max_length=3, help_text="three letters")
    source = OneOf(  # type: ignore[assignment]
        choices=ApplicantSource.choices, required=False
    )
    external_id = Text(required=False, max_length=256, help_text="yours, exactly")
    applicant_id = Text(required=False, max_length=64, help_text="Sumsub's, exactly")


class ApplicantQuery(Paging, ApplicantFilters):
    """Which applicants to list."""


class Precheck(serializers.Serializer[Any]):
    """What is known before a share token is made. Nothing is asked of Sumsub, nothing burnt."""

    applicant = serializers.CharField(help_text="`apl_…`")
    recipient = serializers.CharField(help_text="`par_…`")
    can_be_shared = serializers.ChoiceField(choices=[one.value for one in Shareability])
    may_mint = serializers.BooleanField(help_text="false: the register forbids it now")
    checks = CheckShown(many=True, help_text="the worst first")


class PrecheckQuery(Body):
    """For whom."""

    recipient = Text(max_length=256, help_text="`par_…`, or its Sumsub client id")


PRECHECK_EXAMPLE = {
    "applicant": "apl_12",
    "recipient": "par_3",
    "can_be_shared": "yes",
    "may_mint": True,
    "checks": CHECKS_EXAMPLE,
}


def unmasked(request: Request) -> bool:
    """Whether this client sees names, e-mails and phone numbers."""
    return acting(request).holds(Right.VIEW_PERSONAL_DATA)


def narrowed(asked: Mapping[str, Any], *, by_name: bool) -> ApplicantQuerySet:
    """The applicants that pass all filters of ApplicantFilters."""
    columns = {"level": "level_name", "country": "country", "source": "source"}
    columns |= {"external_id": "external_user_id", "applicant_id": "applicant_id"}
    found = Applicant.objects.filter(
        **{column: asked[name] for name, column in columns.items() if name in asked}
    )
    if "status" in asked:
        found = found.in_review_state(STATUSES[asked["status"]])
    if "can_be_shared" in asked:
        found = found.of_shareability(Shareability(asked["can_be_shared"]))
    return found.found_by(asked["q"], by_name=by_name) if "q" in asked else found


class ApplicantsView(ApiView):
    """All applicants."""

    scopes = {"GET": Scope.APPLICANTS_READ}

    @operation(
        "listApplicants",
        "List applicants",
        tag=TAG,
        scope=Scope.APPLICANTS_READ,
        description=(
            "The newest here first. Sumsub has no call that lists applicants: they come from "
            "lookups, from the dashboard's export and from webhooks."
        ),
        query=ApplicantQuery,
        answers={
            200: answered(
                ApplicantList, "A page.", {"data": [APPLICANT_EXAMPLE], "has_more": False}
            )
        },
    )
    def get(self, request: Request) -> Response:
        """A page of applicants."""
        asked = checked(ApplicantQuery, request.query_params)
        sees = unmasked(request)
        shown = partial(_all_shown, sees)
        found = narrowed(asked, by_name=sees)
        everything = Applicant.objects.all()
        return Response(page(found, ORDER, Kind.APPLICANT, asked, shown, among=everything))


class ApplicantView(ApiView):
    """One applicant."""

    scopes = {"GET": Scope.APPLICANTS_READ}

    @operation(
        "readApplicant",
        "Read an applicant",
        tag=TAG,
        scope=Scope.APPLICANTS_READ,
        description="As it is known here; `POST …/look-up` asks Sumsub.",
        path={"applicant_id": Kind.APPLICANT},
        answers={200: answered(ApplicantShown, "The applicant as known here.", WHOLE_EXAMPLE)},
    )
    def get(self, request: Request, applicant_id: str) -> Response:
        """The applicant as known here."""
        return Response(applicant_shown(applicant_with(applicant_id), unmasked=unmasked(request)))


class PrecheckView(ApiView):
    """The check before a share token is made."""

    scopes = {"GET": Scope.APPLICANTS_READ}

    @operation(
        "precheckShareToken",
        "What would speak against a share token",
        tag="Share tokens",
        scope=Scope.APPLICANTS_READ,
        description=(
            "Sumsub checks the donor's applicant only when the recipient redeems, so a share token "
            "for somebody who cannot be shared is minted all the same. This tells before."
        ),
        path={"applicant_id": Kind.APPLICANT},
        query=PrecheckQuery,
        answers={200: answered(Precheck, "What is known.", PRECHECK_EXAMPLE)},
    )
    def get(self, request: Request, applicant_id: str) -> Response:
        """What is known."""
        asked = checked(PrecheckQuery, request.query_params)
        applicant = applicant_with(applicant_id)
        recipient = recipient_named(asked["recipient"])
        return Response(
            {
                "applicant": applicant_id,
                "recipient": shown_id(Kind.PARTNER, recipient.pk),
                "can_be_shared": shareability(applicant).value,
                "may_mint": recipient.may_share(Way.OUT),
                "checks": prechecked(applicant, recipient),
            }
        )


def _all_shown(sees: bool, applicants: Any) -> list[dict[str, Any]]:
    return [applicant_in_list(one, unmasked=sees) for one in applicants]
