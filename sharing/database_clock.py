"""The database's clock: the one time that all processes of an installation share."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FloatField, Func
from django.db.models.sql.compiler import SQLCompiler


def database_now() -> datetime:
    """The moment now, as the database tells it (microseconds on PostgreSQL, else milliseconds).

    Leases and permits are measured by it, so that a worker with a wrong clock does no harm. On
    PostgreSQL it goes on inside a transaction.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment.astimezone(UTC)
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Moment:
    """One moment, as the database tells it and on the monotonic clock.

    What is claimed at it is written to a socket until the monotonic moment `not_after`.
    """

    now: datetime
    monotonic: float
    not_after: float

    @classmethod
    def read(cls, *, write_within: float) -> Self:
        """Read both clocks; a process that freezes meanwhile has less time to write, and not more.

        Leases count from the database's moment, so the seconds `write_within` count from before it
        was asked.
        """
        began = time.monotonic()
        now = database_now()
        return cls(now, time.monotonic(), began + write_within)

    def monotonic_at(self, epoch: float) -> float:
        """The monotonic moment that is `epoch` seconds since 1970 by the database."""
        return self.monotonic + epoch - self.now.timestamp()


class EpochSeconds(Func):
    """A stored moment as seconds since 1970: for hundreds of them, which cost more to read."""

    output_field = FloatField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, Any]:
        """The SQL on PostgreSQL."""
        template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, Any]:
        """The SQL on SQLite, which counts days since -4713 (exact to a tenth of a millisecond)."""
        template = "((julianday(%(expressions)s) - 2440587.5) * 86400.0)"
        return self.as_sql(compiler, connection, template=template, **more)
