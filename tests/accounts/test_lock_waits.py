"""Waiting for another transaction's row, but not for long."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.lock_waits import WaitedTooLong, short_wait
from accounts.models import User
from tests.parts.waiting import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def lock_timeout() -> str:
    """How long statements wait for rows now: for ever, but for PostgreSQL within a short wait."""
    if connection.vendor != "postgresql":
        return "0"
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


def test_what_was_done_in_time_stays_and_later_statements_wait_as_before(officer: User) -> None:
    with transaction.atomic():
        with short_wait(100):
            User.objects.filter(pk=officer.pk).update(name="Changed")
        assert lock_timeout() == "0"
    officer.refresh_from_db()
    assert officer.name == "Changed"


def test_a_row_that_is_held_is_not_waited_for_and_all_of_it_is_undone(
    officer: User, admin: User
) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                User.objects.filter(pk=officer.pk).update(name="Held")
                held.set()
                # SQLite's one writer holds nothing of a row; he must be done before we begin.
                assert connection.vendor == "sqlite" or done.wait(PATIENCE)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(PATIENCE)
    tried = False
    with transaction.atomic():
        try:
            with short_wait(100):
                User.objects.filter(pk=admin.pk).update(name="Undone")
                User.objects.filter(pk=officer.pk).update(name="Too late")
                tried = True
        except WaitedTooLong:
            assert lock_timeout() == "0"
        done.set()
    holder.join(PATIENCE)
    admin.refresh_from_db()
    assert tried == (connection.vendor == "sqlite") == (admin.name == "Undone")


def test_a_refusal_undoes_it_too(officer: User, admin: User) -> None:
    with transaction.atomic():
        with pytest.raises(IntegrityError), short_wait(100):
            User.objects.filter(pk=admin.pk).update(email=officer.email)
        assert lock_timeout() == "0"
