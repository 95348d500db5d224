"""Giving up the unsent rows of a cancelled import, so many at a time that nobody waits for them.

Nothing of a cancelled import is sent from the commit on that cancels it: its state says so, and
claims heed the state. Ending a million rows takes a minute all the same, and in one transaction it
would keep every worker from the imports that go on.
"""

from datetime import datetime

from django.db import transaction

from customers import decisions
from customers.books import Books
from customers.decisions import Circumstances
from customers.models import Import, RowState
from customers.timing import Timing
from sharing.database_clock import database_now


def give_up_some(books: Books, import_id: int, *, now: datetime, timing: Timing) -> None:
    """Cancel some unsent rows of the locked import, and erase their share tokens."""
    at = Circumstances(now=now, imported=books.imports[import_id], timing=timing)
    ended = decisions.cancelled(at)
    left = timing.give_up_rows
    for state in (RowState.STAGED, RowState.PENDING):
        left -= books.move_all(import_id, state, ended.state, ended.changes, most=left)


def give_up_the_rest() -> None:
    """End every row that is still to be given up: its share token may come again then."""
    while waiting := list(Import.objects.giving_up().values_list("pk", flat=True)):
        for import_id in waiting:
            with transaction.atomic():
                books = Books([import_id])
                give_up_some(books, import_id, now=database_now(), timing=Timing.current())
                books.close()
