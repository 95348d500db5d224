"""The one file of a batch: taken by the client, or moved behind a link for the recipient."""

import json
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, call_under_way, key_of, still_running, under_key
from accounts.api.ids import Kind, shown_id
from accounts.api.problems import Problem
from accounts.api.reading import Body, OneOf, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.downloads import CSV, file_of
from accounts.scopes import Scope
from sharing.api.fetching import batch_with, hand_over_with
from sharing.api.hand_over_shapes import HAND_OVER_EXAMPLE, HandOverShown, hand_over_shown
from sharing.api.shown_once import shown_again, uncached, with_secrets
from sharing.hand_overs import LINK_LIVES, make
from sharing.kept_secrets import keep
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many.files import Preset
from sharing.minting_many.handing_over import BatchFile
from sharing.minting_many.taking import FileGone, take_file
from sharing.models import MintBatch

TAG = "Batches"


class FileBody(Body):
    """The shape of the file."""

    preset = OneOf(
        choices=Preset.choices,
        default=Preset.FULL.value,
        help_text="`token`: one column; `reap`: externalId, shareToken; `full`: every line",
    )


class HandOverMade(HandOverShown):
    """The hand-over, and what opens it. Send the two by different ways."""

    link = serializers.CharField(help_text="this answer alone tells it")
    passphrase = serializers.CharField(help_text="this answer alone tells it")


class FileView(ApiView):
    """The share tokens of a batch."""

    scopes = {"POST": Scope.BATCHES_WRITE}

    @operation(
        "takeBatchFile",
        "Take the file of share tokens, once",
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description=(
            "From this call on no share token of the batch is kept here, so there is no "
            "idempotency key and no second time: a transfer that breaks off has lost the file, and "
            "`again` with `lost` mints it anew. 409 before the batch is finished."
        ),
        path={"batch_id": Kind.BATCH},
        body=FileBody,
        sample={"preset": "token"},
        problems=[Code.NOT_POSSIBLE, Code.NOT_ALLOWED],
        answers={
            (200, "text/csv"): OpenApiResponse(
                response=str,
                description="The whole file; no cache keeps it.",
                examples=[OpenApiExample("example", value="token\r\n_act-… (a share token)\r\n")],
            )
        },
    )
    def post(self, request: Request, batch_id: str) -> HttpResponseBase:
        """The file, made while it is sent."""
        asked, found = checked(FileBody, request.data), batch_with(batch_id)
        try:
            refuse_unless_sharing(found.partner)
            pieces = take_file(found, asked["preset"], by=acting(request), request=request._request)
        except MintRefused as refused:
            raise Problem(Code.NOT_ALLOWED, refused.sentence) from None
        except FileGone as gone:
            raise Problem(Code.NOT_POSSIBLE, gone.sentence) from None
        return file_of(request._request, pieces, f"share-tokens-batch-{found.pk}.csv", CSV)


class MakeHandOverView(ApiView):
    """The file of a batch behind a link."""

    scopes = {"POST": Scope.BATCHES_WRITE}

    @operation(
        "handBatchOver",
        "Move the file behind a link and a passphrase",
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description=(
            "For the recipient to fetch once, within a day and before the first share token dies. "
            "The answer is the one place that tells link and passphrase. A repetition under the "
            "same key tells them again for ten minutes while the file waits; then it is a 410."
        ),
        path={"batch_id": Kind.BATCH},
        body=FileBody,
        sample={"preset": "token"},
        key="required",
        problems=[Code.NOT_POSSIBLE, Code.NOT_ALLOWED, Code.SHOWN_BEFORE],
        answers={
            201: answered(
                HandOverMade,
                "Made. `Location` names the hand-over.",
                HAND_OVER_EXAMPLE
                | {
                    "link": "https://relay.example/hand-over/…",
                    "passphrase": "(four words of five letters)",
                },
            )
        },
    )
    @sensitive_variables("made", "told")
    def post(self, request: Request, batch_id: str) -> Response:
        """Make the link."""
        key = key_of(request._request, required=True)
        asked, found = checked(FileBody, request.data), batch_with(batch_id)
        told: dict[str, str] = {}
        deed = partial(_made, request, key, found, Preset(asked["preset"]), told)
        known = under_key(request, key, asked, deed)
        answer = known.answer
        if answer is None:
            raise still_running()
        if not known.replayed:
            return uncached(with_secrets(answer, told).response())
        waits = hand_over_with(answer.body["id"])
        gone = (
            f"Hand-over {answer.body['id']} was made under this key and is "
            f"{waits.state.label.lower()}; what opens it is told no more. If it did not reach you, "
            "revoke it and mint again."
        )
        if not waits.is_waiting:
            raise Problem(Code.SHOWN_BEFORE, gone)
        return uncached(shown_again(known.call, answer, gone=gone).response(replayed=True))


@sensitive_variables("made", "told")
def _made(
    request: Request, key: str, batch: MintBatch, preset: Preset, told: dict[str, str]
) -> Answer:
    """Move the file, in the transaction of the call's key; `told` gets what opens it."""
    by, plain = acting(request), request._request
    file = BatchFile(batch, preset, by, plain)
    try:
        made = make(file, batch.partner, lives=LINK_LIVES, by=by, request=plain)
    except MintRefused as refused:
        raise Problem(Code.NOT_ALLOWED, refused.sentence) from None
    except FileGone as gone:
        raise Problem(Code.NOT_POSSIBLE, gone.sentence) from None
    path = reverse("sharing:hand_over", args=[made.secret])
    told.update(link=plain.build_absolute_uri(path), passphrase=made.passphrase)
    keep(call_under_way(request, key), json.dumps(told), made.hand_over.expires_at)
    name = shown_id(Kind.HAND_OVER, made.hand_over.pk)
    location = reverse("api_hand_over", args=[name])
    body: Any = hand_over_shown(made.hand_over)
    return Answer(201, body, location, f"hand_over:{made.hand_over.pk}")
