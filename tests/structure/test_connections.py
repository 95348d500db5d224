"""What every test is held to: a thread that opens a database connection closes it."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tests.parts.connections import closed_by_their_threads

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_and_close() -> None:
    ask()
    connection.close()


def in_a_thread(deed: Callable[[], None]) -> None:
    thread = threading.Thread(target=deed)
    thread.start()
    thread.join()


def test_a_thread_that_leaves_its_connection_open_is_named() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"\(ask\)"), closed_by_their_threads():
        in_a_thread(ask)


def test_one_that_closes_it_is_not() -> None:
    with closed_by_their_threads():
        in_a_thread(ask_and_close)
        ask()
