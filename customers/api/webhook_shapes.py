"""Webhook endpoints and deliveries as clients see them."""

import json
from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from customers.models import Attempt, Delivery, DeliveryState, Endpoint, EndpointState, EventType
from customers.models.outgoing import SUBSCRIBABLE
from customers.outgoing import telling

MOST_ATTEMPTS = 50
EVENT_CHOICES = [(one.value, str(one.label)) for one in SUBSCRIBABLE]


class EndpointShown(serializers.Serializer[Any]):
    """An address of your own that events are sent to."""

    id = serializers.CharField(help_text="`hook_…`")
    url = serializers.CharField()
    description = serializers.CharField(help_text="for the people here")
    events = serializers.ListField(child=serializers.ChoiceField(EVENT_CHOICES))
    state = serializers.ChoiceField(
        choices=EndpointState.choices,
        help_text="deliveries leave while it is `active`; but for `gone`, events are kept",
    )
    secret_made_at = serializers.DateTimeField(help_text="of the present secret; `rotate` takes it")
    old_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="the secret before signs too until then"
    )
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="the first failure since a success"
    )
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField(allow_null=True, help_text="person or API client, by name")


class EndpointWithSecret(EndpointShown):
    """An endpoint with its fresh secret, which no other answer holds."""

    secret = serializers.CharField(help_text="`whsec_…`, for Standard Webhooks; keep it")


ENDPOINT_EXAMPLE: dict[str, Any] = {
    "id": "hook_7d1c3a5e9f0b4c6d8e2f1a3b5c7d9e0f",
    "url": "https://hooks.example.com/kyc",
    "description": "Core banking",
    "events": ["customer.created", "application.decided"],
    "state": "active",
    "secret_made_at": "2026-11-29T09:15:01.220000Z",
    "old_secret_until": None,
    "failing_since": None,
    "created_at": "2026-11-29T09:15:01.220000Z",
    "created_by": "Onboarding service",
}
SECRET_EXAMPLE: dict[str, Any] = ENDPOINT_EXAMPLE | {"secret": "whsec_…"}


def endpoint_shown(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint without its secret."""
    by = endpoint.created_by
    return {
        "id": shown_id(Kind.ENDPOINT, endpoint.pk),
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
        "state": endpoint.state,
        "secret_made_at": endpoint.secret_made_at,
        "old_secret_until": endpoint.old_secret_until,
        "failing_since": endpoint.failing_since,
        "created_at": endpoint.created_at,
        "created_by": by.display_name if by else None,
    }


class DeliveryListed(serializers.Serializer[Any]):
    """One event on its way to one endpoint."""

    id = serializers.CharField(help_text="`dlv_…`")
    endpoint_id = serializers.CharField(help_text="`hook_…`")
    message_id = serializers.CharField(help_text="`msg_…`: the same at every attempt")
    type = serializers.ChoiceField(choices=EventType.choices)
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField(help_text="attempts made")
    last_status = serializers.IntegerField(allow_null=True, help_text="HTTP status of the last one")
    last_failure = serializers.CharField(help_text="why there was no status; else empty")
    next_attempt_at = serializers.DateTimeField(allow_null=True, help_text="while it waits")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="delivered, or given up")


class AttemptShown(serializers.Serializer[Any]):
    """One try at a delivery."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    failure = serializers.CharField()
    milliseconds = serializers.IntegerField()
    answer = serializers.CharField(help_text="how the answer began")


class DeliveryShown(DeliveryListed):
    """A delivery with its message and its attempts."""

    message = serializers.DictField(help_text="what is sent")
    tried = AttemptShown(many=True, help_text="the newest first, at most 50")


DELIVERY_EXAMPLE: dict[str, Any] = {
    "id": "dlv_512",
    "endpoint_id": "hook_7d1c3a5e9f0b4c6d8e2f1a3b5c7d9e0f",
    "message_id": "msg_0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "type": "customer.created",
    "state": "delivered",
    "attempts": 1,
    "last_status": 204,
    "last_failure": "",
    "next_attempt_at": None,
    "created_at": "2026-11-29T09:15:02.402000Z",
    "ended_at": "2026-11-29T09:15:02.611000Z",
}
WHOLE_DELIVERY_EXAMPLE: dict[str, Any] = DELIVERY_EXAMPLE | {
    "message": {
        "id": "msg_0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "type": "customer.created",
        "version": telling.VERSION,
        "timestamp": "2026-11-29T09:15:02.402000Z",
        "data": {"customer_id": "cus_3f2c9b1e5d7a4c6e8f10a2b3c4d5e6f7"},
    },
    "tried": [
        {
            "at": "2026-11-29T09:15:02.590000Z",
            "status": 204,
            "failure": "",
            "milliseconds": 21,
            "answer": "",
        }
    ],
}


def delivery_listed(delivery: Delivery) -> dict[str, Any]:
    """A delivery, fetched with its event."""
    waits = delivery.state == DeliveryState.WAITING
    return {
        "id": shown_id(Kind.DELIVERY, delivery.pk),
        "endpoint_id": shown_id(Kind.ENDPOINT, delivery.endpoint_id),
        "message_id": delivery.event.message_id,
        "type": delivery.event.type,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "last_failure": delivery.last_failure,
        "next_attempt_at": delivery.due_at if waits else None,
        "created_at": delivery.created_at,
        "ended_at": delivery.ended_at,
    }


def delivery_shown(delivery: Delivery) -> dict[str, Any]:
    """A delivery with its message and its attempts."""
    return delivery_listed(delivery) | {
        "message": json.loads(telling.body_of(delivery.event)),
        "tried": [_attempt(one) for one in delivery.tried.all()[:MOST_ATTEMPTS]],
    }


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "at": one.at,
        "status": one.status,
        "failure": one.failure,
        "milliseconds": one.milliseconds,
        "answer": one.answer,
    }
