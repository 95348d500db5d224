"""Telling the company's systems: an event is written in the transaction of the deed, or not at all.

Nothing is written while no endpoint asks for the type, and all of a transaction's events in one
statement. Who sends them, and to whom, is decided later, by `distributing` and `delivering`.
"""

import json
from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts import sheets
from accounts.sheets import columns_of, draft_of
from customers.models import Endpoint, EndpointState, EventType, OutgoingEvent

_ASKED = f"SELECT events FROM {Endpoint._meta.db_table} WHERE state <> %s"


@dataclass(frozen=True)
class Happened:
    """One event that is not stored yet, as `customers.outgoing.telling` says it.

    `data` holds what JSON knows, and no personal data.
    """

    type: EventType
    data: dict[str, Any]


def emit_all(happened: Iterable[Happened]) -> None:
    """Tell events, in one statement; asks nothing at all when there are none.

    Raises TransactionManagementError outside `transaction.atomic`.
    """
    events = list(happened)
    if not events:
        return
    _require_transaction()
    wanted = asked_for()
    _store(one for one in events if one.type.value in wanted)


def emit_each(event_type: EventType, things: Sized, said: Callable[[], Iterable[Happened]]) -> None:
    """Tell of many things alike, and only then make up what is `said` when somebody asks for it.

    Asks nothing at all when there are no things. Raises TransactionManagementError as `emit_all`.
    """
    if not things:
        return
    _require_transaction()
    if event_type.value in asked_for():
        _store(said())


def asked_for() -> set[str]:
    """The types that some endpoint asks for.

    By hand, for every tick with a new customer asks: the ORM takes longer to put the question than
    the database to answer it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [EndpointState.GONE.value])
        rows = cursor.fetchall()
    return {event_type for (events,) in rows for event_type in _read(events)}


def _read(events: str | list[str]) -> list[str]:
    """SQLite hands JSON out as text, and psycopg's cursor of Django's too."""
    return list(json.loads(events)) if isinstance(events, str) else events


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("An event is written inside its deed's transaction.")


def _store(happened: Iterable[Happened]) -> None:
    now = timezone.now()
    draft = draft_of(OutgoingEvent)
    drafts = [draft(type=one.type.value, data=one.data, created_at=now) for one in happened]
    sheets.insert(OutgoingEvent, columns_of(OutgoingEvent), drafts)
