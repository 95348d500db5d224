"""Documents handed in for an application: list, hand in, download, remove."""

import hashlib
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, CappedMultiPartParser, FormFile, OneOf, checked, too_large
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.application_deeds import Words
from customers.api.application_doing import author_of, refusal
from customers.api.document_shapes import (
    DOCUMENT_EXAMPLE,
    DocumentShown,
    document_shown,
    documents_shown,
)
from customers.api.fetching import application_with, paper_with, unmasked_for
from customers.applying import documents
from customers.applying.deeds import NotPossible
from customers.models import Application, Paper, PaperKind
from customers.token_csv import FileRefused, Refusal
from sharing.documents import MAX_BYTES, DocumentErased, DocumentRefused
from sharing.models import DocumentKind
from sharing.uploads import Upload, received

TAG = "Applications"
GONE = "The document was removed: its bytes are erased."
_PATH = {"application_id": Kind.APPLICATION, "document_id": Kind.DOCUMENT}


class DocumentList(serializers.Serializer[Any]):
    """All documents of an application, at most 50 that were not removed."""

    data = DocumentShown(many=True)  # type: ignore[assignment]


class NewDocument(Body):
    """A document and what it proves."""

    kind = OneOf(choices=PaperKind.choices, help_text="what it proves")
    file = FormFile(help_text="PDF, JPEG or PNG, up to 20 MB; its bytes are looked at")


class RemovalBody(Body):
    """Why a document is removed."""

    reason = Words(max_length=documents.LONGEST_REASON, help_text="it is kept; the bytes are not")


class DocumentsView(ApiView):
    """The documents of an application."""

    scopes = {"GET": Scope.APPLICATIONS_READ, "POST": Scope.APPLICATIONS_WRITE}
    parser_classes = [CappedMultiPartParser]
    body_bytes = None

    @operation(
        "listDocuments",
        "List the documents of an application",
        tag=TAG,
        scope=Scope.APPLICATIONS_READ,
        description="Removed ones too, in the order they came.",
        path={"application_id": Kind.APPLICATION},
        answers={200: answered(DocumentList, "All of them.", {"data": [DOCUMENT_EXAMPLE]})},
    )
    def get(self, request: Request, application_id: str) -> Response:
        """All documents."""
        application = application_with(application_id)
        shown = documents_shown(application, unmasked=unmasked_for(request))
        return Response({"data": shown})

    @operation(
        "addDocument",
        "Hand in a document",
        tag=TAG,
        scope=Scope.APPLICATIONS_WRITE,
        description=(
            "As a form with a file. It is kept sealed. X-Idempotency-Key makes a retry safe."
        ),
        path={"application_id": Kind.APPLICATION},
        body={"multipart/form-data": NewDocument},
        sample={"kind": "source_of_wealth", "file": "salary-2026.pdf"},
        key="optional",
        problems=[Code.NOT_POSSIBLE, Code.DOCUMENT_REFUSED],
        answers={
            201: answered(DocumentShown, "Kept. `Location` is its content.", DOCUMENT_EXAMPLE)
        },
    )
    def post(self, request: Request, application_id: str) -> Response:
        """Keep it."""
        application = application_with(application_id)
        asked = checked(NewDocument, request.data)
        upload = _upload(request)
        content = upload.read()
        said = {
            "kind": asked["kind"],
            "name": upload.name or "",
            "file": hashlib.sha256(content).hexdigest(),
        }
        return once(request, said, partial(_added, request, application, said, content))


class DocumentContentView(ApiView):
    """The bytes of a document."""

    scopes = {"GET": Scope.DOCUMENTS_READ}

    @operation(
        "downloadDocument",
        "Download a document",
        tag=TAG,
        scope=Scope.DOCUMENTS_READ,
        description="As an attachment. That it was taken is in the audit trail.",
        path=_PATH,
        answers={
            (200, kind.content_type): OpenApiResponse(
                response=OpenApiTypes.BINARY,
                description="The file.",
                examples=[OpenApiExample("example", value="the bytes of the file")],
            )
            for kind in DocumentKind
        },
    )
    def get(self, request: Request, application_id: str, document_id: str) -> HttpResponseBase:
        """The file."""
        paper = paper_with(application_with(application_id), document_id)
        try:
            return documents.hand_out(paper, author_of(request))
        except DocumentErased:
            raise Problem(Code.NOT_FOUND, GONE) from None


class DocumentRemovalView(ApiView):
    """Erasing a document."""

    scopes = {"POST": Scope.APPLICATIONS_WRITE}

    @operation(
        "removeDocument",
        "Remove a document",
        tag=TAG,
        scope=Scope.APPLICATIONS_WRITE,
        description="Its bytes are erased for good; its name, and why it went, stay.",
        path=_PATH,
        body=RemovalBody,
        sample={"reason": "It is somebody else's."},
        key="optional",
        problems=[Code.NOT_POSSIBLE],
        answers={200: answered(DocumentShown, "It is erased.", DOCUMENT_EXAMPLE)},
    )
    def post(self, request: Request, application_id: str, document_id: str) -> Response:
        """Erase it."""
        asked = checked(RemovalBody, request.data)
        application = application_with(application_id)
        paper = paper_with(application, document_id)
        return once(request, asked, partial(_removed, request, application, paper, asked["reason"]))


def _added(
    request: Request, application: Application, said: dict[str, str], content: bytes
) -> Answer:
    author = author_of(request)
    try:
        paper = documents.add(
            application.pk, PaperKind(said["kind"]), said["name"], content, author
        )
    except DocumentRefused as refused:
        raise Problem(
            Code.DOCUMENT_REFUSED,
            refused.sentence,
            errors=[FieldError("file", refused.sentence, "refused")],
        ) from None
    except NotPossible as refused:
        raise refusal(refused, application) from None
    ids = [
        shown_id(Kind.APPLICATION, application.pk),
        shown_id(Kind.DOCUMENT, paper.document_id),
    ]
    body = document_shown(paper, unmasked=unmasked_for(request))
    location = reverse("api_document_content", args=ids)
    return Answer(201, body, location, f"application:{application.pk}")


def _removed(request: Request, application: Application, paper: Paper, reason: str) -> Answer:
    try:
        documents.remove(paper, reason, author_of(request))
    except NotPossible as refused:
        raise refusal(refused, application) from None
    now = paper_with(application, shown_id(Kind.DOCUMENT, paper.document_id))
    body = document_shown(now, unmasked=unmasked_for(request))
    return Answer(200, body, about=f"application:{application.pk}")


def _upload(request: Request) -> Upload:
    """The file that came, within the size of a document. Raises Problem."""
    try:
        found = received(request._request, "file", missing="Send the document as `file`.")
    except FileRefused as refused:
        if refused.code == Refusal.TOO_LARGE:
            raise too_large(MAX_BYTES) from None
        raise invalid(FieldError("file", refused.sentence, refused.code.value)) from None
    if (found.size or 0) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    return found
