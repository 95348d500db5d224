"""Moving an application from one status to the next, by the table, and writing it down."""

from collections.abc import Callable, Sequence

from customers.applying.deeds import Author, NotPossible, conclude
from customers.applying.items import Item
from customers.models import (
    ApplicantLink,
    Application,
    ApplicationStatus,
    LinkEnd,
    StatusChange,
)
from customers.models.application_states import TRANSITIONS
from customers.outgoing import telling
from customers.outgoing.outbox import Happened, emit_all
from sharing.database_clock import database_now

# What the company's own systems hear of.
_TOLD: dict[ApplicationStatus, Callable[[Application], Happened]] = {
    ApplicationStatus.SUBMITTED: telling.application_submitted,
    ApplicationStatus.APPROVED: telling.application_decided,
    ApplicationStatus.DECLINED: telling.application_decided,
    ApplicationStatus.REQUEST_FOR_INFORMATION: telling.application_decided,
}


def move(
    application: Application,
    enters: ApplicationStatus,
    author: Author,
    deed: str,
    *,
    reason: str = "",
    asked_for: Sequence[Item] = (),
) -> StatusChange:
    """Take the next step, of an application that the caller locked. Inside a transaction.

    Raises NotPossible when this status does not follow the present one.
    """
    leaves = ApplicationStatus(application.status)
    if enters not in TRANSITIONS[leaves] or not Application.objects.move(
        application.pk, leaves, enters
    ):
        raise NotPossible(f"From “{leaves.label}” there is no way to “{enters.label}”.")
    application.status = enters
    now = database_now()
    # What was asked of the applicant was asked of the application as it stood.
    ApplicantLink.objects.of(application).end(LinkEnd.CLOSED, now)
    change = StatusChange.objects.create(
        application=application,
        at=now,
        by=author.person,
        by_label=author.label,
        leaves=leaves,
        enters=enters,
        reason=reason,
        asked_for=[item.value for item in asked_for],
    )
    conclude(application, author, deed, now=now, leaves=leaves.value, enters=enters.value)
    tell = _TOLD.get(enters)
    if tell is not None:
        emit_all([tell(application)])
    return change
