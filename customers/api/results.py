"""All outcomes of an import as one file. Every taking is audited, as on the page."""

from typing import Any

from django.db import transaction
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts import audit
from accounts.api.authentication import acting
from accounts.api.ids import Kind, shown_id
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.downloads import CSV, file_of
from accounts.rights import Right
from accounts.scopes import Scope
from customers.api.fetching import import_with
from customers.api.row_shapes import SHOWN_STATES
from customers.models import Import, ImportState
from customers.results import rows_csv, rows_json
from customers.views.downloads import JSON

TAG = "Imports"


class ResultRow(serializers.Serializer[Any]):
    """One line of the file, named by the columns of the CSV."""

    line = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SHOWN_STATES)
    name = serializers.CharField()
    customer_id = serializers.CharField(help_text="`cus_…`, or empty")
    application_id = serializers.CharField(help_text="`app_…`, or empty")
    provider_applicant_id = serializers.CharField()
    external_user_id = serializers.CharField()
    sumsub_review_status = serializers.CharField()
    error_code = serializers.IntegerField(allow_null=True)
    error_name = serializers.CharField()
    reason = serializers.CharField()
    next_step = serializers.CharField()
    token_mark = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    external_id = serializers.CharField()


class Results(serializers.Serializer[Any]):
    """The whole file."""

    # The name is a word of Python's, so it is set below.
    state = serializers.ChoiceField(choices=ImportState.choices)
    rows = ResultRow(many=True)

    def get_fields(self) -> Any:
        """With the import's id."""
        return {"import": serializers.CharField(help_text="`imp_…`"), **super().get_fields()}


EXAMPLE: dict[str, Any] = {
    "import": "imp_48",
    "state": "finished",
    "rows": [
        {
            "line": 1,
            "state": "imported",
            "name": "Ada Mercer",
            "customer_id": "cus_3f2c9b1e5d7a4c6e8f10a2b3c4d5e6f7",
            "application_id": "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9",
            "provider_applicant_id": "66f0c2a4e19b7d3500000001",
            "external_user_id": "kr-0f8a2b",
            "sumsub_review_status": "completed",
            "error_code": None,
            "error_name": "",
            "reason": "",
            "next_step": "Open the application and complete it.",
            "token_mark": "f3a971c20b18",
            "label": "",
            "external_id": "004417",
        }
    ],
}
_KINDS = {
    "import": Kind.IMPORT,
    "customer_id": Kind.CUSTOMER,
    "application_id": Kind.APPLICATION,
}
_CSV_EXAMPLE = '"line","state","name"\r\n"1","imported","Ada Mercer"\r\n'


class ResultsView(ApiView):
    """As JSON."""

    scopes = {"GET": Scope.RESULTS_READ}

    @operation(
        "readResults",
        "Take the outcome of every row, as JSON",
        tag=TAG,
        scope=Scope.RESULTS_READ,
        description="Names are in the file: the scope means the right to take them out.",
        path={"import_id": Kind.IMPORT},
        answers={200: answered(Results, "The whole file.", EXAMPLE)},
    )
    def get(self, request: Request, import_id: str) -> HttpResponseBase:
        """The file, made while it is sent."""
        imported = _taken(request, import_id, "results.json")
        name = f"import-{imported.pk}-results.json"
        pieces = rows_json(imported, named=_named)
        return file_of(request._request, pieces, name, JSON)


class ResultsCsvView(ApiView):
    """As CSV."""

    scopes = {"GET": Scope.RESULTS_READ}

    @operation(
        "readResultsCsv",
        "Take the outcome of every row, as CSV",
        tag=TAG,
        scope=Scope.RESULTS_READ,
        description=(
            "The file that pages give: UTF-8, every cell quoted, nothing that a spreadsheet takes "
            "for a formula, and ids as UUIDs."
        ),
        path={"import_id": Kind.IMPORT},
        answers={
            (200, "text/csv"): OpenApiResponse(
                response=str,
                description="The whole file.",
                examples=[OpenApiExample("example", value=_CSV_EXAMPLE)],
            )
        },
    )
    def get(self, request: Request, import_id: str) -> HttpResponseBase:
        """The file, made while it is sent."""
        imported = _taken(request, import_id, "results.csv")
        name = f"import-{imported.pk}-results.csv"
        return file_of(request._request, rows_csv(imported), name, CSV)


def _named(column: str, key: Any) -> str:
    return shown_id(_KINDS[column], key)


@transaction.atomic
def _taken(request: Request, import_id: str, what: str) -> Import:
    imported = import_with(import_id)
    by = acting(request)
    assert by.holds(Right.EXPORT_RESULTS)
    audit.record(
        "import.exported",
        actor=by,
        subject=f"import:{imported.pk}",
        request=request._request,
        rows=imported.total_count,
        what=what,
    )
    return imported
