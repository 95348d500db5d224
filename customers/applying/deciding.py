"""Deciding about an application: take it into review, approve, decline, ask, open it again."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from customers.applying.deeds import Author, NotPossible, locked, must_be_seen
from customers.applying.items import ASKABLE, Item
from customers.applying.missing import approval_hindrances, facts_of
from customers.applying.moving import move
from customers.models import Application, ApplicationStatus, StatusChange
from customers.models.application_states import DECIDED

LONGEST_REASON = 1000
_S = ApplicationStatus


@transaction.atomic
def take(application_id: UUID, author: Author) -> StatusChange:
    """Begin to review a submitted application. Raises NotPossible, Application.DoesNotExist."""
    application = locked(application_id, {_S.SUBMITTED}, "Only what was submitted can be taken.")
    return move(application, _S.UNDER_REVIEW, author, "application.taken")


@transaction.atomic
def approve(
    application_id: UUID, author: Author, *, reason: str = "", based_on: int | None = None
) -> StatusChange:
    """Accept the customer.

    Raises NotPossible unless Sumsub approved them in a review of our own (for a customer without
    Sumsub: unless every check is recorded), Overtaken when the application changed since version
    `based_on`, Application.DoesNotExist.
    """
    application = locked(application_id, {_S.UNDER_REVIEW}, "Only what is under review is decided.")
    must_be_seen(application, based_on)
    facts = facts_of(Application.objects.with_facts().get(pk=application.pk))
    if hindrances := approval_hindrances(facts):
        told = " ".join(f"{need.what}: {need.why}" for need in hindrances)
        raise NotPossible(f"It cannot be approved yet. {told}")
    words = _words(reason, needed="")
    return move(application, _S.APPROVED, author, "application.approved", reason=words)


@transaction.atomic
def decline(
    application_id: UUID, author: Author, *, reason: str, based_on: int | None = None
) -> StatusChange:
    """Refuse the customer; also before submission, for an application that leads nowhere.

    Raises as `approve`, and NotPossible without a reason.
    """
    open_ones = {_S.PENDING, _S.UNDER_REVIEW, _S.REQUEST_FOR_INFORMATION}
    application = locked(application_id, open_ones, "Take it into review before you decline it.")
    must_be_seen(application, based_on)
    words = _words(reason, needed="Say why it is declined: the reason is kept.")
    return move(application, _S.DECLINED, author, "application.declined", reason=words)


@transaction.atomic
def ask(
    application_id: UUID,
    author: Author,
    *,
    reason: str,
    items: Sequence[Item] = (),
    based_on: int | None = None,
) -> StatusChange:
    """Ask for information: `items` of the checklist, which are then missing until they come anew.

    Raises as `decline`, and NotPossible for items that cannot be asked for.
    """
    application = locked(application_id, {_S.UNDER_REVIEW}, "Ask while it is under review.")
    must_be_seen(application, based_on)
    words = _words(reason, needed="Say what is needed, in words that the applicant understands.")
    if not set(items) <= set(ASKABLE):
        raise NotPossible("Choose among what can be entered or handed in here.")
    return move(
        application,
        _S.REQUEST_FOR_INFORMATION,
        author,
        "application.information_requested",
        reason=words,
        asked_for=[item for item in ASKABLE if item in items],
    )


@transaction.atomic
def reopen(application_id: UUID, author: Author, *, reason: str) -> StatusChange:
    """Take a decision back: into review, or to the draft if it was declined as one.

    Raises NotPossible without a reason or a decision, Application.DoesNotExist.
    """
    application = locked(application_id, DECIDED, "Only a decided application is opened again.")
    words = _words(reason, needed="Say why it is opened again: the reason is kept.")
    decided = application.status_changes.order_by("pk").last()
    was_draft = decided is not None and decided.leaves == _S.PENDING
    enters = _S.PENDING if was_draft else _S.UNDER_REVIEW
    return move(application, enters, author, "application.reopened", reason=words)


def _words(reason: str, *, needed: str) -> str:
    """The reason, without blanks around it. Raises NotPossible with `needed` when there is none."""
    words = reason.strip()
    if needed and not words:
        raise NotPossible(needed)
    if len(words) > LONGEST_REASON:
        raise NotPossible(f"At most {LONGEST_REASON} characters are kept. Say it in fewer words.")
    return words
