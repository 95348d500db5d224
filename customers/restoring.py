"""After the database came back from a backup: nothing in it about open rows may be believed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from accounts import audit
from customers import decisions
from customers.books import Books
from customers.decisions import Circumstances
from customers.models import Import, Row, RowState
from customers.models.row_states import DEAD_STATES
from customers.retrying import reopen
from customers.timing import Timing
from sharing.database_clock import database_now

# Checking first: what follows joins it.
OPEN_STATES = (RowState.CHECKING, RowState.PENDING, RowState.SENDING, RowState.NEEDS_PERSON)
# Without a moment given: so long before the last outcome that the database knows.
LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True)
class Restored:
    """How many rows are asked about at Sumsub now, and from when on ended rows were among them."""

    rows: int
    imports: int
    since: datetime | None


def after_restore(since: datetime | None = None) -> Restored:
    """Put every open row, and what ended since `since`, in doubt: Sumsub is asked about each.

    Run it before the workers start. Rows of imports that were not started are looked up before
    they are sent. Each import is one transaction; running it again asks again. Audited.
    """
    if since is None:
        last = Row.objects.in_state(*DEAD_STATES).aggregate(last=Max("settled_at"))["last"]
        since = last - LOOK_BACK if last else None
    moved = [count for count in _moved(since) if count]
    with transaction.atomic():
        audit.record(
            "database.restored",
            actor=None,
            subject="rows",
            source="command line",
            rows=sum(moved),
            imports=len(moved),
            since=since.isoformat() if since else None,
        )
    return Restored(sum(moved), len(moved), since)


def _moved(since: datetime | None) -> Iterator[int]:
    for import_id in Import.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            yield _doubted(import_id, since)


def _doubted(import_id: int, since: datetime | None) -> int:
    books = Books([import_id])
    at = Circumstances(database_now(), books.imports[import_id], Timing.current())
    decision = decisions.restored(at)
    ended = _ended(since) if since else Q(pk=None)
    moved = 0
    for state in OPEN_STATES:
        moved += books.move_all(import_id, state, decision.state, decision.changes)
    for state in DEAD_STATES:
        moved += books.move_all(import_id, state, decision.state, decision.changes, ended)
    if moved:
        reopen(books, import_id)
    Row.objects.of(import_id).in_state(RowState.STAGED).update(look_first=True)
    books.close()
    return moved


def _ended(since: datetime) -> Q:
    """Dead rows since then that may live again: no live or later row has their id at Sumsub."""
    same = Row.objects.filter(external_user_id=OuterRef("external_user_id"))
    later = same.filter(pk__gt=OuterRef("pk"), state__in=DEAD_STATES)
    taken = Exists(same.live()) | Exists(later)
    return Q(settled_at__gte=since, replaced_by=None) & ~Q(taken)
