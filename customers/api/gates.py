"""Gates: what holds rows back without using their share tokens up, and letting them pass again."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.deeds import DeedView, Room, by_number
from accounts.api.ids import Kind, shown_id
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers import control
from customers.api.fetching import gate_with
from customers.models import Gate, GateReason
from customers.wording import gate_sentence

TAG = "Workspace"


class GateShown(serializers.Serializer[Any]):
    """A stop that holds rows back without using their share tokens up."""

    id = serializers.CharField(help_text="`gate_…`")
    scope = serializers.CharField(help_text="`connection`, `partner:3`, `import:48` …")
    reason = serializers.ChoiceField(choices=GateReason.choices)
    error_code = serializers.IntegerField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True, help_text="null: it is open")
    opens_by_hand = serializers.BooleanField(
        help_text="false: it opens with what an admin changes in the partner register"
    )
    explanation = serializers.CharField(help_text="for people: why, and who can open it")


class GateList(serializers.Serializer[Any]):
    """All gates that are closed."""

    data = GateShown(many=True)  # type: ignore[assignment]


GATE_EXAMPLE: dict[str, Any] = {
    "id": "gate_2",
    "scope": "partner:3",
    "reason": "not_partners",
    "error_code": 10501,
    "closed_at": "2026-11-29T09:15:02.118000Z",
    "opens_by_hand": True,
    "explanation": "Sumsub says that this donor and you are not partners.",
}


def gate_shown(gate: Gate) -> dict[str, Any]:
    """A gate as it stands."""
    return {
        "id": shown_id(Kind.GATE, gate.pk),
        "scope": gate.scope,
        "reason": gate.reason,
        "error_code": gate.error_code,
        "closed_at": gate.closed_at,
        "opens_by_hand": gate.opens_by_hand,
        "explanation": gate_sentence(gate),
    }


class GatesView(ApiView):
    """Closed gates."""

    scopes = {"GET": Scope.CONNECTION_READ}

    @operation(
        "listGates",
        "List the closed gates",
        tag=TAG,
        scope=Scope.CONNECTION_READ,
        description="None means that rows flow. Gates close by themselves; to stop, pause imports.",
        answers={200: answered(GateList, "All that are closed.", {"data": [GATE_EXAMPLE]})},
    )
    def get(self, request: Request) -> Response:
        """All that are closed."""
        closed = Gate.objects.closed().order_by("pk")
        return Response({"data": [gate_shown(gate) for gate in closed]})


class GateOpeningView(DeedView):
    """Letting rows pass again."""

    room = Room(
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        place="gate_id",
        kind=Kind.GATE,
        found=gate_with,
        shown=gate_shown,
        subject=lambda gate: f"gate:{gate.scope}",
        shape=GateShown,
        example=GATE_EXAMPLE | {"closed_at": None},
        refusals=(control.NotPossible,),
    )
    name, summary = "openGate", "Open a gate"
    words = (
        "After somebody repaired what closed it. One that is open already stays open. What still "
        "fails closes it again, without using share tokens up."
    )
    twice = ""
    answer = "It is open."
    deed = by_number(control.open_gate)
