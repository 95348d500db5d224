"""Imports: the list, bringing one, and one of them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, number_in, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.problems import FieldError, Problem, invalid
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
from customers import intake, token_csv
from customers.api.fetching import import_with
from customers.api.import_bodies import (
    LISTS,
    TRUTHS,
    NewImport,
    NewImportFile,
    options_from,
    read_uploaded,
    uploaded_tokens,
)
from customers.api.import_shapes import IMPORT_EXAMPLE, ImportShown, import_shown
from customers.control import NotPossible
from customers.forecast.beginning import begin
from customers.models import Import, ImportMode, ImportSource, ImportState, LookKind
from customers.models.imports import ImportQuerySet
from customers.token_csv import FileRefused
from sharing.api.uploading import file_problem

TAG = "Imports"
ORDER = Order(("-pk",))
SAMPLE = {
    "level": "id-only",
    "tokens": [
        "_act-sbx-jwt-eyJhbGciOi…",
        {
            "token": "_act-sbx-jwt-eyJhbGciOj…",
            "external_id": "004417",
            "issued_at": "2026-11-29T09:00:00Z",
        },
    ],
}
REPEATED = "X-Idempotency-Key makes a retry safe: one import for one key."


class ImportList(serializers.Serializer[Any]):
    """A page of imports, newest first."""

    data = ImportShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class ImportQuery(Paging):
    """Which imports to list."""

    state = OneOf(choices=ImportState.choices, required=False)
    mode = OneOf(choices=ImportMode.choices, required=False)
    partner = Text(required=False, max_length=64, help_text="the donor: `par_…`")
    created_after = serializers.DateTimeField(required=False, help_text="stored then or later")
    created_before = serializers.DateTimeField(required=False, help_text="stored before then")

    def narrowed(self, imports: ImportQuerySet, asked: Mapping[str, Any]) -> ImportQuerySet:
        """`imports` as far as the filters let them through."""
        chosen = {name: asked[name] for name in ("state", "mode") if name in asked}
        if "partner" in asked:
            chosen["partner"] = number_in(Kind.PARTNER, asked["partner"])
            if chosen["partner"] is None:
                raise invalid(FieldError("partner", "An id here begins with par_.", "invalid_id"))
        if "created_after" in asked:
            chosen["created_at__gte"] = asked["created_after"]
        if "created_before" in asked:
            chosen["created_at__lt"] = asked["created_before"]
        return imports.filter(**chosen)


class ImportsView(ApiView):
    """All imports."""

    scopes = {"GET": Scope.IMPORTS_READ, "POST": Scope.IMPORTS_WRITE}
    parser_classes = [StrictJSONParser, CappedMultiPartParser]
    body_bytes = None

    @operation(
        "listImports",
        "List imports",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        description="Newest first.",
        query=ImportQuery,
        answers={
            200: answered(ImportList, "A page.", {"data": [IMPORT_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request) -> Response:
        """A page of imports."""
        asked = checked(ImportQuery, request.query_params)
        everything = Import.objects.select_related("created_by")
        found = ImportQuery().narrowed(everything, asked)
        return Response(
            page(found, ORDER, Kind.IMPORT, asked, _all_shown, among=Import.objects.all())
        )

    @operation(
        "createImport",
        "Bring share tokens",
        tag=TAG,
        scope=Scope.IMPORTS_WRITE,
        description=(
            "A list as JSON, or a CSV file as a form. Every line becomes a row at once; sending "
            f"goes on behind this answer, which names where to read on. {REPEATED}"
        ),
        body={"application/json": NewImport, "multipart/form-data": NewImportFile},
        sample=SAMPLE,
        key="optional",
        problems=[Code.FILE_REFUSED, Code.NOT_ALLOWED],
        answers={202: answered(ImportShown, "Stored. `Location` names it.", IMPORT_EXAMPLE)},
    )
    def post(self, request: Request) -> Response:
        """Store an import, and start it or look first, as it was asked."""
        if (request.content_type or "").startswith("multipart/"):
            return self._from_file(request)
        asked = checked(NewImport, request.data)
        options = options_from(asked, source=ImportSource.API, created_by=acting(request))
        opened = partial(token_csv.read_items, asked["tokens"])
        content = {**asked, "mode": str(asked["mode"])}
        return once(request, content, partial(_brought, request, asked, options, opened))

    def _from_file(self, request: Request) -> Response:
        asked = checked(NewImportFile, from_form(request.data, truths=TRUTHS, lists=LISTS))
        stream, file_name = uploaded_tokens(request)
        options = options_from(
            asked, source=ImportSource.API, created_by=acting(request), file_name=file_name
        )
        content = {**asked, "mode": str(asked["mode"]), "file": token_csv.sha256_of(stream)}
        opened = partial(read_uploaded, stream)
        return once(request, content, partial(_brought, request, asked, options, opened))


class ImportView(ApiView):
    """One import."""

    scopes = {"GET": Scope.IMPORTS_READ}

    @operation(
        "readImport",
        "Read an import",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        path={"import_id": Kind.IMPORT},
        answers={200: answered(ImportShown, "The import as it stands.", IMPORT_EXAMPLE)},
    )
    def get(self, request: Request, import_id: str) -> Response:
        """The import as it stands."""
        return Response(import_shown(import_with(import_id)))


def _brought(
    request: Request, asked: Mapping[str, Any], options: intake.Options, opened: Any
) -> Answer:
    """Store the import, and start it or look first. In the transaction of the call's key."""
    look = asked.get("preview")
    start = asked["start"] and not look
    try:
        with transaction.atomic():
            imported = intake.store(opened(), options, start=start, request=request._request)
            if look and imported.staged_count:
                _look(request, imported, LookKind(look), leave=asked["leave_documents"])
    except FileRefused as refused:
        raise file_problem(refused, "tokens") from None
    except (intake.NotAllowed, NotPossible) as refused:
        raise Problem(Code.NOT_ALLOWED, refused.sentence) from None
    stored = import_with(shown_id(Kind.IMPORT, imported.pk))
    location = reverse("api_import", args=[shown_id(Kind.IMPORT, imported.pk)])
    return Answer(202, import_shown(stored), location, f"import:{imported.pk}")


def _look(request: Request, imported: Import, kind: LookKind, *, leave: bool) -> None:
    begin(
        imported.pk,
        kind,
        by=acting(request),
        documents_pass=not leave,
        request=request._request,
    )


def _all_shown(imports: Any) -> list[dict[str, Any]]:
    return [import_shown(one) for one in imports]
