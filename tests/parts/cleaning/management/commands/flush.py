"""`flush` in place of Django's, which every test with `transaction=True` ends with.

Django's empties some sixty tables one by one (PostgreSQL makes new files for each and its indexes),
then makes content types, permissions and roles anew: a tenth of a second on SQLite, half a second
on PostgreSQL. This one empties what holds something, and lets be what `migrate` has filled unless
a test changed it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction

# Filled by `migrate` in every installation, and never by a page of ours.
STANDING = (
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
)
# Django's own record of what `migrate` has done, which a flush leaves alone.
RECORD = "django_migrations"

Rows = dict[str, list[tuple[Any, ...]]]


class Command(flush.Command):
    """Empty the database as after `migrate`."""

    standing: Rows | None = None
    """What the standing tables held after the first flush of this process."""

    def handle(self, **options: Any) -> None:
        """Empty what holds something. Django's options are taken, and say nothing more here."""
        if _rows() == Command.standing:
            _empty(STANDING)
            return
        _empty()
        ContentType.objects.clear_cache()
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        Command.standing = _rows()


def _rows() -> Rows:
    """What the standing tables hold."""
    return {table: sorted(_asked(f"SELECT * FROM {table}")) for table in STANDING}


def _empty(besides: Iterable[str] = ()) -> None:
    """Delete everything, in the order of no table: foreign keys are looked at at the commit."""
    known = set(connection.introspection.table_names()) - {RECORD, *besides}
    quoted = [connection.ops.quote_name(table) for table in sorted(known)]
    # One question for all tables: the number of each one that has a row.
    question = " UNION ALL ".join(
        f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {table})"
        for number, table in enumerate(quoted)
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for (number,) in list(_asked(question)):
            cursor.execute(f"DELETE FROM {quoted[number]}")


def _asked(question: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        yield from cursor.fetchall()
