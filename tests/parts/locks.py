"""Who waits for whom in the database, for tests of transactions that meet."""

from django.db import connection


def somebody_waits_for_a_lock() -> bool:
    """Whether a transaction of this database waits; on SQLite it does as soon as there is one."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        # Within a transaction it would go on telling what it told first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
