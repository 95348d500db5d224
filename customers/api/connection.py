"""How the connection to Sumsub stands: environment, limits, what holds rows back."""

from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.gates import GateShown, gate_shown
from customers.models import BreakerState, Gate, Link
from sharing import gateway


class ConnectionShown(serializers.Serializer[Any]):
    """The connection as it stands. Credentials are never told."""

    environment = serializers.CharField(help_text="`sandbox`, `production` or `unknown`")
    is_configured = serializers.BooleanField()
    client_id = serializers.CharField(help_text="our client id at Sumsub")
    default_level = serializers.CharField()
    post_limit = serializers.CharField(help_text="calls that write, shared by all: `50/5s`")
    get_limit = serializers.CharField(help_text="calls that read")
    breaker = serializers.ChoiceField(choices=BreakerState.choices)
    gates = GateShown(many=True, help_text="closed ones; none means that rows flow")


EXAMPLE = {
    "environment": "sandbox",
    "is_configured": True,
    "client_id": "velmora.example_200002",
    "default_level": "id-only",
    "post_limit": "50/5s",
    "get_limit": "300/5s",
    "breaker": "closed",
    "gates": [],
}


class ConnectionView(ApiView):
    """The connection."""

    scopes = {"GET": Scope.CONNECTION_READ}

    @operation(
        "readConnection",
        "How the connection stands",
        tag="Workspace",
        scope=Scope.CONNECTION_READ,
        answers={200: answered(ConnectionShown, "As it stands now.", EXAMPLE)},
    )
    def get(self, request: Request) -> Response:
        """As it stands now; nothing is asked of Sumsub."""
        here, link = gateway.connection(), Link.objects.first()
        return Response(
            {
                "environment": here.environment,
                "is_configured": here.is_configured,
                "client_id": here.client_id,
                "default_level": settings.SUMSUB_LEVEL_NAME,
                "post_limit": settings.SUMSUB_POST_LIMIT,
                "get_limit": settings.SUMSUB_GET_LIMIT,
                "breaker": link.breaker if link else BreakerState.CLOSED,
                "gates": [gate_shown(gate) for gate in Gate.objects.closed().order_by("pk")],
            }
        )
