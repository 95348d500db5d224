"""Sending the rest unasked, so many rows at a time: the end of a look at each before it is sent.

The import runs meanwhile, and every tick of every drain needs its lock.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.bell import ring_on_commit
from customers.books import Books
from customers.forecast.storing import count
from customers.models import ImportState, Look, LookState, Row
from customers.timing import Timing


def move_some(books: Books, look: Look, now: datetime, timing: Timing) -> int:
    """Let some rows that are left wait for their turn, those that go first before the others.

    Import and look are locked. The look is over with the last of them. Returns how many moved.
    """
    first = Row.objects.of(look.pk).not_started().order_by("claim_order", "line")
    some = Q(pk__in=first.values("pk")[: timing.rest_rows])
    rows = books.to_their_turn(look.pk, now, some)
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
