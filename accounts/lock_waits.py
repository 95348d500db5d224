"""Waiting for what another transaction holds, and how that may end.

All of it is about PostgreSQL: SQLite has one writer, who waits for his turn before he begins.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

_DEADLOCK = "40P01"
_LOCK_NOT_AVAILABLE = "55P03"


class WaitedTooLong(Exception):
    """Another transaction held a row for longer than was to be waited."""


@contextmanager
def short_wait(milliseconds: int) -> Iterator[None]:
    """A savepoint within which no statement waits for another transaction's row longer than that.

    Raises WaitedTooLong then; all that was done within is undone. Call inside a transaction.
    """
    try:
        with transaction.atomic():
            _wait_at_most(f"{milliseconds}ms")
            yield
            _wait_at_most("0")
    except OperationalError as error:
        if _sqlstate(error) == _LOCK_NOT_AVAILABLE:
            raise WaitedTooLong from error
        raise


def broke_a_ring(error: OperationalError) -> bool:
    """True when the transaction was ended to free others that waited for it, as it did for them."""
    return _sqlstate(error) == _DEADLOCK


def _wait_at_most(time: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [time])


def _sqlstate(error: OperationalError) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""
