"""Whoever opens a connection in a thread closes it: once the thread has ended, nobody else can.

A connection left behind holds a PostgreSQL server's test database until the garbage is collected,
so that the run's end fails, far from the test that is at fault.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


@contextmanager
def closed_by_their_threads() -> Iterator[None]:
    """Fail with the names of threads that began and ended inside and left a connection open."""
    opened: list[tuple[threading.Thread, BaseDatabaseWrapper]] = []

    def note(connection: BaseDatabaseWrapper, **_: object) -> None:
        opened.append((threading.current_thread(), connection))

    connection_created.connect(note)
    try:
        yield
    finally:
        connection_created.disconnect(note)
    left = [(thread, one) for thread, one in opened if one.connection and not thread.is_alive()]
    for _, one in left:
        one.inc_thread_sharing()
        one.close()
    if left:
        names = ", ".join(thread.name for thread, _ in left)
        pytest.fail(f"ended, and left a database connection open: {names}", pytrace=False)


@pytest.fixture(autouse=True)
def connections_closed_by_their_threads() -> Iterator[None]:
    """For every test."""
    with closed_by_their_threads():
        yield
