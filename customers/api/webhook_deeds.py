"""What is done about a webhook endpoint: pause, resume, rotate its secret, test it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.deeds import HARMLESS, NO_BODY, DeedView, Room, by_number, refuse_fields
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.problems import Problem
from accounts.api.reading import Body, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.fetching import delivery_with, endpoint_with
from customers.api.webhook_shapes import (
    ENDPOINT_EXAMPLE,
    SECRET_EXAMPLE,
    WHOLE_DELIVERY_EXAMPLE,
    DeliveryShown,
    EndpointShown,
    EndpointWithSecret,
    delivery_shown,
    endpoint_shown,
)
from customers.api.webhooks import PATH, TAG, unkept
from customers.models import Endpoint
from customers.outgoing import endpoint_deeds
from customers.outgoing.endpoint_deeds import NotPossible


class RotationBody(Body):
    """Which secret is to be replaced, so that a call sent twice rotates once."""

    secret_made_at = serializers.DateTimeField(help_text="of the secret that you read as present")


class EndpointDeed(DeedView):
    """A state that an endpoint is put into."""

    room = Room(
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        place="endpoint_id",
        kind=Kind.ENDPOINT,
        found=endpoint_with,
        shown=endpoint_shown,
        subject=lambda endpoint: f"endpoint:{endpoint.pk}",
        shape=EndpointShown,
        example=ENDPOINT_EXAMPLE,
    )
    twice = HARMLESS


class PauseView(EndpointDeed):
    """Letting nothing leave."""

    name, summary = "pauseWebhookEndpoint", "Pause"
    words = "Nothing leaves for it; what happens is kept for it."
    deed = by_number(endpoint_deeds.pause)


class ResumeView(EndpointDeed):
    """Letting deliveries leave again."""

    name, summary = "resumeWebhookEndpoint", "Resume"
    words = "Also one that stopped by itself. What waited goes out first."
    deed = by_number(endpoint_deeds.activate)


class RotateView(ApiView):
    """A new secret."""

    scopes = {"POST": Scope.WEBHOOKS_WRITE}

    @operation(
        "rotateWebhookSecret",
        "Rotate the secret",
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        description="Both secrets sign until `old_secret_until`. The new one is in this answer.",
        path=PATH,
        body=RotationBody,
        sample={"secret_made_at": "2026-11-29T09:15:01.220000Z"},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(EndpointWithSecret, "With the new secret.", SECRET_EXAMPLE)},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Rotate it."""
        asked = checked(RotationBody, request.data)
        endpoint = endpoint_with(endpoint_id)
        return unkept(once(request, asked, partial(_rotated, request, endpoint, asked)))


class TestingView(ApiView):
    """A test event."""

    scopes = {"POST": Scope.WEBHOOKS_WRITE}

    @operation(
        "testWebhookEndpoint",
        "Send a test event",
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        description="`endpoint.test`, whatever it asks for. Read its delivery for what came back.",
        path=PATH,
        key="optional",
        problems=[Code.NOT_POSSIBLE, *NO_BODY],
        answers={
            202: answered(DeliveryShown, "On its way. `Location` names it.", WHOLE_DELIVERY_EXAMPLE)
        },
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Send it."""
        refuse_fields(request)
        return once(request, {}, partial(_tested, request, endpoint_with(endpoint_id)))


def _rotated(request: Request, endpoint: Endpoint, asked: Mapping[str, Any]) -> Answer:
    by = acting(request)
    try:
        changed, secret = endpoint_deeds.rotate(
            endpoint.pk, asked["secret_made_at"], by=by, request=request._request
        )
    except NotPossible as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    body = endpoint_shown(changed) | {"secret": secret}
    return Answer(200, body, about=f"endpoint:{endpoint.pk}")


def _tested(request: Request, endpoint: Endpoint) -> Answer:
    try:
        made = endpoint_deeds.send_test(endpoint.pk, by=acting(request), request=request._request)
    except NotPossible as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    shown = shown_id(Kind.DELIVERY, made.pk)
    body = delivery_shown(delivery_with(shown))
    return Answer(202, body, reverse("api_delivery", args=[shown]), f"endpoint:{endpoint.pk}")
