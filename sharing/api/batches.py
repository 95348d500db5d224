"""Batches: the list, making one of a list, a filter or a file, reading, changing, discarding it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.problems import Problem
from accounts.api.reading import (
    CappedMultiPartParser,
    OneOf,
    StrictJSONParser,
    Text,
    checked,
    from_form,
)
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from sharing import mint_csv
from sharing.api.applicants import narrowed, unmasked
from sharing.api.batch_bodies import (
    NUMBERS,
    TRUTHS,
    BatchChange,
    NewBatch,
    NewBatchFile,
    lines_listed,
    order_of,
)
from sharing.api.batch_shapes import (
    BATCH_EXAMPLE,
    WHOLE_EXAMPLE,
    BatchInList,
    BatchShown,
    batch_in_list,
    batch_shown,
)
from sharing.api.fetching import batch_with, number_asked, recipient_named
from sharing.api.uploading import file_problem, sha256_of, uploaded
from sharing.bell import ring_to_mint
from sharing.csv_text.refusals import FileRefused
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many import drafts
from sharing.minting_many.storing import Order as MintOrder
from sharing.minting_many.storing import lines_of, store_file, store_lines
from sharing.models import BatchState, MintBatch, MintBatchQuerySet, MintSource

TAG = "Batches"
ORDER = Order(("-pk",))
SAMPLE = {
    "recipient": "par_3",
    "ttl_seconds": 3600,
    "applicants": ["66f0c2a4e19b7d3500000001", {"external_id": "004417"}],
}


class BatchList(serializers.Serializer[Any]):
    """A page of batches, newest first."""

    data = BatchInList(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class BatchQuery(Paging):
    """Which batches to list."""

    state = OneOf(choices=BatchState.choices, required=False)
    recipient = Text(required=False, max_length=64, help_text="`par_…`")
    created_after = serializers.DateTimeField(required=False, help_text="then or later")
    created_before = serializers.DateTimeField(required=False, help_text="before then")

    def narrowed(self, batches: MintBatchQuerySet, asked: Mapping[str, Any]) -> MintBatchQuerySet:
        """`batches` as far as the filters let them through."""
        columns = {"created_after": "created_at__gte", "created_before": "created_at__lt"}
        columns["state"] = "state"
        chosen = {column: asked[name] for name, column in columns.items() if name in asked}
        if "recipient" in asked:
            chosen["partner"] = number_asked(Kind.PARTNER, asked["recipient"], "recipient")
        return batches.filter(**chosen)


class BatchesView(ApiView):
    """All batches."""

    scopes = {"GET": Scope.BATCHES_READ, "POST": Scope.BATCHES_WRITE}
    parser_classes = [StrictJSONParser, CappedMultiPartParser]
    body_bytes = None

    @operation(
        "listBatches",
        "List batches",
        tag=TAG,
        scope=Scope.BATCHES_READ,
        description="Newest first.",
        query=BatchQuery,
        answers={200: answered(BatchList, "A page.", {"data": [BATCH_EXAMPLE], "has_more": False})},
    )
    def get(self, request: Request) -> Response:
        """A page of batches."""
        asked = checked(BatchQuery, request.query_params)
        everything = MintBatch.objects.select_related("partner", "created_by", "taken_by")
        found = BatchQuery().narrowed(everything, asked)
        among = MintBatch.objects.all()
        return Response(page(found, ORDER, Kind.BATCH, asked, _all_shown, among=among))

    @operation(
        "createBatch",
        "Minting many: make a batch",
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description=(
            "Of a list of ids, of all applicants that a filter finds, or of a CSV file. Every line "
            "becomes a row and is checked: `precheck` counts what was found, the rows say it one "
            "by one. Nothing is minted before `start`. The share tokens are never in an answer: "
            "they leave once, as a file or behind a link, when the batch is finished."
        ),
        body={"application/json": NewBatch, "multipart/form-data": NewBatchFile},
        sample=SAMPLE,
        key="optional",
        problems=[Code.FILE_REFUSED, Code.NOT_ALLOWED],
        answers={201: answered(BatchShown, "Stored. `Location` names it.", WHOLE_EXAMPLE)},
    )
    def post(self, request: Request) -> Response:
        """Store a batch, and start it if that was asked."""
        if (request.content_type or "").startswith("multipart/"):
            return self._from_file(request)
        asked, by = checked(NewBatch, request.data), acting(request)
        if "filter" in asked:
            found = narrowed(asked["filter"], by_name=unmasked(request))
            source, lines = MintSource.FILTER, partial(lines_of, found)
        else:
            source, lines = MintSource.API, partial(lines_listed, asked["applicants"])
        order = order_of(asked, source, by=by)
        store = partial(_store_lines, request, lines, order)
        return once(request, asked, partial(_made, request, store, start=asked["start"]))

    def _from_file(self, request: Request) -> Response:
        asked = checked(NewBatchFile, from_form(request.data, truths=TRUTHS, numbers=NUMBERS))
        upload = uploaded(request, "No file arrived.")
        stream = cast(BinaryIO, upload.file)
        content = {**asked, "file": sha256_of(stream.read())}
        order = order_of(asked, MintSource.FILE, by=acting(request), file_name=upload.name or "")
        store = partial(_store_file, request, stream, order)
        return once(request, content, partial(_made, request, store, start=asked["start"]))


class BatchView(ApiView):
    """One batch."""

    scopes = {
        "GET": Scope.BATCHES_READ,
        "PATCH": Scope.BATCHES_WRITE,
        "DELETE": Scope.BATCHES_WRITE,
    }

    @operation(
        "readBatch",
        "Read a batch",
        tag=TAG,
        scope=Scope.BATCHES_READ,
        path={"batch_id": Kind.BATCH},
        answers={200: answered(BatchShown, "The batch as it stands.", WHOLE_EXAMPLE)},
    )
    def get(self, request: Request, batch_id: str) -> Response:
        """The batch as it stands."""
        return Response(batch_shown(batch_with(batch_id)))

    @operation(
        "changeBatch",
        "Change a draft",
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description="Only before it was started. The answer counts what would be minted now.",
        path={"batch_id": Kind.BATCH},
        body=BatchChange,
        sample={"ttl_seconds": 3600, "include_live": True},
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(BatchShown, "The batch as it stands now.", WHOLE_EXAMPLE)},
    )
    def patch(self, request: Request, batch_id: str) -> Response:
        """Change what was chosen."""
        asked, found = checked(BatchChange, request.data), batch_with(batch_id)
        recipient = recipient_named(asked["recipient"]) if "recipient" in asked else found.partner
        try:
            refuse_unless_sharing(recipient)
            drafts.choose(
                found.pk,
                partner=recipient,
                ttl_seconds=asked.get("ttl_seconds", found.ttl_seconds),
                mints_refusable=asked.get("include_refusable", found.mints_refusable),
                mints_live=asked.get("include_live", found.mints_live),
            )
        except MintRefused as refused:
            raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
        return Response(batch_shown(batch_with(batch_id)))

    @operation(
        "discardBatch",
        "Discard a draft",
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description="Only before it was started: nothing was minted for it.",
        path={"batch_id": Kind.BATCH},
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(BatchInList, "What was discarded.", BATCH_EXAMPLE)},
    )
    def delete(self, request: Request, batch_id: str) -> Response:
        """Forget it."""
        found = batch_with(batch_id)
        shown = batch_in_list(found)
        try:
            drafts.discard(found.pk, by=acting(request), request=request._request)
        except MintRefused as refused:
            raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
        return Response(shown)


def _made(request: Request, store: Callable[[], MintBatch], *, start: bool) -> Answer:
    """Store the batch, and start it. In the transaction of the call's key."""
    try:
        with transaction.atomic():
            batch = store()
            if start:
                drafts.start(batch.pk, by=acting(request), request=request._request)
    except FileRefused as refused:
        raise file_problem(refused, "applicants") from None
    except MintRefused as refused:
        raise Problem(Code.NOT_ALLOWED, refused.sentence) from None
    ring_to_mint(batch.pk)
    name = shown_id(Kind.BATCH, batch.pk)
    location = reverse("api_batch", args=[name])
    return Answer(201, batch_shown(batch_with(name)), location, f"mint_batch:{batch.pk}")


def _store_lines(request: Request, lines: Callable[[], Any], order: MintOrder) -> MintBatch:
    refuse_unless_sharing(order.partner)
    return store_lines(lines(), order, request=request._request)


def _store_file(request: Request, stream: BinaryIO, order: MintOrder) -> MintBatch:
    refuse_unless_sharing(order.partner)
    stream.seek(0)
    file = mint_csv.read(stream, max_rows=settings.UPLOAD_MAX_ROWS)
    return store_file(file, order, request=request._request)


def _all_shown(batches: Any) -> list[dict[str, Any]]:
    return [batch_in_list(one) for one in batches]
