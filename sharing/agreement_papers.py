"""The documents of agreements: adding, handing out, erasing. Each deed is audited."""

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from sharing import documents
from sharing.documents import Checked
from sharing.models import AgreementPaper, Partner
from sharing.register import subject_of


@transaction.atomic
def add(
    partner: Partner, document: Checked, *, by: User | None, request: HttpRequest | None = None
) -> AgreementPaper:
    """Keep a checked document as the agreement that stands now; earlier ones stay readable."""
    paper = AgreementPaper.objects.create(
        partner=partner,
        document=documents.store(document, by=by),
        reference=partner.agreement_reference,
        added_by=by,
    )
    _audit("agreement_document_added", paper, by, request)
    return paper


@transaction.atomic
def note_download(paper: AgreementPaper, *, by: User, request: HttpRequest) -> None:
    """Note in the trail that somebody takes the document out of the house."""
    _audit("agreement_document_downloaded", paper, by, request)


@transaction.atomic
def erase(paper: AgreementPaper, *, by: User, request: HttpRequest | None = None) -> bool:
    """Erase the bytes; name, size and digest stay. False when they were erased before."""
    if paper.document.erased_at is not None:
        return False
    documents.erase(paper.document)
    _audit("agreement_document_erased", paper, by, request)
    return True


def _audit(deed: str, paper: AgreementPaper, by: User | None, request: HttpRequest | None) -> None:
    audit.record(
        f"partner.{deed}",
        actor=by,
        subject=subject_of(paper.partner),
        request=request,
        document=str(paper.document_id),
        sha256=paper.document.sha256,
        size=paper.document.size,
    )
