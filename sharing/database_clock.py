"""The database's clock: the one time that all processes of an installation share."""

from datetime import UTC, datetime

from django.db import connection


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
