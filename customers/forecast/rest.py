"""Sending the rest unasked, so many rows at a time: the end of a look at each before it is sent.

The import runs meanwhile, and every tick of every drain needs its lock.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, Q, Value, When

from customers.bell import ring_on_commit
from customers.books import Books
from customers.forecast.storing import count
from customers.models import ImportState, Look, LookState, Row, RowState
from customers.timing import Timing


def move_some(books: Books, look: Look, now: datetime, timing: Timing) -> int:
    """Let some rows that are left wait for their turn, those that go first before the others.

    Import and look are locked. The look is over with the last of them. Returns how many moved.
    """
    first = Row.objects.of(look.pk).not_started().order_by("claim_order", "line")
    some = Q(pk__in=first.values("pk")[: timing.rest_rows])
    look_at = Case(When(look_first=True, then=Value(now)), default=None)
    changes = {"next_lookup_at": look_at}
    rows = books.move_all(look.pk, RowState.STAGED, RowState.PENDING, changes, some)
    over = rows >= books.imports[look.pk].staged_count
    count(
        look,
        {},
        state=LookState.DONE if over else LookState.ENDING,
        ended_at=look.ended_at or now,
        lease_until=None if over else look.lease_until,
    )
    ring_on_commit(look.pk)
    return rows


@transaction.atomic
def send_some(look: Look, now: datetime, timing: Timing) -> bool:
    """Go on with a look that a person ended; True when none is left, or it may not go on."""
    books = Books([look.pk])
    ending = Look.objects.select_for_update().get(pk=look.pk)
    running = books.imports[look.pk].state == ImportState.RUNNING
    if not running or ending.state != LookState.ENDING:
        return True
    move_some(books, ending, now, timing)
    books.close()
    return ending.state == LookState.DONE
