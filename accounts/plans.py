"""How PostgreSQL plans what one transaction does to many rows."""

from django.db import connection


def keep_plans_of_key_checks() -> None:
    """Until this transaction ends, plan each foreign key's check once and not for every row.

    A plan costs more than the check itself. Elsewhere plans are not kept, for one that was made
    while a table was empty reads all of it ever after; here none may read a whole table where an
    index will do. Nothing on SQLite, which has no such plans. Call inside a transaction.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = off")
