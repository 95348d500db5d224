"""Minting one share token: the one call whose answer holds it.

Sumsub's call is no transaction of ours, so the key's row is stored first, as a call whose answer is
to come. Who holds its lease asks Sumsub; the ledger's line, the answer and the sealed share token
are one commit. Whoever repeats the call meanwhile waits for that answer; a holder that dies loses
its lease, and the repetition asks Sumsub anew: a share token that nobody read works for nobody.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import (
    REPLAYED,
    Answer,
    Pending,
    keep_answer,
    kept_answer,
    key_of,
    let_go,
    still_running,
    under_key,
)
from accounts.api.ids import Kind, shown_id
from accounts.api.later import at_the_database, to_follow
from accounts.api.problems import say
from accounts.api.reading import Body, Text, Whole, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import KeptCall
from accounts.scopes import Scope
from sharing.api.fetching import applicant_named, recipient_named
from sharing.api.ledger_shapes import ISSUED_EXAMPLE, IssuedShown, issued_shown
from sharing.api.shown_once import shown_again, uncached, with_secrets
from sharing.api.sumsub_answers import mint_problem
from sharing.kept_secrets import Overtaken, claim, give_up, keep
from sharing.minting import Minted, MintRefused, mint
from sharing.models import Applicant, HandedOver, Partner
from sharing.times_to_live import MAX_TTL_SECONDS

TAG = "Share tokens"
# How long a repetition waits for the first call, and how often it looks (seconds).
JOIN_SECONDS = 10.0
LOOK_SECONDS = 0.25
PENDING = "share_token"


class MintBody(Body):
    """Whose share token, for whom, and how long it lives."""

    applicant = Text(max_length=64, help_text="`apl_…`, or Sumsub's id of a known applicant")
    recipient = Text(max_length=256, help_text="`par_…`, or its Sumsub client id")
    ttl_seconds = Whole(
        required=False,
        min_value=1,
        max_value=MAX_TTL_SECONDS,
        help_text="default: the recipient's",
    )


class MintedShown(IssuedShown):
    """The ledger's line, and the share token itself."""

    share_token = serializers.CharField(help_text="works once; this answer alone tells it")


MINT = operation(
    "mintShareToken",
    "Generate a share token",
    tag=TAG,
    scope=Scope.SHARE_TOKENS_WRITE,
    description=(
        "The answer is the one place that tells the share token. A repetition under the same key "
        "tells it again for ten minutes, or until it dies if that is sooner; meanwhile it is kept "
        "encrypted, apart from the rest of the answer. After that a repetition is a 410 that names "
        "the token mark: nothing is minted, and no call tells it again. What speaks against an "
        "applicant does not stop this call: ask `…/pre-check` first."
    ),
    body=MintBody,
    sample={"applicant": "apl_12", "recipient": "par_3", "ttl_seconds": 1200},
    key="required",
    problems=[
        Code.NOT_ALLOWED,
        Code.SHOWN_BEFORE,
        Code.SUMSUB_REFUSED,
        Code.SUMSUB_UNREACHABLE,
    ],
    answers={
        201: answered(
            MintedShown,
            "Made. `Location` names its line in the ledger.",
            ISSUED_EXAMPLE | {"share_token": "_act-… (the share token)"},
        )
    },
)


@dataclass(frozen=True)
class Wish:
    """What a call asks for, once it is known to be there."""

    applicant: Applicant
    recipient: Partner
    ttl_seconds: int


class MintedView(ApiView):
    """An address whose POST makes one share token."""

    def minted(self, request: Request) -> Response:
        """Let the answer follow: this call's own, or that of the call that it repeats."""
        key = key_of(request._request, required=True)
        asked = checked(MintBody, request.data)
        wish = _wish(asked)
        known = under_key(request, key, asked, partial(Pending, PENDING))
        response = uncached(Response(status=201))
        if known.replayed:
            response[REPLAYED] = "true"
        to_follow(response, partial(_in_time, response, request, known.call, wish))
        return response


def _wish(asked: Mapping[str, Any]) -> Wish:
    recipient = recipient_named(asked["recipient"])
    seconds = asked.get("ttl_seconds", recipient.default_ttl_seconds)
    return Wish(applicant_named(asked["applicant"]), recipient, seconds)


async def _in_time(
    response: Response, request: Request, call: KeptCall, wish: Wish
) -> HttpResponseBase:
    """The answer, or the problem that there is instead; a problem is no repetition of an answer."""
    try:
        answer = await _answer(request, call, wish)
    except Exception as error:
        del response[REPLAYED]
        say(error, response, request._request)
        return response
    response.data, response["Location"] = answer.body, answer.location
    return response


async def _answer(request: Request, call: KeptCall, wish: Wish) -> Answer:
    """Mint, or wait for whoever does."""
    give_up_at = time.monotonic() + JOIN_SECONDS
    while True:
        found, lease = await at_the_database(_standing, call)
        if found is not None:
            return found  # type: ignore[no-any-return]
        if lease is not None:
            made = await sync_to_async(_and_close)(request, call, lease, wish)
            if made is not None:
                return made
        if time.monotonic() >= give_up_at:
            raise still_running()
        await asyncio.sleep(LOOK_SECONDS)


def _standing(call: KeptCall) -> tuple[Answer | None, datetime | None]:
    """The answer if there is one, else the lease if it is ours to ask Sumsub.

    Raises Problem when the call that this one repeats came to nothing.
    """
    kept = KeptCall.objects.numbered(call.pk).first()
    if kept is None:
        raise still_running()
    answer = kept_answer(kept)
    if answer is None:
        return None, claim(kept)
    gone = (
        f"Share token {answer.body['token_mark']} was made under this key, and is told no more. "
        "If it did not reach you, make another one under a fresh key."
    )
    return shown_again(kept, answer, gone=gone), None


def _and_close(request: Request, call: KeptCall, lease: datetime, wish: Wish) -> Answer | None:
    """Mint in this call's thread, outside the door for short questions to the database."""
    try:
        return _minted(request, call, lease, wish)
    finally:
        if not connection.in_atomic_block:
            connection.close()


@sensitive_variables("made")
def _minted(request: Request, call: KeptCall, lease: datetime, wish: Wish) -> Answer | None:
    """The whole answer; None when another call took over. Raises Problem, and frees the key."""
    try:
        made = mint(
            wish.applicant,
            wish.recipient,
            wish.ttl_seconds,
            by=acting(request),
            handed_over=HandedOver.API,
            request=request._request,
            along=partial(_keep, request, call, lease),
        )
    except Overtaken:
        return None
    except MintRefused as refused:
        if give_up(call, lease):
            let_go(call)
        raise mint_problem(refused) from None
    return with_secrets(_lasting(request, made), {"share_token": made.share_token})


@sensitive_variables("minted", "secret")
def _keep(request: Request, call: KeptCall, lease: datetime, minted: Minted) -> None:
    """In the transaction of the ledger's line: the answer, and the share token beside it."""
    secret = json.dumps({"share_token": minted.share_token})
    keep(call, secret, minted.issued.expires_at, lease=lease)
    keep_answer(call.pk, _lasting(request, minted))


def _lasting(request: Request, minted: Minted) -> Answer:
    """What is kept of the answer: all but the share token."""
    name = shown_id(Kind.SHARE_TOKEN, minted.issued.pk)
    body = issued_shown(minted.issued, acting(request))
    return Answer(201, body, reverse("api_share_token", args=[name]), f"share_token:{name}")
