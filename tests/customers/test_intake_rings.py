"""Files that bring again the share tokens of several imports, while the engine holds those."""

import functools
import io
import threading
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.models import F

from customers.books import Books
from customers.intake.preparing import CHUNK
from customers.models import Import, Row, RowState
from customers.token_csv import read, read_listed, read_pasted
from tests.customers.storing import counters_are_true, stored
from tests.parts.locks import somebody_waits_for_a_lock
from tests.parts.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def cancelled(token: str) -> Import:
    """An import of one share token that was given up."""
    imported = stored(f"token\n{token}\n")
    _give_up(imported)
    return imported


def _give_up(imported: Import) -> None:
    Row.objects.of(imported).update(
        state=RowState.CANCELLED, token_sealed=None, version=F("version") + 1
    )
    Import.objects.filter(pk=imported.pk).update(staged_count=0, cancelled_count=1)


def hold_both(first: Import, second: Import, holding: threading.Event) -> None:
    """Lock one import, and the other once somebody waits: a tick that meets a store midway."""
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    # Whoever is to break the ring, it is not this transaction.
                    cursor.execute("SET LOCAL deadlock_timeout = '60s'")
            Books([first.pk])
            holding.set()
            wait_until(somebody_waits_for_a_lock, "the store waits for the first import")
            Books([second.pk])
            time.sleep(0.1)
    except OperationalError:  # pragma: no cover
        # This one was chosen to break the ring, which is as good.
        return
    finally:
        connections.close_all()


def test_a_store_and_the_engine_that_wait_for_each_other_both_come_to_their_end() -> None:
    early, late = cancelled("_act-early"), cancelled("_act-late")
    filling = "".join(f"_act-{n}\n" for n in range(CHUNK))
    text = f"token\n_act-late\n{filling}_act-early\n"
    holding = threading.Event()
    engine = threading.Thread(target=hold_both, args=(early, late, holding))
    engine.start()
    assert holding.wait(PATIENCE)
    imported = stored(text)
    engine.join(PATIENCE)
    assert not engine.is_alive()
    assert imported.staged_count == CHUNK + 2
    assert counters_are_true(imported)
    replaced = Row.objects.filter(replaced_by__import_ref=imported)
    assert {row.import_ref_id for row in replaced} == {early.pk, late.pk}
    assert Import.objects.count() == 3


@pytest.mark.parametrize(
    "opened",
    [
        lambda: read(io.BytesIO(b"token\n_act-1\n_act-2\n"), max_rows=None),
        lambda: read_pasted("_act-1\n_act-2\n"),
        lambda: read_listed(["_act-1", "_act-2"]),
    ],
    ids=["a file", "pasted", "listed"],
)
def test_share_tokens_can_be_read_again(opened: object) -> None:
    assert callable(opened)
    token_file = opened()
    first = list(token_file.lines)
    again = token_file.again()
    assert list(again.lines) == first
    assert again.sha256 == token_file.sha256


def end_while_waited_for(held: Import, ending: Import, holding: threading.Event) -> None:
    """Hold an import until somebody waits for it, and put an end to the other's row meanwhile."""
    try:
        with transaction.atomic():
            Books([held.pk, ending.pk])
            holding.set()
            wait_until(somebody_waits_for_a_lock, "the store waits")
            _give_up(ending)
    finally:
        connections.close_all()


def test_a_row_that_dies_while_a_store_waits_is_followed_too() -> None:
    dead, dying = cancelled("_act-dead"), stored("token\n_act-dying\n")
    holding = threading.Event()
    args = (dead, dying, holding)
    engine = threading.Thread(target=end_while_waited_for, args=args)
    engine.start()
    assert holding.wait(PATIENCE)
    imported = stored("token\n_act-dead\n_act-dying\n")
    engine.join(PATIENCE)
    assert imported.staged_count == 2
    replaced = Row.objects.filter(replaced_by__import_ref=imported)
    assert {row.import_ref_id for row in replaced} == {dead.pk, dying.pk}
    assert counters_are_true(dying)


def end_and_hold(ending: Import, ended: threading.Event, until: Callable[[], bool]) -> None:
    """Put an end to an import's row in a transaction that stays open until something is so."""
    try:
        with transaction.atomic():
            Books([ending.pk])
            _give_up(ending)
            ended.set()
            wait_until(until, "the store waits, or is done")
    finally:
        connections.close_all()


def stored_meanwhile(dying: Import, until: Callable[[], bool]) -> Row:
    """The row of the same share token, stored while a worker ends its row in that other import."""
    ended = threading.Event()
    worker = threading.Thread(target=end_and_hold, args=(dying, ended, until))
    worker.start()
    assert ended.wait(PATIENCE)
    imported = stored("token\n_act-dying\n")
    worker.join(PATIENCE)
    return Row.objects.of(imported).get()


def is_told_of(row: Row, dying: Import) -> bool:
    """Whether the new row takes the dead one's place, or says that it was owned at the moment."""
    old = Row.objects.of(dying).get()
    follows = row.look_first and row.state == RowState.STAGED and old.replaced_by == row
    return follows or (row.state == RowState.DUPLICATE and row.duplicate_of == old)


def test_a_row_that_dies_as_its_share_token_comes_again_is_told_of() -> None:
    dying = stored("token\n_act-dying\n")
    assert is_told_of(stored_meanwhile(dying, somebody_waits_for_a_lock), dying)


def test_a_store_does_not_wait_for_a_worker_that_holds_a_row_and_does_nothing() -> None:
    dying = stored("token\n_act-dying\n")
    second = functools.partial(Import.objects.exclude(pk=dying.pk).exists)
    # SQLite's one writer must go on, or the store could never begin.
    row = stored_meanwhile(dying, lambda: connection.vendor == "sqlite" or second())
    assert is_told_of(row, dying)
