"""Who calls, and what was done: the client itself, and the audit trail."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import caller
from accounts.api.codes import Code
from accounts.api.ids import Kind, number_of, shown_id, shown_or_none
from accounts.api.lists import Order, Paging, page
from accounts.api.problems import Problem
from accounts.api.reading import Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import AuditEvent, AuditEventQuerySet
from accounts.scopes import Scope

TAG = "Client"


class ClientShown(serializers.Serializer[Any]):
    """The client whose key was sent."""

    id = serializers.CharField(help_text="`cli_…`")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(Scope)))
    addresses = serializers.ListField(
        child=serializers.CharField(), help_text="networks it may call from; none: anywhere"
    )
    calls_per_minute = serializers.IntegerField()
    key_hint = serializers.CharField(help_text="beginning and end of the key")
    key_expires_at = serializers.DateTimeField()


CLIENT_EXAMPLE = {
    "id": "cli_1",
    "name": "Onboarding service",
    "scopes": ["imports:read", "imports:write"],
    "addresses": ["192.0.2.0/24"],
    "calls_per_minute": 600,
    "key_hint": "kr_live_AbCd…WxYz",
    "key_expires_at": "2027-11-29T09:15:00Z",
}


class ClientView(ApiView):
    """The client that calls."""

    scopes = {"GET": None}

    @operation(
        "readClient",
        "Who am I",
        tag=TAG,
        scope=None,
        description="A first call that shows whether a key works and what it may do.",
        answers={200: answered(ClientShown, "The client.", CLIENT_EXAMPLE)},
    )
    def get(self, request: Request) -> Response:
        """The client whose key was sent."""
        found = caller(request)
        return Response(
            {
                "id": shown_id(Kind.CLIENT, found.client.pk),
                "name": found.client.name,
                "scopes": [scope.value for scope in found.client.granted],
                "addresses": found.client.addresses,
                "calls_per_minute": found.client.calls_per_minute,
                "key_hint": found.key.hint,
                "key_expires_at": found.key.expires_at,
            }
        )


class EventShown(serializers.Serializer[Any]):
    """One deed or disclosure."""

    id = serializers.CharField(help_text="`evt_…`")
    at = serializers.DateTimeField()
    actor = serializers.CharField(help_text="person, API client or process, by name")
    client_id = serializers.CharField(allow_null=True, help_text="`cli_…` when a client did it")
    deed = serializers.CharField(help_text="`import.created`")
    subject = serializers.CharField(help_text="`import:48`")
    outcome = serializers.CharField()
    details = serializers.DictField(help_text="ids, counts and references; never personal data")
    source = serializers.CharField(help_text="`web`, `api`, `command line` …")  # type: ignore[assignment]
    address = serializers.CharField(allow_null=True)
    request_id = serializers.CharField()
    seq = serializers.IntegerField(allow_null=True, help_text="its place in the sealed chain")


class EventList(serializers.Serializer[Any]):
    """A page of events, newest first."""

    data = EventShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


EVENT_EXAMPLE: dict[str, Any] = {
    "id": "evt_912",
    "at": "2026-11-29T09:15:01.220000Z",
    "actor": "Onboarding service (API client)",
    "client_id": "cli_1",
    "deed": "import.created",
    "subject": "import:48",
    "outcome": "done",
    "details": {"rows": 100, "ready": 98, "duplicates": 1, "faulty": 1},
    "source": "api",
    "address": "192.0.2.10",
    "request_id": "0b9d6f6e-7f5e-4f62-9a55-0d6f1c1a1f00",
    "seq": 911,
}


class EventQuery(Paging):
    """Which events to list."""

    deed = Text(required=False, max_length=80, help_text="`import.created`, or all of `import`")
    subject = Text(required=False, max_length=120, help_text="`import:48`")
    after = serializers.DateTimeField(required=False, help_text="then or later")
    before = serializers.DateTimeField(required=False, help_text="before then")

    def narrowed(self, events: AuditEventQuerySet, asked: Mapping[str, Any]) -> AuditEventQuerySet:
        """`events` as far as the filters let them through."""
        columns = {"subject": "subject", "after": "at__gte", "before": "at__lt"}
        chosen = {column: asked[name] for name, column in columns.items() if name in asked}
        found = events.filter(**chosen)
        return found.of_deed(asked["deed"]) if "deed" in asked else found


class EventsView(ApiView):
    """The trail."""

    scopes = {"GET": Scope.AUDIT_READ}

    @operation(
        "listAuditEvents",
        "List audit events",
        tag=TAG,
        scope=Scope.AUDIT_READ,
        description="Newest first.",
        query=EventQuery,
        answers={200: answered(EventList, "A page.", {"data": [EVENT_EXAMPLE], "has_more": False})},
    )
    def get(self, request: Request) -> Response:
        """A page of events."""
        asked = checked(EventQuery, request.query_params)
        everything = AuditEvent.objects.select_related("actor__api_client")
        found = EventQuery().narrowed(everything, asked)
        return Response(page(found, Order(("-pk",)), Kind.EVENT, asked, _shown, among=everything))


class EventView(ApiView):
    """One event."""

    scopes = {"GET": Scope.AUDIT_READ}

    @operation(
        "readAuditEvent",
        "Read an audit event",
        tag=TAG,
        scope=Scope.AUDIT_READ,
        path={"event_id": Kind.EVENT},
        answers={200: answered(EventShown, "The event.", EVENT_EXAMPLE)},
    )
    def get(self, request: Request, event_id: str) -> Response:
        """The event."""
        number = number_of(Kind.EVENT, event_id)
        found = AuditEvent.objects.select_related("actor__api_client").filter(pk=number)
        if not found:
            raise Problem(Code.NOT_FOUND, "There is nothing with this id.")
        return Response(_shown(found)[0])


def _shown(events: Any) -> list[dict[str, Any]]:
    return [_event(event) for event in events]


def _event(event: AuditEvent) -> dict[str, Any]:
    client = getattr(event.actor, "api_client", None)
    return {
        "id": shown_id(Kind.EVENT, event.pk),
        "at": event.at,
        "actor": event.actor_label,
        "client_id": shown_or_none(Kind.CLIENT, client.pk if client else None),
        "deed": event.deed,
        "subject": event.subject,
        "outcome": event.outcome,
        "details": event.details,
        "source": event.source,
        "address": event.address,
        "request_id": event.request_id,
        "seq": event.seq,
    }
