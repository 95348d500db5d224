"""Moving an application from one status to the next, by the table, and writing it down."""

from collections.abc import Sequence

from customers.applying.deeds import Author, NotPossible, conclude
from customers.applying.items import Item
from customers.models import Application, ApplicationStatus, StatusChange
from customers.models.application_states import TRANSITIONS
from sharing.database_clock import database_now


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
    return change
