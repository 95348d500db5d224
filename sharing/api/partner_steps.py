"""The steps at Sumsub that a client ticks off, and the partner tokens that they are about."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.deeds import HARMLESS, DeedView, Room
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, number_in
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, OneOf, Text, Truth, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.scopes import Scope
from sharing import partner_tokens
from sharing.api.fetching import partner_token_with, partner_with
from sharing.api.partner_health import (
    WHOLE_EXAMPLE,
    PartnerShown,
    PartnerTokenShown,
    partner_shown,
    token_shown,
)
from sharing.models import Erasure, Partner, PartnerStep, PartnerToken, Way
from sharing.models.partner_tokens import STEPS_OF
from sharing.partner_token_form import LONGEST, PartnerTokenForm
from sharing.register import subject_of

TAG = "Partners"
NOT_LIVING = "We made no such partner token for donors, it died, or this partner has it already."
NO_WAY = "The partner is not registered for this way. Change its roles first."


class NewPartnerToken(Body):
    """A partner token that was made in Sumsub's dashboard; it lives 30 days. Or one known here."""

    way = OneOf(choices=Way.choices, help_text="`in`: we made it for a donor; `out`: we got it")
    existing = Text(
        required=False,
        max_length=64,
        help_text="`ptk_…`: one that we made for another donor and that lives; names it whole",
    )
    label = Text(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=80, help_text="to know it by"
    )
    made_on = serializers.DateField(
        required=False, input_formats=["%Y-%m-%d"], help_text="default: today"
    )
    partner_token = Text(
        required=False,
        max_length=LONGEST,
        write_only=True,
        help_text="if its text is to be kept, encrypted; no call ever tells it again",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """What is known of one that exists is known."""
        if "existing" in values and (more := values.keys() - {"existing", "way"}):
            sentence = "Leave it out: it is known of the partner token that `existing` names."
            raise serializers.ValidationError({name: [sentence] for name in sorted(more)})
        return values


class StepTick(Body):
    """A step that was done, or was not."""

    way = OneOf(choices=Way.choices)
    step = OneOf(choices=PartnerStep.choices)
    done = Truth(default=True, help_text="false takes a mistaken tick back")


class PartnerTokensView(ApiView):
    """Recording partner tokens, or using one for one more donor."""

    scopes = {"POST": Scope.PARTNERS_WRITE}

    @operation(
        "recordPartnerToken",
        "Record a partner token",
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        description=(
            "It replaces the one that its checklist was about. Its text may stay with whoever made "
            "it: leave `partner_token` out then. One that we made may serve several donors while "
            "it lives: name it as `existing`."
        ),
        path={"partner_id": Kind.PARTNER},
        body=NewPartnerToken,
        sample={"way": "out", "label": "Autumn onboarding", "made_on": "2026-11-02"},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(PartnerShown, "The partner as it stands now.", WHOLE_EXAMPLE)},
    )
    @sensitive_variables("asked", "data")
    def post(self, request: Request, partner_id: str) -> Response:
        """Record one."""
        asked = checked(NewPartnerToken, request.data)
        found = partner_with(partner_id)
        return once(request, asked, partial(_recorded, request, found, asked))


class StepsView(ApiView):
    """Ticking steps off."""

    scopes = {"POST": Scope.PARTNERS_WRITE}

    @operation(
        "tickPartnerStep",
        "Tick a step at Sumsub off",
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        description="Done twice, it changes nothing the second time.",
        path={"partner_id": Kind.PARTNER},
        body=StepTick,
        sample={"way": "out", "step": "entered"},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(PartnerShown, "The partner as it stands now.", WHOLE_EXAMPLE)},
    )
    def post(self, request: Request, partner_id: str) -> Response:
        """Tick it, or take the tick back."""
        asked = checked(StepTick, request.data)
        found = partner_with(partner_id)
        return once(request, asked, partial(_ticked, request, found, asked))


@sensitive_variables("asked", "data", "form")
def _recorded(request: Request, found: Partner, asked: Mapping[str, Any]) -> Answer:
    way = Way(asked["way"])
    if way not in found.ways:
        raise Problem(Code.NOT_POSSIBLE, NO_WAY)
    data = {"label": asked.get("label", ""), "text": asked.get("partner_token", "")}
    data["made_on"] = asked["made_on"].isoformat() if "made_on" in asked else ""
    by, plain = acting(request), request._request
    if "existing" in asked:
        partner_tokens.link(_living(asked["existing"], found, way), found, by=by, request=plain)
        return Answer(200, partner_shown(found), about=subject_of(found))
    form = PartnerTokenForm(data, way=way, partner=found)
    if not form.is_valid():
        places = {"text": "partner_token"}
        raise invalid(
            *(
                FieldError(places.get(name, name), str(sentence))
                for name, sentences in form.errors.items()
                for sentence in sentences
            )
        )
    partner_tokens.record(form.new, found, by=by, request=plain)
    return Answer(200, partner_shown(found), about=subject_of(found))


def _living(text: str, partner: Partner, way: Way) -> PartnerToken:
    """A partner token that more donors may enter. Raises Problem (400)."""
    number = number_in(Kind.PARTNER_TOKEN, text)
    living = PartnerToken.objects.made_here().alive(timezone.now()).not_used_for(partner)
    found = living.filter(pk=number).first() if number is not None and way is Way.IN else None
    if found is None:
        raise invalid(FieldError("existing", NOT_LIVING, "not_found"))
    return found


def _erased(token: PartnerToken, *, by: User, request: HttpRequest) -> object:
    return partner_tokens.erase(token, Erasure.ASKED, by=by, request=request)


class EraseView(DeedView):
    """Letting go of the text of a partner token."""

    room = Room(
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        place="partner_token_id",
        kind=Kind.PARTNER_TOKEN,
        found=partner_token_with,
        shown=token_shown,
        subject=lambda token: f"partner_token:{token.pk}",
        shape=PartnerTokenShown,
        example=WHOLE_EXAMPLE["checklists"][0]["partner_token"],
    )
    name, summary = "erasePartnerToken", "Erase the text of a partner token"
    words = "Its steps stay."
    twice = HARMLESS
    deed = staticmethod(_erased)


def _ticked(request: Request, found: Partner, asked: Mapping[str, Any]) -> Answer:
    way, step = Way(asked["way"]), PartnerStep(asked["step"])
    if step not in STEPS_OF[way]:
        raise invalid(FieldError("step", "This way has no such step.", "not_found"))
    use = found.token_uses.of_way(way).in_full().first()
    if use is None:
        raise Problem(Code.NOT_POSSIBLE, "Record the partner token first.")
    deed = partner_tokens.tick if asked["done"] else partner_tokens.untick
    deed(use, step, by=acting(request), request=request._request)
    return Answer(200, partner_shown(found), about=subject_of(found))
