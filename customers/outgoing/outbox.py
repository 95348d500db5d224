"""Telling the company's systems: an event is written in the transaction of the deed, or not at all.

Nothing is written while no endpoint asks for the type, and all of a transaction's events in one
statement. Who sends them, and to whom, is decided later, by `distributing` and `delivering`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts import sheets
from accounts.sheets import columns_of, draft_of
from customers.models import Endpoint, EventType, OutgoingEvent


@dataclass(frozen=True)
class Happened:
    """One event that is not stored yet. `data` holds what JSON knows, and no personal data."""

    type: EventType
    data: dict[str, Any]


def emit(event_type: EventType, **data: Any) -> None:
    """Tell one event. Build `data` with `customers.outgoing.telling`.

    Raises TransactionManagementError outside `transaction.atomic`.
    """
    emit_all([Happened(event_type, data)])


def emit_all(happened: Iterable[Happened]) -> None:
    """Tell many events in one statement; asks nothing at all when there are none.

    Raises TransactionManagementError outside `transaction.atomic`.
    """
    events = list(happened)
    if not events:
        return
    if not connection.in_atomic_block:
        raise TransactionManagementError("An event is written inside its deed's transaction.")
    wanted = asked_for()
    sheets.insert(OutgoingEvent, columns_of(OutgoingEvent), list(_drafts(events, wanted)))


def asked_for() -> set[str]:
    """The types that some endpoint asks for."""
    asked = Endpoint.objects.listening().order_by().values_list("events", flat=True)
    return {event_type for events in asked for event_type in events}


def _drafts(events: Iterable[Happened], wanted: set[str]) -> Iterator[Any]:
    now = timezone.now()
    draft = draft_of(OutgoingEvent)
    for one in events:
        if one.type.value in wanted:
            yield draft(type=one.type.value, data=one.data, created_at=now)
