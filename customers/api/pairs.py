"""Customers who may be one person: the list of pairs, one of them, and what is decided."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

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
from customers.api.customer_shapes import CUSTOMER_EXAMPLE, CustomerShown, customer_shown
from customers.api.fetching import pair_with, unmasked_for
from customers.api.task_shapes import PersonShown, person_shown
from customers.duplicates import deciding
from customers.models import Lookalikes
from customers.models.duplicates import Ground, PairState

TAG = "Customers"
ORDER = Order(("-pk",))
LONGEST_REASON = 300
CHANGED_MEANWHILE = "Somebody decided otherwise meanwhile. Read the pair again."


class LookalikesShown(serializers.Serializer[Any]):
    """Two customers who look alike, and what people made of it."""

    id = serializers.CharField(help_text="`pair_…`")
    state = serializers.ChoiceField(choices=PairState.choices)
    grounds = serializers.ListField(
        child=serializers.ChoiceField(choices=Ground.choices), help_text="why they look alike"
    )
    first = CustomerShown(help_text="who was added before the other")
    second = CustomerShown()
    found_at = serializers.DateTimeField()
    decided_by = PersonShown(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="why they are two people; else empty")


class PairList(serializers.Serializer[Any]):
    """A page of pairs, the newest first."""

    data = LookalikesShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class PairQuery(Paging):
    """Which pairs to list."""

    state = OneOf(choices=PairState.choices, required=False)


class DecideBody(Body):
    """What the two are."""

    state = OneOf(choices=PairState.choices, help_text="`suspected` takes an earlier decision back")
    seen = OneOf(choices=PairState.choices, help_text="the state that you read")
    reason = Text(
        required=False,
        max_length=LONGEST_REASON,
        help_text="required with `dismissed`: why they are two people; no personal details",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Two people who look alike are told apart with a reason, and only they have one."""
        if ("reason" in values) != (values["state"] == PairState.DISMISSED):
            raise serializers.ValidationError({"reason": ["Goes with `dismissed`, and must."]})
        return values


PAIR_EXAMPLE: dict[str, Any] = {
    "id": "pair_7",
    "state": "suspected",
    "grounds": ["name"],
    "first": CUSTOMER_EXAMPLE,
    "second": CUSTOMER_EXAMPLE | {"id": "cus_7a1f0c2b9d3e4f5a8b6c7d8e9f0a1b2c"},
    "found_at": "2026-11-29T09:15:03.400000Z",
    "decided_by": None,
    "decided_at": None,
    "reason": "",
}


class PairsView(ApiView):
    """All pairs."""

    scopes = {"GET": Scope.CUSTOMERS_READ}

    @operation(
        "listPairs",
        "List customers who may be one person",
        tag=TAG,
        scope=Scope.CUSTOMERS_READ,
        description="The newest first. A pair changes nothing of its customers by itself.",
        query=PairQuery,
        answers={200: answered(PairList, "A page.", {"data": [PAIR_EXAMPLE], "has_more": False})},
    )
    def get(self, request: Request) -> Response:
        """A page of pairs."""
        asked = checked(PairQuery, request.query_params)
        everything = Lookalikes.objects.all()
        found = everything.in_state(asked["state"]) if "state" in asked else everything
        shown = partial(_all_shown, unmasked=unmasked_for(request))
        pairs = found.with_people()
        return Response(page(pairs, ORDER, Kind.PAIR, asked, shown, among=everything))


class PairView(ApiView):
    """One pair."""

    scopes = {"GET": Scope.CUSTOMERS_READ}

    @operation(
        "readPair",
        "Read a pair",
        tag=TAG,
        scope=Scope.CUSTOMERS_READ,
        path={"pair_id": Kind.PAIR},
        answers={200: answered(LookalikesShown, "As it stands.", PAIR_EXAMPLE)},
    )
    def get(self, request: Request, pair_id: str) -> Response:
        """As it stands."""
        return Response(pair_shown(pair_with(pair_id), unmasked=unmasked_for(request)))


class DecideView(ApiView):
    """Saying whether they are one person."""

    scopes = {"POST": Scope.CUSTOMERS_WRITE}

    @operation(
        "decidePair",
        "Say whether two customers are one person",
        tag=TAG,
        scope=Scope.CUSTOMERS_WRITE,
        description=(
            "`linked`: the same person; `dismissed`: not, and never flagged again. Both customers "
            "and their applications stay as they are."
        ),
        path={"pair_id": Kind.PAIR},
        body=DecideBody,
        sample={"state": "dismissed", "seen": "suspected", "reason": "Father and son."},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(LookalikesShown, "As it stands now.", PAIR_EXAMPLE)},
    )
    def post(self, request: Request, pair_id: str) -> Response:
        """Decide."""
        asked = checked(DecideBody, request.data)
        return once(request, asked, partial(_decided, request, pair_with(pair_id), asked))


def pair_shown(pair: Lookalikes, *, unmasked: bool) -> dict[str, Any]:
    """A pair as this client may see it."""
    return {
        "id": shown_id(Kind.PAIR, pair.pk),
        "state": pair.state,
        "grounds": [ground.value for ground in pair.grounds],
        "first": customer_shown(pair.first, unmasked=unmasked),
        "second": customer_shown(pair.second, unmasked=unmasked),
        "found_at": pair.found_at,
        "decided_by": person_shown(pair.decided_by) if pair.decided_by else None,
        "decided_at": pair.decided_at,
        "reason": pair.reason,
    }


def _decided(request: Request, pair: Lookalikes, asked: Mapping[str, Any]) -> Answer:
    state, seen = PairState(asked["state"]), PairState(asked["seen"])
    if state is seen:
        raise invalid(FieldError("state", "It is in that state already.", "unchanged"))
    decided = deciding.decide(
        pair.pk,
        state,
        seen=seen,
        by=acting(request),
        reason=asked.get("reason", ""),
        request=request._request,
    )
    if not decided:
        raise Problem(Code.NOT_POSSIBLE, CHANGED_MEANWHILE)
    now = pair_with(shown_id(Kind.PAIR, pair.pk))
    return Answer(200, pair_shown(now, unmasked=unmasked_for(request)), about=f"pair:{pair.pk}")


def _all_shown(pairs: Sequence[Lookalikes], *, unmasked: bool) -> list[dict[str, Any]]:
    return [pair_shown(one, unmasked=unmasked) for one in pairs]
