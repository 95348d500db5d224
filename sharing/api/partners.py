"""The partner register: the list, adding, reading and changing a partner, its states."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.deeds import HARMLESS, DeedView, Room
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.scopes import Scope
from sharing import register
from sharing.api.fetching import partner_with
from sharing.api.partner_bodies import NewPartner, PartnerChange, contacts_of, form_of
from sharing.api.partner_health import WHOLE_EXAMPLE, PartnerShown, partner_shown
from sharing.api.partner_shapes import (
    PARTNER_EXAMPLE,
    ROLES,
    PartnerInList,
    for_list,
    partner_in_list,
)
from sharing.models import Partner, PartnerQuerySet, PartnerState

TAG = "Partners"
ORDER = Order(("-pk",))
NEW_SAMPLE = {
    "name": "Velmora Bank",
    "client_id": "velmora.example_200002",
    "roles": ["recipient"],
    "agreement": {"reference": "VB-2026-11", "signed_on": "2026-10-30"},
    "contacts": [{"name": "Anna Lind", "email": "anna@velmora.example"}],
}


class PartnerList(serializers.Serializer[Any]):
    """A page of partners, newest first."""

    data = PartnerInList(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class PartnerQuery(Paging):
    """Which partners to list."""

    q = Text(required=False, max_length=120, help_text="in name, client id, agreement and contacts")
    role = OneOf(choices=[(role, role) for role in ROLES], required=False)
    state = OneOf(choices=PartnerState.choices, required=False, help_text="default: not removed")
    client_id = Text(required=False, max_length=120, help_text="exactly, removed ones too")
    needs = OneOf(
        choices=[("attention", "Needs a person"), ("agreement", "Agreement ending")],
        required=False,
        help_text="`attention`: something waits for a person; `agreement`: it ends, or has ended",
    )

    def narrowed(self, partners: PartnerQuerySet, asked: Mapping[str, Any]) -> PartnerQuerySet:
        """`partners` as far as the filters let them through."""
        if "client_id" in asked:
            partners = partners.with_client_id(asked["client_id"])
        if "state" in asked:
            partners = partners.in_state(PartnerState(asked["state"]))
        elif "client_id" not in asked:
            partners = partners.listed()
        if "role" in asked:
            partners = partners.donors() if asked["role"] == "donor" else partners.recipients()
        if "needs" in asked:
            needs = {
                "attention": partners.needing_attention,
                "agreement": partners.agreement_ending,
            }
            partners = needs[asked["needs"]]()
        return partners.found_by(asked["q"]) if "q" in asked else partners


class PartnersView(ApiView):
    """All partners."""

    scopes = {"GET": Scope.PARTNERS_READ, "POST": Scope.PARTNERS_WRITE}

    @operation(
        "listPartners",
        "List partners",
        tag=TAG,
        scope=Scope.PARTNERS_READ,
        description="Newest first; removed ones only where they are asked for.",
        query=PartnerQuery,
        answers={
            200: answered(PartnerList, "A page.", {"data": [PARTNER_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request) -> Response:
        """A page of partners."""
        asked = checked(PartnerQuery, request.query_params)
        found = for_list(PartnerQuery().narrowed(Partner.objects.all(), asked))
        return Response(
            page(found, ORDER, Kind.PARTNER, asked, _all_shown, among=Partner.objects.all())
        )

    @operation(
        "createPartner",
        "Add a partner",
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        description=(
            "Nothing is shared before its agreement has a reference and a day of signature. Sumsub "
            "has no call for partners: `checklists` says what is left to do in its dashboard."
        ),
        body=NewPartner,
        sample=NEW_SAMPLE,
        key="optional",
        answers={201: answered(PartnerShown, "Added. `Location` names it.", WHOLE_EXAMPLE)},
    )
    def post(self, request: Request) -> Response:
        """Add one."""
        asked = checked(NewPartner, request.data)
        return once(request, asked, partial(_added, request, asked))


class PartnerView(ApiView):
    """One partner."""

    scopes = {"GET": Scope.PARTNERS_READ, "PATCH": Scope.PARTNERS_WRITE}

    @operation(
        "readPartner",
        "Read a partner",
        tag=TAG,
        scope=Scope.PARTNERS_READ,
        description=(
            "With its health and the steps at Sumsub. The text of a partner token is never told "
            "through the API: an admin sees it on the partner's page."
        ),
        path={"partner_id": Kind.PARTNER},
        answers={200: answered(PartnerShown, "The partner as it stands.", WHOLE_EXAMPLE)},
    )
    def get(self, request: Request, partner_id: str) -> Response:
        """The partner as it stands."""
        return Response(partner_shown(partner_with(partner_id)))

    @operation(
        "changePartner",
        "Change a partner",
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        description="Fields left out stay as they are; `contacts` are replaced as a whole.",
        path={"partner_id": Kind.PARTNER},
        body=PartnerChange,
        sample={"agreement": {"ends_on": "2027-10-30"}},
        answers={200: answered(PartnerShown, "The partner as it stands now.", WHOLE_EXAMPLE)},
    )
    def patch(self, request: Request, partner_id: str) -> Response:
        """Change it."""
        asked = checked(PartnerChange, request.data)
        number = partner_with(partner_id).pk
        with transaction.atomic():
            # Locked, so that a change meanwhile is not written over with what it was before.
            there = Partner.objects.select_for_update().get(pk=number)
            form, contacts = form_of(asked, there), contacts_of(asked)
            if form.changed_data or contacts is not None:
                register.change(
                    form.save(commit=False),
                    form.changed_data,
                    contacts=contacts,
                    by=acting(request),
                    request=request._request,
                )
        return Response(partner_shown(partner_with(partner_id)))


def _into(state: PartnerState) -> Any:
    """The deed that puts a partner into this state."""

    def done(partner: Partner, *, by: User, request: HttpRequest) -> object:
        return register.set_state(partner, state, by=by, request=request)

    return staticmethod(done)


class StateDeed(DeedView):
    """A state that a partner is put into."""

    room = Room(
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        place="partner_id",
        kind=Kind.PARTNER,
        found=partner_with,
        shown=partner_shown,
        subject=register.subject_of,
        shape=PartnerShown,
        example=WHOLE_EXAMPLE,
    )
    twice = HARMLESS
    answer = "The partner as it stands now."


class PauseView(StateDeed):
    """Stop sharing for now."""

    name, summary = "pausePartner", "Pause"
    words = "Nothing is shared with the partner; rows and batches wait."
    deed = _into(PartnerState.PAUSED)


class ResumeView(StateDeed):
    """Allow sharing again."""

    name, summary = "resumePartner", "Resume"
    words = "Share again; also brings a removed partner back."
    deed = _into(PartnerState.ACTIVE)


class RemoveView(StateDeed):
    """Take it out of the register."""

    name, summary = "removePartner", "Remove"
    words = "Its history stays readable; nothing is shared."
    deed = _into(PartnerState.REMOVED)


def _added(request: Request, asked: Mapping[str, Any]) -> Answer:
    added = register.add(
        form_of(asked, None).save(commit=False),
        contacts_of(asked) or (),
        by=acting(request),
        request=request._request,
    )
    name = shown_id(Kind.PARTNER, added.pk)
    return Answer(
        201, partner_shown(added), reverse("api_partner", args=[name]), register.subject_of(added)
    )


def _all_shown(partners: Any) -> list[dict[str, Any]]:
    return [partner_in_list(one) for one in partners]
