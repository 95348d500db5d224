"""Webhook endpoints: list, add, read, change, remove."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import IntegrityError
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.fetching import endpoint_with
from customers.api.webhook_shapes import (
    ENDPOINT_EXAMPLE,
    EVENT_CHOICES,
    SECRET_EXAMPLE,
    EndpointShown,
    EndpointWithSecret,
    endpoint_shown,
)
from customers.endpoint_forms import TAKEN, EndpointForm
from customers.models import Endpoint
from customers.outgoing import endpoint_deeds
from customers.outgoing.endpoint_deeds import NotPossible
from outward.addresses import LONGEST_URL

TAG = "Webhooks"
ORDER = Order(("created_at", "id"))
LONGEST_DESCRIPTION = 120
PATH = {"endpoint_id": Kind.ENDPOINT}


class EndpointList(serializers.Serializer[Any]):
    """A page of endpoints, the oldest first."""

    data = EndpointShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class NewEndpoint(Body):
    """Where to, and what of."""

    url = Text(max_length=LONGEST_URL, help_text="https, on a public address")
    description = Text(required=False, default="", allow_blank=True, max_length=LONGEST_DESCRIPTION)
    events = serializers.ListField(
        child=OneOf(choices=EVENT_CHOICES), min_length=1, max_length=len(EVENT_CHOICES)
    )


class ChangedEndpoint(Body):
    """What to change; what is not named stays."""

    url = Text(required=False, max_length=LONGEST_URL)
    description = Text(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)
    events = serializers.ListField(
        required=False,
        child=OneOf(choices=EVENT_CHOICES),
        min_length=1,
        max_length=len(EVENT_CHOICES),
    )


class Removed(serializers.Serializer[Any]):
    """What is gone."""

    id = serializers.CharField()
    removed = serializers.BooleanField()


class EndpointsView(ApiView):
    """All endpoints; there are at most 20."""

    scopes = {"GET": Scope.WEBHOOKS_READ, "POST": Scope.WEBHOOKS_WRITE}

    @operation(
        "listWebhookEndpoints",
        "List webhook endpoints",
        tag=TAG,
        scope=Scope.WEBHOOKS_READ,
        description="The oldest first.",
        query=Paging,
        answers={
            200: answered(EndpointList, "A page.", {"data": [ENDPOINT_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request) -> Response:
        """A page of endpoints."""
        asked = checked(Paging, request.query_params)
        found = Endpoint.objects.select_related("created_by")
        return Response(page(found, ORDER, Kind.ENDPOINT, asked, _all_shown))

    @operation(
        "createWebhookEndpoint",
        "Add a webhook endpoint",
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        description=(
            "The answer holds the secret that signs its messages, and no later one does: only a "
            "repetition under the same key gets it again."
        ),
        body=NewEndpoint,
        sample={
            "url": "https://hooks.example.com/kyc",
            "description": "Core banking",
            "events": ["customer.created", "application.decided"],
        },
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={201: answered(EndpointWithSecret, "Added, with its secret.", SECRET_EXAMPLE)},
    )
    def post(self, request: Request) -> Response:
        """Add one."""
        asked = checked(NewEndpoint, request.data)
        return unkept(once(request, asked, partial(_added, request, asked)))


class EndpointView(ApiView):
    """One endpoint."""

    scopes = {
        "GET": Scope.WEBHOOKS_READ,
        "PATCH": Scope.WEBHOOKS_WRITE,
        "DELETE": Scope.WEBHOOKS_WRITE,
    }

    @operation(
        "readWebhookEndpoint",
        "Read a webhook endpoint",
        tag=TAG,
        scope=Scope.WEBHOOKS_READ,
        path=PATH,
        answers={200: answered(EndpointShown, "The endpoint.", ENDPOINT_EXAMPLE)},
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """The endpoint."""
        return Response(endpoint_shown(endpoint_with(endpoint_id)))

    @operation(
        "changeWebhookEndpoint",
        "Change a webhook endpoint",
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        path=PATH,
        body=ChangedEndpoint,
        sample={"events": ["customer.created"]},
        key="optional",
        answers={200: answered(EndpointShown, "As it is now.", ENDPOINT_EXAMPLE)},
    )
    def patch(self, request: Request, endpoint_id: str) -> Response:
        """Change it."""
        asked = checked(ChangedEndpoint, request.data)
        endpoint = endpoint_with(endpoint_id)
        return once(request, asked, partial(_changed, request, endpoint, asked))

    @operation(
        "removeWebhookEndpoint",
        "Remove a webhook endpoint",
        tag=TAG,
        scope=Scope.WEBHOOKS_WRITE,
        description="Its secrets and deliveries go with it.",
        path=PATH,
        answers={200: answered(Removed, "Gone.", {"id": ENDPOINT_EXAMPLE["id"], "removed": True})},
    )
    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Remove it."""
        endpoint = endpoint_with(endpoint_id)
        try:
            endpoint_deeds.remove(endpoint.pk, by=acting(request), request=request._request)
        except Endpoint.DoesNotExist:
            raise Problem(Code.NOT_FOUND) from None
        return Response({"id": shown_id(Kind.ENDPOINT, endpoint.pk), "removed": True})


def _added(request: Request, asked: Mapping[str, Any]) -> Answer:
    endpoint = _filled(EndpointForm(dict(asked)))
    try:
        secret = endpoint_deeds.add(endpoint, by=acting(request), request=request._request)
    except NotPossible as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    except IntegrityError:
        raise _taken() from None
    shown = shown_id(Kind.ENDPOINT, endpoint.pk)
    body = endpoint_shown(endpoint) | {"secret": secret}
    return Answer(201, body, reverse("api_endpoint", args=[shown]), f"endpoint:{endpoint.pk}")


def _changed(request: Request, endpoint: Endpoint, asked: Mapping[str, Any]) -> Answer:
    now = {name: getattr(endpoint, name) for name in ("url", "description", "events")}
    form = EndpointForm({**now, **asked}, instance=endpoint)
    changed = _filled(form)
    try:
        if form.changed_data:
            endpoint_deeds.change(
                changed, form.changed_data, by=acting(request), request=request._request
            )
    except IntegrityError:
        raise _taken() from None
    return Answer(200, endpoint_shown(changed), about=f"endpoint:{endpoint.pk}")


def _filled(form: EndpointForm) -> Endpoint:
    """The endpoint as the page's form would store it. Raises Problem with the form's sentences."""
    if not form.is_valid():
        raise invalid(
            *(
                FieldError(name, str(message))
                for name, messages in form.errors.items()
                for message in messages
            )
        )
    return form.save(commit=False)


def _taken() -> Problem:
    return invalid(FieldError("url", TAKEN, "unique"))


def unkept(response: Response) -> Response:
    """An answer that holds a secret: neither the client's cache nor a proxy's keeps it."""
    response["Cache-Control"] = "no-store"
    return response


def _all_shown(endpoints: Sequence[Endpoint]) -> list[dict[str, Any]]:
    return [endpoint_shown(one) for one in endpoints]
