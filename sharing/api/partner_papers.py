"""The documents of agreements, and the register as a file."""

from functools import partial
from typing import Any, cast

from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.problems import Problem
from accounts.api.reading import Body, CappedMultiPartParser, FormFile, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.downloads import CSV, file_of
from accounts.scopes import Scope
from sharing import agreement_papers
from sharing.api.fetching import paper_with, partner_with
from sharing.api.partner_health import name_of
from sharing.api.uploading import sha256_of, uploaded
from sharing.documents import Checked, DocumentErased, DocumentRefused, attachment
from sharing.documents import checked as looked_at
from sharing.models import AgreementPaper, Partner, PartnerOrder
from sharing.partners_export import register_csv
from sharing.sealing import CannotOpen

TAG = "Partners"
ORDER = Order(("-pk",))
NO_KEY = "The key that opens this document is missing here. Whoever runs the server puts it back."


class PaperShown(serializers.Serializer[Any]):
    """A document of an agreement. The newest stands; earlier ones stay readable."""

    id = serializers.CharField(help_text="`pap_…`")
    partner = serializers.CharField(help_text="`par_…`")
    name = serializers.CharField()
    reference = serializers.CharField(help_text="what the agreement was called then")
    kind = serializers.CharField(help_text="`pdf`, `jpg` or `png`")
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField()
    added_by = serializers.CharField(allow_null=True)
    added_at = serializers.DateTimeField()
    erased_at = serializers.DateTimeField(allow_null=True, help_text="since then no bytes are left")


class PaperList(serializers.Serializer[Any]):
    """A page of documents, newest first."""

    data = PaperShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class NewPaper(Body):
    """A document as a form carries it."""

    file = FormFile(help_text="PDF, JPEG or PNG, up to 20 MB")


EXAMPLE: dict[str, Any] = {
    "id": "pap_7",
    "partner": "par_3",
    "name": "agreement.pdf",
    "reference": "VB-2026-11",
    "kind": "pdf",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_by": "Onboarding service (API client)",
    "added_at": "2026-11-02T08:00:00Z",
    "erased_at": None,
}


class PapersView(ApiView):
    """The documents of one partner's agreement."""

    scopes = {"GET": Scope.AGREEMENTS_READ, "POST": Scope.PARTNERS_WRITE}
    parser_classes = [CappedMultiPartParser]
    body_bytes = None

    @operation(
        "listAgreementDocuments",
        "List the documents of an agreement",
        tag=TAG,
        scope=Scope.AGREEMENTS_READ,
        path={"partner_id": Kind.PARTNER},
        query=Paging,
        answers={200: answered(PaperList, "A page.", {"data": [EXAMPLE], "has_more": False})},
    )
    def get(self, request: Request, partner_id: str) -> Response:
        """A page of documents."""
        asked = checked(Paging, request.query_params)
        found = partner_with(partner_id).papers.newest_first().defer("document__sealed")
        return Response(page(found, ORDER, Kind.PAPER, asked, _all_shown))

    @operation(
        "addAgreementDocument",
        "Keep a document of an agreement",
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        description="Kept encrypted. It is looked at: its content must be what its name says.",
        path={"partner_id": Kind.PARTNER},
        body={"multipart/form-data": NewPaper},
        key="optional",
        problems=[Code.FILE_REFUSED],
        answers={201: answered(PaperShown, "Kept. `Location` names it.", EXAMPLE)},
    )
    def post(self, request: Request, partner_id: str) -> Response:
        """Keep one."""
        checked(NewPaper, request.data)
        partner = partner_with(partner_id)
        upload = uploaded(request, "The document did not arrive.")
        try:
            document = looked_at(upload.name or "", cast(bytes, upload.read()))
        except DocumentRefused as refused:
            raise Problem(Code.FILE_REFUSED, refused.sentence) from None
        content = {"name": document.name, "file": sha256_of(document.content)}
        return once(request, content, partial(_added, request, partner, document))


class PaperView(ApiView):
    """One document."""

    scopes = {"GET": Scope.AGREEMENTS_READ, "DELETE": Scope.PARTNERS_WRITE}

    @operation(
        "readAgreementDocument",
        "Read what is known of a document",
        tag=TAG,
        scope=Scope.AGREEMENTS_READ,
        path={"document_id": Kind.PAPER},
        answers={200: answered(PaperShown, "Its name, size and digest.", EXAMPLE)},
    )
    def get(self, request: Request, document_id: str) -> Response:
        """Its name, size and digest."""
        return Response(_shown(paper_with(document_id)))

    @operation(
        "eraseAgreementDocument",
        "Erase a document",
        tag=TAG,
        scope=Scope.PARTNERS_WRITE,
        description="Its bytes are erased for good; name, size and digest stay as the proof.",
        path={"document_id": Kind.PAPER},
        answers={200: answered(PaperShown, "What is left of it.", EXAMPLE)},
    )
    def delete(self, request: Request, document_id: str) -> Response:
        """Erase its bytes; done twice, it changes nothing the second time."""
        paper = paper_with(document_id)
        agreement_papers.erase(paper, by=acting(request), request=request._request)
        return Response(_shown(paper))


class PaperContentView(ApiView):
    """The bytes of one document."""

    scopes = {"GET": Scope.AGREEMENTS_READ}

    @operation(
        "takeAgreementDocument",
        "Take a document",
        tag=TAG,
        scope=Scope.AGREEMENTS_READ,
        description="Every taking is in the audit trail. One that was erased is a 409.",
        path={"document_id": Kind.PAPER},
        problems=[Code.NOT_POSSIBLE],
        answers={
            (200, kind): OpenApiResponse(
                response=OpenApiTypes.BINARY,
                description="The document.",
                examples=[OpenApiExample("example", value="(bytes)")],
            )
            for kind in ("application/pdf", "image/jpeg", "image/png")
        },
    )
    def get(self, request: Request, document_id: str) -> HttpResponseBase:
        """The document."""
        paper = paper_with(document_id)
        try:
            response = attachment(paper.document)
        except DocumentErased:
            raise Problem(Code.NOT_POSSIBLE, "This document was erased.") from None
        except CannotOpen:
            raise Problem(Code.NOT_POSSIBLE, NO_KEY) from None
        agreement_papers.note_download(paper, by=acting(request), request=request._request)
        return response


class RegisterCsvView(ApiView):
    """The register as a file."""

    scopes = {"GET": Scope.AGREEMENTS_READ}

    @operation(
        "exportPartners",
        "Take the register, as CSV",
        tag=TAG,
        scope=Scope.AGREEMENTS_READ,
        description="The record of who shares what with whom, removed partners too.",
        answers={
            (200, "text/csv"): OpenApiResponse(
                response=str,
                description="The whole file.",
                examples=[
                    OpenApiExample("example", value="name,client_id\r\nVelmora Bank,velmora")
                ],
            )
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The file, made while it is sent."""
        found = Partner.objects.in_order(PartnerOrder.NAME)
        with transaction.atomic():
            audit.record(
                "partner.register_exported",
                actor=acting(request),
                subject="register",
                request=request._request,
                partners=found.count(),
            )
        return file_of(request._request, register_csv(found), "partner-register.csv", CSV)


def _added(request: Request, partner: Partner, document: Checked) -> Answer:
    paper = agreement_papers.add(partner, document, by=acting(request), request=request._request)
    name = shown_id(Kind.PAPER, paper.pk)
    location = reverse("api_agreement_document", args=[name])
    return Answer(201, _shown(paper), location, f"agreement_paper:{paper.pk}")


def _all_shown(papers: Any) -> list[dict[str, Any]]:
    return [_shown(one) for one in papers]


def _shown(paper: AgreementPaper) -> dict[str, Any]:
    document = paper.document
    return {
        "id": shown_id(Kind.PAPER, paper.pk),
        "partner": shown_id(Kind.PARTNER, paper.partner_id),
        "name": document.name,
        "reference": paper.reference,
        "kind": document.kind,
        "size": document.size,
        "sha256": document.sha256,
        "added_by": name_of(paper.added_by),
        "added_at": paper.added_at,
        "erased_at": document.erased_at,
    }
