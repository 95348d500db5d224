"""Writing the audit trail: explicitly, in the same transaction as the deed."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest
from structlog.contextvars import get_contextvars

from accounts import sheets
from accounts.models import AuditEvent, User
from accounts.sheets import draft_of

REQUEST_ID_LENGTH = 64
# The rest is the database's: the number, the moment and, later, the seal.
_COLUMNS = (
    "actor",
    "actor_label",
    "deed",
    "subject",
    "outcome",
    "details",
    "source",
    "address",
    "request_id",
)
_GIVEN = ("actor_id", *_COLUMNS[1:])
SYSTEM = "system"
# What a request carries that came by another door than a page.
DOOR = "audit_door"


def record(
    deed: str,
    *,
    actor: User | None,
    subject: str,
    outcome: str = "done",
    request: HttpRequest | None = None,
    source: str = "",
    **details: str | int | bool | None,
) -> AuditEvent:
    """Write one event into the caller's transaction: deed and event exist together or not at all.

    `deed` is dotted lower case (`import.created`), `subject` a reference (`import:48`), `details`
    hold ids, counts and references, never personal data or a secret. Without an actor the event
    belongs to `source` ("command line") or to the system. Raises TransactionManagementError
    outside `transaction.atomic`.
    """
    event = drafted(
        deed,
        actor=actor,
        subject=subject,
        outcome=outcome,
        request=request,
        source=source,
        **details,
    )
    _require_transaction()
    stored = AuditEvent(**{name: getattr(event, name) for name in _GIVEN})
    stored.save(force_insert=True)
    return stored


def drafted(
    deed: str,
    *,
    actor: User | None,
    subject: str,
    outcome: str = "done",
    request: HttpRequest | None = None,
    source: str = "",
    **details: str | int | bool | None,
) -> Any:
    """An event that is not stored yet, for `record_all`. The arguments are those of `record`."""
    return draft_of(AuditEvent)(
        actor_id=actor.pk if actor else None,
        actor_label=actor.display_name if actor else source or SYSTEM,
        deed=deed,
        subject=subject,
        outcome=outcome,
        details=details,
        source=source or came_by(request),
        address=client_address(request),
        request_id=present_request_id(),
    )


def record_all(events: Iterable[Any]) -> None:
    """Write drafted events in one statement.

    Raises TransactionManagementError outside `transaction.atomic`.
    """
    _require_transaction()
    sheets.insert(AuditEvent, _COLUMNS, list(events))


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit event is written inside its deed's transaction.")


def came_by(request: HttpRequest | None) -> str:
    """The door of a request: `api` for the key of an API client, else `web`; none without one."""
    return str(getattr(request, DOOR, "web")) if request else ""


def client_address(request: HttpRequest | None) -> str | None:
    """The address that the request came from, as the server or its trusted proxy reports it."""
    return request.META.get("REMOTE_ADDR") or None if request else None


def present_request_id() -> str:
    """The id under which the log knows the present request, so that both can be read together."""
    return str(get_contextvars().get("request_id", ""))[:REQUEST_ID_LENGTH]
