"""Giving up the unsent rows of a cancelled import, so many at a time that nobody waits for them.

Nothing of a cancelled import is sent from the commit on that cancels it: its state says so, and
claims heed the state. Ending a million rows takes a minute all the same, and in one transaction it
would keep every worker from the imports that go on. A share token that comes again before its
row's turn is given up there and then.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from customers import decisions
from customers.books import Books
from customers.decisions import Circumstances
from customers.models import Import, ImportState, Row, RowState
from customers.timing import Timing
from sharing.database_clock import database_now

UNSENT = (RowState.STAGED, RowState.PENDING)


def give_up_some(books: Books, import_id: int, *, now: datetime, timing: Timing, most: int) -> int:
    """Cancel up to `most` unsent rows of the locked import, and erase their share tokens.

    Returns how many.
    """
    ended = decisions.cancelled(Circumstances(now, books.imports[import_id], timing))
    left = most
    for state in UNSENT:
        left -= books.move_all(import_id, state, ended.state, ended.changes, most=left)
    return most - left


def give_up_these(row_ids: Iterable[int]) -> None:
    """Cancel those of the rows that a cancelled import has still to give up.

    Inside a transaction; locks their imports, and asks once more whether they are cancelled.
    """
    ids = list(row_ids)
    theirs = Row.objects.filter(pk__in=ids, import_ref__in=Import.objects.giving_up())
    waiting = theirs.in_state(*UNSENT).values_list("import_ref_id", flat=True)
    books = Books(waiting.order_by().distinct())
    now, timing = database_now(), Timing.current()
    for import_id, imported in books.imports.items():
        if imported.state == ImportState.CANCELLED:
            ended = decisions.cancelled(Circumstances(now, imported, timing))
            for state in UNSENT:
                books.move_all(import_id, state, ended.state, ended.changes, Q(pk__in=ids))
    books.close()
