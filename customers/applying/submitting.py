"""Submitting an application: only once nothing is missing any more."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.applying.deeds import Author, NotPossible, locked, must_be_seen
from customers.applying.missing import Need, facts_of, missing
from customers.applying.moving import move
from customers.models import Application, ApplicationStatus, StatusChange
from customers.models.application_states import COMPLETABLE


class Incomplete(NotPossible):
    """Something is missing: `needs`."""

    def __init__(self, needs: tuple[Need, ...]) -> None:
        names = ", ".join(need.what for need in needs)
        super().__init__(f"It cannot be submitted yet. Still needed: {names}.")
        self.needs = needs


@transaction.atomic
def submit(application_id: UUID, author: Author, *, based_on: int | None = None) -> StatusChange:
    """Hand a complete application over for review.

    Raises Incomplete, Overtaken when it changed since version `based_on`, NotPossible when it was
    submitted already, Application.DoesNotExist.
    """
    application = locked(application_id, COMPLETABLE, "Only a draft can be submitted.")
    must_be_seen(application, based_on)
    facts = facts_of(Application.objects.with_facts().get(pk=application.pk))
    if needs := missing(facts, timezone.now().date()):
        raise Incomplete(needs)
    return move(application, ApplicationStatus.SUBMITTED, author, "application.submitted")
