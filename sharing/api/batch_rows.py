"""The rows of a batch, and those without a share token as a file."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.api.authentication import acting
from accounts.api.ids import Kind, shown_id, shown_or_none
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.downloads import CSV, file_of
from accounts.scopes import Scope
from sharing.api.fetching import batch_with
from sharing.minting_many.files import failures_csv
from sharing.models import Concern, MintRow, MintRowQuerySet, MintState

TAG = "Batches"
ORDER = Order(("line",))


class BatchRowShown(serializers.Serializer[Any]):
    """One line of a batch: an applicant."""

    id = serializers.CharField(help_text="`brow_…`")
    line = serializers.IntegerField(help_text="of the file, the header being 1; or of the list")
    state = serializers.ChoiceField(choices=MintState.choices)
    applicant = serializers.CharField(allow_null=True, help_text="`apl_…` when it is in the list")
    applicant_id = serializers.CharField(help_text="Sumsub's; empty before it was found")
    external_id = serializers.CharField(help_text="yours")
    level = serializers.CharField()
    concern = serializers.ChoiceField(
        choices=Concern.choices, help_text="what the check before minting found"
    )
    concern_explanation = serializers.CharField(help_text="for people")
    live_until = serializers.DateTimeField(
        allow_null=True, help_text="until when a share token for this recipient lives already"
    )
    same_as_line = serializers.IntegerField(
        allow_null=True, help_text="names the same applicant as that line, and counts as it does"
    )
    share_token = serializers.CharField(
        allow_null=True, help_text="its line in the ledger: `tok_…`"
    )
    error_code = serializers.IntegerField(allow_null=True, help_text="Sumsub's")
    reason = serializers.CharField(help_text="why it has no share token, for people")
    sumsub_says = serializers.CharField()


ROW_EXAMPLE: dict[str, Any] = {
    "id": "brow_1204",
    "line": 2,
    "state": "waiting",
    "applicant": "apl_12",
    "applicant_id": "66f0c2a4e19b7d3500000001",
    "external_id": "004417",
    "level": "id-only",
    "concern": "",
    "concern_explanation": "",
    "live_until": None,
    "same_as_line": None,
    "share_token": None,
    "error_code": None,
    "reason": "Not minted yet.",
    "sumsub_says": "",
}


class BatchRowList(serializers.Serializer[Any]):
    """A page of rows in the order of the file or list."""

    data = BatchRowShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class BatchRowQuery(Paging):
    """Which rows to list."""

    state = OneOf(choices=MintState.choices, required=False)
    concern = OneOf(
        choices=[(one.value, one.label) for one in Concern if one.value], required=False
    )
    applicant_id = Text(required=False, max_length=64, help_text="Sumsub's, exactly")
    external_id = Text(required=False, max_length=256, help_text="yours, exactly")

    def narrowed(self, rows: MintRowQuerySet, asked: Mapping[str, Any]) -> MintRowQuerySet:
        """`rows` as far as the filters let them through."""
        columns = {"state": "state", "concern": "concern", "external_id": "external_id"}
        columns["applicant_id"] = "sumsub_id"
        return rows.filter(**{columns[name]: asked[name] for name in columns if name in asked})


class BatchRowsView(ApiView):
    """All rows of a batch."""

    scopes = {"GET": Scope.BATCHES_READ}

    @operation(
        "listBatchRows",
        "List the rows of a batch",
        tag=TAG,
        scope=Scope.BATCHES_READ,
        description="In the order of the file or list, with what the check before minting found.",
        path={"batch_id": Kind.BATCH},
        query=BatchRowQuery,
        answers={
            200: answered(BatchRowList, "A page.", {"data": [ROW_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request, batch_id: str) -> Response:
        """A page of rows."""
        asked = checked(BatchRowQuery, request.query_params)
        everything = MintRow.objects.of(batch_with(batch_id)).defer("token_sealed")
        found = BatchRowQuery().narrowed(everything, asked)
        return Response(page(found, ORDER, Kind.BATCH_ROW, asked, _all_shown, among=everything))


class FailuresView(ApiView):
    """The rows without a share token, as a file."""

    scopes = {"GET": Scope.BATCHES_WRITE}

    @operation(
        "takeBatchFailures",
        "Take the rows without a share token, as CSV",
        tag=TAG,
        scope=Scope.BATCHES_WRITE,
        description="Each with its reason. Every taking is in the audit trail.",
        path={"batch_id": Kind.BATCH},
        answers={
            (200, "text/csv"): OpenApiResponse(
                response=str,
                description="The whole file.",
                examples=[OpenApiExample("example", value='"line","state"\r\n"17","failed"\r\n')],
            )
        },
    )
    def get(self, request: Request, batch_id: str) -> HttpResponseBase:
        """The file, made while it is sent."""
        batch = batch_with(batch_id)
        with transaction.atomic():
            audit.record(
                "minting.failures_taken",
                actor=acting(request),
                subject=f"mint_batch:{batch.pk}",
                request=request._request,
            )
        name = f"batch-{batch.pk}-without-share-token.csv"
        return file_of(request._request, failures_csv(batch), name, CSV)


def _all_shown(rows: Any) -> list[dict[str, Any]]:
    return [row_shown(one) for one in rows]


def row_shown(row: MintRow) -> dict[str, Any]:
    """One line of a batch."""
    return {
        "id": shown_id(Kind.BATCH_ROW, row.pk),
        "line": row.line,
        "state": row.state,
        "applicant": shown_or_none(Kind.APPLICANT, row.applicant_id),
        "applicant_id": row.sumsub_id,
        "external_id": row.external_id,
        "level": row.level_name,
        "concern": row.concern,
        "concern_explanation": row.concern_sentence,
        "live_until": row.live_until,
        "same_as_line": row.same_as_line,
        "share_token": shown_or_none(Kind.SHARE_TOKEN, row.issued_id),
        "error_code": row.error_code,
        "reason": "" if row.state == MintState.MINTED else row.told,
        "sumsub_says": row.said,
    }
