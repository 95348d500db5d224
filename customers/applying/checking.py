"""Checks by hand of a person whom Sumsub does not know: they take the place of its review."""

from uuid import UUID

from django.db import transaction

from customers.applying.deeds import Author, NotPossible, conclude, locked
from customers.models import ApplicationStatus, CheckKind, HandCheck
from customers.models.application_states import IN_REVIEW
from sharing.database_clock import database_now

OPEN = (ApplicationStatus.PENDING, ApplicationStatus.REQUEST_FOR_INFORMATION, *IN_REVIEW)
LONGEST_WORDS = 500


@transaction.atomic
def record(application_id: UUID, kind: CheckKind, words: str, author: Author) -> HandCheck:
    """Record a check with what was looked at (`words`).

    Raises NotPossible for a customer whom Sumsub checks, for a check that is recorded, without
    words, or once the application is decided; Application.DoesNotExist.
    """
    application = locked(application_id, OPEN, "Checks are recorded before the decision.")
    said = words.strip()
    if not application.is_manual:
        raise NotPossible("Sumsub checks this person; there is nothing to record by hand.")
    if not 0 < len(said) <= LONGEST_WORDS:
        raise NotPossible("Say what was looked at, and where.")
    if application.hand_checks.filter(kind=kind).exists():
        raise NotPossible("This check is recorded already.")
    now = database_now()
    check = HandCheck.objects.create(
        application=application, kind=kind, words=said, at=now, by=author.person
    )
    conclude(application, author, "application.check_recorded", now=now, kind=kind.value)
    return check
