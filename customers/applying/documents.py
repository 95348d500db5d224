"""Documents for an application: taken if they are what they claim, sealed, removed for a reason."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse

from accounts import audit
from customers.applying.completing import NOT_OPEN, note_answered
from customers.applying.deeds import Author, NotPossible, conclude, locked, subject_of
from customers.applying.items import PAPERS
from customers.models import ApplicantLink, Paper, PaperKind
from customers.models.application_states import COMPLETABLE
from sharing import documents
from sharing.database_clock import database_now

MOST_PAPERS = 50
LONGEST_REASON = 500


@transaction.atomic
def add(
    application_id: UUID,
    kind: PaperKind,
    name: str,
    content: bytes,
    author: Author,
    *,
    link: ApplicantLink | None = None,
) -> Paper:
    """Keep a document. `name` is the file's name as it came; `link` is the applicant's, if they
    handed it in themselves.

    Raises DocumentRefused for what is no PDF, JPEG or PNG within 20 MB, NotPossible when the
    application is not open for changes or has too many, Application.DoesNotExist.
    """
    looked_at = documents.checked(name, content)
    application = locked(application_id, COMPLETABLE, NOT_OPEN)
    present = application.papers.filter(removed_at__isnull=True)
    if present.count() >= MOST_PAPERS:
        raise NotPossible(f"An application holds {MOST_PAPERS} documents at most. Remove one.")
    kept = documents.store(looked_at, by=author.person)
    if present.filter(kind=kind, document__sha256=kept.sha256).exists():
        raise NotPossible("This very document is there already.")
    paper = Paper.objects.create(application=application, kind=kind, document=kept, link=link)
    if item := PAPERS.get(kind):
        note_answered(application, {item})
    reference = str(kept.pk)
    conclude(application, author, "application.document_added", kind=kind.value, document=reference)
    return paper


@transaction.atomic
def remove(paper: Paper, reason: str, author: Author) -> None:
    """Erase a document for good; its name, and why it went, stay.

    Raises NotPossible without a reason, when it is gone already, or when the application is not
    open for changes.
    """
    application = locked(paper.application_id, COMPLETABLE, NOT_OPEN)
    words = reason.strip()
    if not 0 < len(words) <= LONGEST_REASON:
        raise NotPossible("Say why the document is removed: the reason is kept.")
    now = database_now()
    current = Paper.objects.filter(pk=paper.pk, removed_at__isnull=True)
    if not current.update(removed_at=now, removed_by=author.person, removal_reason=words):
        raise NotPossible("The document was removed already.")
    documents.erase(paper.document)
    conclude(
        application,
        author,
        "application.document_removed",
        now=now,
        kind=paper.kind,
        document=str(paper.document_id),
    )


@transaction.atomic
def hand_out(paper: Paper, author: Author) -> HttpResponse:
    """The document as a download; that somebody took it is in the audit trail.

    Raises DocumentErased, CannotOpen.
    """
    answer = documents.attachment(paper.document)
    audit.record(
        "application.document_downloaded",
        actor=author.person,
        subject=subject_of(paper.application_id),
        request=author.request,
        source=author.source,
        kind=paper.kind,
        document=str(paper.document_id),
    )
    return answer
