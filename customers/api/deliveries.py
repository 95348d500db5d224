"""Deliveries of webhooks: what was sent to an endpoint, what came back, and sending again."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.deeds import DeedView, Room
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import Body, OneOf, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.scopes import Scope
from customers.api.fetching import delivery_with, endpoint_with
from customers.api.webhook_shapes import (
    DELIVERY_EXAMPLE,
    WHOLE_DELIVERY_EXAMPLE,
    DeliveryListed,
    DeliveryShown,
    delivery_listed,
    delivery_shown,
)
from customers.endpoint_forms import STUCK
from customers.models import Delivery, DeliveryState, Endpoint, EventType
from customers.models.outgoing import DeliveryQuerySet
from customers.outgoing import endpoint_deeds
from customers.outgoing.endpoint_deeds import NotPossible

TAG = "Webhooks"
ORDER = Order(("-pk",))
ON_ITS_WAY = "The message is on its way just now."


class DeliveryList(serializers.Serializer[Any]):
    """A page of deliveries, newest first."""

    data = DeliveryListed(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class DeliveryQuery(Paging):
    """Which deliveries to list."""

    state = OneOf(
        choices=[*DeliveryState.choices, (STUCK, "Trying again")],
        required=False,
        help_text=f"`{STUCK}`: waits for another attempt",
    )
    type = OneOf(choices=EventType.choices, required=False)
    created_after = serializers.DateTimeField(required=False, help_text="happened then or later")
    created_before = serializers.DateTimeField(required=False, help_text="happened before then")

    def narrowed(self, found: DeliveryQuerySet, asked: Mapping[str, Any]) -> DeliveryQuerySet:
        """`found` as far as the filters let it through."""
        if asked.get("state") == STUCK:
            found = found.stuck()
        elif "state" in asked:
            found = found.in_state(asked["state"])
        if "type" in asked:
            found = found.of_type(asked["type"])
        if "created_after" in asked:
            found = found.filter(created_at__gte=asked["created_after"])
        if "created_before" in asked:
            found = found.filter(created_at__lt=asked["created_before"])
        return found


class ReplayBody(Body):
    """Which deliveries are sent again: all of an endpoint's that were given up."""

    since = serializers.DateTimeField(help_text="of events that happened then or later")


class Replayed(serializers.Serializer[Any]):
    """What goes again."""

    deliveries = serializers.IntegerField()


class DeliveriesView(ApiView):
    """What was sent to an endpoint."""

    scopes = {"GET": Scope.WEBHOOKS_READ}

    @operation(
        "listDeliveries",
        "List the deliveries of an endpoint",
        tag=TAG,
        scope=Scope.WEBHOOKS_READ,
        description="Newest first.",
        path={"endpoint_id": Kind.ENDPOINT},
        query=DeliveryQuery,
        answers={
            200: answered(DeliveryList, "A page.", {"data": [DELIVERY_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """A page of deliveries."""
        asked = checked(DeliveryQuery, request.query_params)
        mine = Delivery.objects.to(endpoint_with(endpoint_id))
        found = DeliveryQuery().narrowed(mine, asked).select_related("event")
        return Response(page(found, ORDER, Kind.DELIVERY, asked, _listed, among=mine))


class ReplayFailedView(ApiView):
    """Sending again what was given up."""

    scopes = {"POST": Scope.WEBHOOKS_WRITE}

    @operation(
        "replayFailedDeliveries",
        "Send failed deliveries again",
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        description="All that were given up since a moment, each under its old message id.",
        path={"endpoint_id": Kind.ENDPOINT},
        body=ReplayBody,
        sample={"since": "2026-11-29T00:00:00Z"},
        key="optional",
        answers={200: answered(Replayed, "They go again.", {"deliveries": 12})},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Send them again."""
        asked = checked(ReplayBody, request.data)
        endpoint = endpoint_with(endpoint_id)
        return once(request, asked, partial(_failed_replayed, request, endpoint, asked))


class DeliveryView(ApiView):
    """One delivery."""

    scopes = {"GET": Scope.WEBHOOKS_READ}

    @operation(
        "readDelivery",
        "Read a delivery",
        tag=TAG,
        scope=Scope.WEBHOOKS_READ,
        path={"delivery_id": Kind.DELIVERY},
        answers={
            200: answered(DeliveryShown, "With message and attempts.", WHOLE_DELIVERY_EXAMPLE)
        },
    )
    def get(self, request: Request, delivery_id: str) -> Response:
        """The delivery."""
        return Response(delivery_shown(delivery_with(delivery_id)))


def _again(delivery: Delivery, *, by: User, request: HttpRequest) -> None:
    if not endpoint_deeds.send_again(delivery.pk, by=by, request=request):
        raise NotPossible(ON_ITS_WAY)


class ReplayView(DeedView):
    """Sending one again."""

    room = Room(
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        place="delivery_id",
        kind=Kind.DELIVERY,
        found=delivery_with,
        shown=delivery_shown,
        subject=lambda delivery: f"delivery:{delivery.pk}",
        shape=DeliveryShown,
        example=WHOLE_DELIVERY_EXAMPLE,
        refusals=(NotPossible,),
    )
    name, summary = "replayDelivery", "Send a delivery again"
    words = "Under its old message id; one that waits goes at once."
    twice = ""
    answer = "It goes again."
    deed = staticmethod(_again)


def _failed_replayed(request: Request, endpoint: Endpoint, asked: Mapping[str, Any]) -> Answer:
    sent = endpoint_deeds.send_failed_again(
        endpoint.pk, asked["since"], by=acting(request), request=request._request
    )
    return Answer(200, {"deliveries": sent}, about=f"endpoint:{endpoint.pk}")


def _listed(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    return [delivery_listed(one) for one in deliveries]
