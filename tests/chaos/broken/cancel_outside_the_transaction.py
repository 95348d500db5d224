"""Cancel outside the transaction: looks which rows wait, thinks a while, then gives those up."""

import time

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from customers import control, decisions
from customers.books import Books
from customers.decisions import Circumstances
from customers.models import Import, ImportState, Row, RowState
from customers.timing import Timing

# Longer than the far end needs for an answer in the scenario of this variant.
THINKS_SECONDS = 2.0


def _cancel(import_id: int, *, by: User | None, request: HttpRequest | None = None) -> Import:
    waiting = list(Row.objects.of(import_id).in_state(RowState.PENDING))
    time.sleep(THINKS_SECONDS)
    with transaction.atomic():
        books = Books([import_id])
        imported = books.imports[import_id]
        now = timezone.now()
        ended = decisions.cancelled(Circumstances(now, imported, Timing.current()))
        still = Row.objects.among(waiting).in_state(RowState.PENDING, RowState.SENDING)
        rows = list(still.filter(doubt=False))
        for row in rows:
            books.move(row, ended.state, ended.changes)
        books.alter(import_id, state=ImportState.CANCELLED, finished_at=now)
        return control._done(books, import_id, "import.cancelled", by, request, given_up=len(rows))


control.cancel = _cancel
