"""Documents of applications as clients see them; what is in them only as a download."""

from typing import Any

from rest_framework import serializers

from accounts.api.ids import Kind, shown_id
from customers.api.customer_shapes import HIDDEN
from customers.models import Application, Paper, PaperKind
from sharing.models import DocumentKind


class DocumentShown(serializers.Serializer[Any]):
    """A document that was handed in; a removed one keeps its name and why."""

    id = serializers.CharField(help_text="`doc_…`")
    kind = serializers.ChoiceField(choices=PaperKind.choices, help_text="what it proves")
    name = serializers.CharField(allow_null=True, help_text=f"of the file; {HIDDEN}")
    format = serializers.ChoiceField(choices=DocumentKind.choices)
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField(allow_null=True, help_text=HIDDEN)
    added_at = serializers.DateTimeField()
    added_by = serializers.CharField(allow_null=True, help_text="person or API client, by name")
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_by = serializers.CharField(allow_null=True)
    removal_reason = serializers.CharField(allow_null=True, help_text=HIDDEN)


DOCUMENT_EXAMPLE: dict[str, Any] = {
    "id": "doc_5c1f0b7a9d2e4f6081a3b5c7d9e0f123",
    "kind": "source_of_wealth",
    "name": "salary-2026.pdf",
    "format": "pdf",
    "size": 184212,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_at": "2026-11-29T09:18:44.010000Z",
    "added_by": "Onboarding service",
    "removed_at": None,
    "removed_by": None,
    "removal_reason": None,
}


def documents_shown(application: Application, *, unmasked: bool) -> list[dict[str, Any]]:
    """All documents of an application, the removed ones too, in the order they came."""
    papers = application.papers.select_related("document__uploaded_by", "removed_by").defer(
        "document__sealed"
    )
    return [document_shown(paper, unmasked=unmasked) for paper in papers.order_by("pk")]


def document_shown(paper: Paper, *, unmasked: bool) -> dict[str, Any]:
    """One document as this client may see it."""
    kept = paper.document
    removed = paper.removed_at is not None
    return {
        "id": shown_id(Kind.DOCUMENT, kept.pk),
        "kind": paper.kind,
        "name": kept.name if unmasked else None,
        "format": kept.kind,
        "size": kept.size,
        "sha256": kept.sha256 if unmasked else None,
        "added_at": kept.uploaded_at,
        "added_by": kept.uploaded_by.display_name if kept.uploaded_by else None,
        "removed_at": paper.removed_at,
        "removed_by": paper.removed_by.display_name if paper.removed_by else None,
        "removal_reason": paper.removal_reason if removed and unmasked else None,
    }
