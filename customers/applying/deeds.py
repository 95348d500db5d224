"""What every deed about an application shares: lock, version, audit event, refusals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from accounts import audit
from accounts.look.figures import clock
from accounts.models import AuditEvent, User
from accounts.plain_refusals import PlainRefusal
from customers.applying.items import field_words
from customers.applying.standing import settle
from customers.models import Application, ApplicationStatus
from sharing.database_clock import database_now


@dataclass(frozen=True)
class Author:
    """Who does something: a person, or whatever `source` names (a command, an applicant's link)."""

    person: User | None
    request: HttpRequest | None = None
    source: str = ""

    @property
    def label(self) -> str:
        """What pages call them."""
        return self.person.display_name if self.person else self.source or audit.SYSTEM


class NotPossible(PlainRefusal):
    """The deed does not fit how the application stands; `sentence` says so in words."""


class Overtaken(NotPossible):
    """Somebody else changed meanwhile what this deed rests on. `fields` are those they changed."""

    def __init__(self, sentence: str, fields: frozenset[str] = frozenset()) -> None:
        super().__init__(sentence)
        self.fields = fields


def subject_of(application_id: UUID) -> str:
    """How the audit trail names an application."""
    return f"application:{application_id}"


def locked(
    application_id: UUID, statuses: Iterable[ApplicationStatus], refusal: str
) -> Application:
    """The application, locked for a deed that fits these statuses.

    Raises NotPossible with `refusal` and the present status, Application.DoesNotExist.
    """
    application = Application.objects.locked(application_id)
    if application.status not in set(statuses):
        stands = ApplicationStatus(application.status).label.lower()
        raise NotPossible(f"{refusal} This one is “{stands}”.")
    return application


def conclude(
    application: Application,
    author: Author,
    deed: str,
    *,
    now: datetime | None = None,
    **details: str,
) -> None:
    """The end of every deed: the next version, where the application stands, the audit event.

    Details are names of fields and kinds, never what was entered.
    """
    application.version += 1
    settle(application, now or database_now())
    audit.record(
        deed,
        actor=author.person,
        subject=subject_of(application.pk),
        request=author.request,
        source=author.source,
        version=application.version,
        **details,
    )


def must_be_seen(application: Application, based_on: int | None) -> None:
    """Refuse a decision that rests on an older version than there is. Raises Overtaken.

    `based_on` None: the caller decides on what there is, whatever it is.
    """
    if based_on is None or based_on == application.version:
        return
    events = events_since(application.pk, based_on)
    if not events:
        raise Overtaken("This page is not up to date. Look at the application again.")
    raise Overtaken(f"{told_changes(events)} Look at the application again before you go on.")


def events_since(application_id: UUID, version: int) -> list[AuditEvent]:
    """What was done to the application after `version`, the latest first."""
    events = []
    for event in AuditEvent.objects.about(subject_of(application_id)).iterator(chunk_size=50):
        reached = event.details.get("version")  # none: nothing was changed, only looked at
        if reached is not None and int(reached) <= version:
            break
        if reached is not None:
            events.append(event)
    return events


def told_changes(events: list[AuditEvent]) -> str:
    """ "Olga Officer changed town and street at 14:02:11." The latest comes first."""
    return " ".join(_told(event) for event in events[:_MOST_TOLD])


def _told(event: AuditEvent) -> str:
    what = field_words(str(event.details.get("fields", "")))
    did = f"changed “{what}”" if what else _DONE.get(event.deed, "changed the application")
    who = f"{event.actor_label[:1].upper()}{event.actor_label[1:]}"
    return f"{who} {did} at {clock(event.at)}."


_MOST_TOLD = 3
_DONE = {
    "application.attested": "recorded an attestation",
    "application.document_added": "added a document",
    "application.document_removed": "removed a document",
    "application.check_recorded": "recorded a check",
    "application.submitted": "submitted the application",
    "application.taken": "took the application into review",
    "application.approved": "approved the application",
    "application.declined": "declined the application",
    "application.information_requested": "asked for information",
    "application.reopened": "opened the application again",
    "application.link_made": "made a link for the applicant",
    "application.link_revoked": "revoked the applicant’s link",
    "application.link_taken_over": "took over from the applicant",
    "application.link_expired": "noted that the applicant’s link expired",
    "application.answered": "answered in words",
    "application.sent": "sent what was asked for",
}
