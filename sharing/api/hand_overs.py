"""Hand-overs: the list, one of them, revoking one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.deeds import DeedView, Room
from accounts.api.ids import Kind
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from accounts.scopes import Scope
from sharing import hand_overs as deeds
from sharing.api.fetching import hand_over_with, number_asked
from sharing.api.hand_over_shapes import HAND_OVER_EXAMPLE, HandOverShown, hand_over_shown
from sharing.models import HandOver

TAG = "Hand-overs"
ORDER = Order(("-pk",))


class HandOverList(serializers.Serializer[Any]):
    """A page of hand-overs, newest first."""

    data = HandOverShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class HandOverQuery(Paging):
    """Which hand-overs to list."""

    recipient = Text(required=False, max_length=64, help_text="`par_…`")
    batch = Text(required=False, max_length=64, help_text="`bat_…`")

    def narrowed(self, asked: Mapping[str, Any]) -> Any:
        """The hand-overs that pass the filters."""
        chosen: dict[str, Any] = {}
        if "recipient" in asked:
            chosen["partner"] = number_asked(Kind.PARTNER, asked["recipient"], "recipient")
        if "batch" in asked:
            chosen["subject"] = f"mint_batch:{number_asked(Kind.BATCH, asked['batch'], 'batch')}"
        return HandOver.objects.newest_first().defer("sealed").filter(**chosen)


class HandOversView(ApiView):
    """All hand-overs."""

    scopes = {"GET": Scope.SHARE_TOKENS_READ}

    @operation(
        "listHandOvers",
        "List hand-overs",
        tag=TAG,
        scope=Scope.SHARE_TOKENS_READ,
        description="Newest first: what was made for whom, who opened and took it.",
        query=HandOverQuery,
        answers={
            200: answered(HandOverList, "A page.", {"data": [HAND_OVER_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request) -> Response:
        """A page of hand-overs."""
        asked = checked(HandOverQuery, request.query_params)
        found, among = HandOverQuery().narrowed(asked), HandOver.objects.defer("sealed")
        return Response(page(found, ORDER, Kind.HAND_OVER, asked, _all_shown, among=among))


class HandOverView(ApiView):
    """One hand-over."""

    scopes = {"GET": Scope.SHARE_TOKENS_READ}

    @operation(
        "readHandOver",
        "Read a hand-over",
        tag=TAG,
        scope=Scope.SHARE_TOKENS_READ,
        path={"hand_over_id": Kind.HAND_OVER},
        answers={200: answered(HandOverShown, "As it stands.", HAND_OVER_EXAMPLE)},
    )
    def get(self, request: Request, hand_over_id: str) -> Response:
        """As it stands."""
        return Response(hand_over_shown(hand_over_with(hand_over_id)))


def _revoked(hand_over: HandOver, *, by: User, request: HttpRequest) -> None:
    if not deeds.revoke(hand_over, by=by, request=request):
        raise PlainRefusal(f"{hand_over} does not wait any more: {hand_over.state.label.lower()}.")


class RevokeView(DeedView):
    """Withdrawing one that nobody took."""

    room = Room(
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        place="hand_over_id",
        kind=Kind.HAND_OVER,
        found=hand_over_with,
        shown=hand_over_shown,
        subject=lambda hand_over: f"hand_over:{hand_over.pk}",
        shape=HandOverShown,
        example=HAND_OVER_EXAMPLE,
        refusals=(PlainRefusal,),
    )
    name, summary = "revokeHandOver", "Revoke a hand-over"
    words = "Its file is erased, and nothing opens it. 409 when it does not wait any more."
    twice = ""
    deed = staticmethod(_revoked)


def _all_shown(hand_overs: Any) -> list[dict[str, Any]]:
    return [hand_over_shown(one) for one in hand_overs]
