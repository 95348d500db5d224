"""The rows of an import: a page of them, one of them, and why they stand where they stand."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import F
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.ids import Kind
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.fetching import import_with, row_with, unmasked_for
from customers.api.row_shapes import ROW_EXAMPLE, SHOWN_STATES, RowShown, row_shown
from customers.models import Import, Row, RowState
from customers.models.row_queries import LONGEST_FILE, RowQuerySet
from customers.reason_groups import Acts, ReasonGroup, reason_groups
from customers.reasons import Reason
from customers.results import story_told, what_is_read
from customers.wording import story

TAG = "Imports"
ORDER = Order(("line",))
SORTED = Order(("place",))
LARGEST = 2**63 - 1


class RowList(serializers.Serializer[Any]):
    """A page of rows in the order of the list."""

    data = RowShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class RowQuery(Paging):
    """Which rows to list."""

    state = OneOf(choices=SHOWN_STATES, required=False)
    reason = OneOf(choices=Reason.choices, required=False)
    error_code = serializers.IntegerField(
        required=False, min_value=0, max_value=LONGEST_FILE, help_text="Sumsub's code"
    )
    external_id = Text(required=False, max_length=256, help_text="yours, exactly")
    token_mark = serializers.RegexField(
        "^[0-9a-f]{12}$", required=False, help_text="of one share token"
    )
    line = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST_FILE)
    changed_after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST,
        help_text="rows that changed after this `change` of the import: what is new since you read",
    )

    def narrowed(self, rows: RowQuerySet, asked: Mapping[str, Any]) -> RowQuerySet:
        """`rows` as far as the filters let them through."""
        exact = ("state", "reason", "error_code", "external_id", "token_mark", "line")
        found = rows.filter(**{name: asked[name] for name in exact if name in asked})
        return found.changed_after(asked["changed_after"]) if "changed_after" in asked else found


class RowsView(ApiView):
    """All rows of an import."""

    scopes = {"GET": Scope.IMPORTS_READ}

    @operation(
        "listRows",
        "List the rows of an import",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        description="In the order of the list or file.",
        path={"import_id": Kind.IMPORT},
        query=RowQuery,
        answers={200: answered(RowList, "A page.", {"data": [ROW_EXAMPLE], "has_more": False})},
    )
    def get(self, request: Request, import_id: str) -> Response:
        """A page of rows."""
        asked = checked(RowQuery, request.query_params)
        imported = import_with(import_id)
        rows = Row.objects.of(imported)
        if "changed_after" in asked:
            return Response(_changed(rows, asked, imported, request))
        found = what_is_read(RowQuery().narrowed(rows, asked))
        shown = partial(_told, imported, request)
        return Response(page(found, ORDER, Kind.ROW, asked, shown, among=rows))


class RowView(ApiView):
    """One row."""

    scopes = {"GET": Scope.IMPORTS_READ}

    @operation(
        "readRow",
        "Read a row",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        path={"row_id": Kind.ROW},
        answers={200: answered(RowShown, "The row as it stands.", ROW_EXAMPLE)},
    )
    def get(self, request: Request, row_id: str) -> Response:
        """The row as it stands."""
        row = row_with(row_id)
        return Response(rows_shown(row.import_ref, request, [row])[0])


def _changed(
    rows: RowQuerySet, asked: Mapping[str, Any], imported: Import, request: Request
) -> dict[str, Any]:
    """A page of the rows that changed: found by their change, their lines sorted, then read.

    By the index of lines all rows would be read.
    """
    placed = rows.annotate(place=F("line") + 0)
    found = RowQuery().narrowed(placed, asked).only("pk", "line")
    shown = partial(rows_shown, imported, request)
    return page(found, SORTED, Kind.ROW, asked, shown, among=placed)


def rows_shown(imported: Import, request: Request, rows: Any) -> list[dict[str, Any]]:
    """Rows of an import as this client may see them, in the order of the list."""
    wanted = Row.objects.of(imported).among(rows).order_by("line")
    return _told(imported, request, list(what_is_read(wanted)) if rows else [])


def _told(imported: Import, request: Request, rows: list[Row]) -> list[dict[str, Any]]:
    """Rows that were read, as this client may see them."""
    unmasked = unmasked_for(request)
    return [row_shown(row, unmasked=unmasked) for row in story_told(rows, imported)]


class ReasonShown(serializers.Serializer[Any]):
    """Rows that stand where they stand for one reason."""

    key = serializers.CharField(help_text="names the reason when rows are sent again")
    rows = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SHOWN_STATES)
    reason = serializers.ChoiceField(choices=["", *Reason.values])
    error_code = serializers.IntegerField(allow_null=True)
    error_name = serializers.CharField()
    title = serializers.CharField(help_text="for people")
    next_step = serializers.CharField(help_text="for people")
    acts = serializers.ChoiceField(choices=[acts.value for acts in Acts], help_text="who must act")


class ReasonList(serializers.Serializer[Any]):
    """All reasons of an import, the largest first."""

    data = ReasonShown(many=True)  # type: ignore[assignment]


REASON_EXAMPLE = {
    "key": "refused.rule.10513.reusable-kyc-not-compatible-doc-type",
    "rows": 12,
    "state": RowState.REFUSED.value,
    "reason": Reason.RULE.value,
    "error_code": 10513,
    "error_name": "reusable-kyc-not-compatible-doc-type",
    "title": "A document type is not accepted at this level",
    "next_step": "Try another level.",
    "acts": Acts.YOU.value,
}


class ReasonsView(ApiView):
    """Why rows of an import stand where they stand."""

    scopes = {"GET": Scope.IMPORTS_READ}

    @operation(
        "listReasons",
        "Why rows failed or wait, counted",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        description="Equal outcomes as one, so that 300 equal refusals are one item.",
        path={"import_id": Kind.IMPORT},
        answers={200: answered(ReasonList, "All of them.", {"data": [REASON_EXAMPLE]})},
    )
    def get(self, request: Request, import_id: str) -> Response:
        """The reasons, counted."""
        groups = reason_groups(import_with(import_id))
        return Response({"data": [_reason_shown(group) for group in groups]})


def _reason_shown(group: ReasonGroup) -> dict[str, Any]:
    told = story(group.sample)
    return {
        "key": group.key,
        "rows": group.rows,
        "state": group.state,
        "reason": group.reason,
        "error_code": group.error_code,
        "error_name": group.error_name,
        "title": told.reason_title,
        "next_step": told.next_step,
        "acts": group.acts.value,
    }
