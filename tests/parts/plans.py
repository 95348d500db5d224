"""How the database goes about a question: for tests that an index answers it."""

from django.db import connection


def prefer_indexes(*tables: str) -> None:
    """Let the database know how many rows there are; a small table is rather read as a whole."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")


def plan_of(sql: str) -> str:
    """How the database goes about a statement."""
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}")
        return str(cursor.fetchall())
