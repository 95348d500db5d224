"""Storing rows by the thousand: COPY on PostgreSQL, statements of thousands of rows on SQLite.

The ORM's `bulk_create` stores a tenth as many rows a second.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain, count
from typing import Any

from django.db import connection

from accounts.plans import keep_plans_of_key_checks
from customers.models import Row

_CACHE_KIBIBYTES = 32 * 1024
# Rows of one statement on SQLite, which takes 32 766 values at least.
_BATCH = 2000
_NEVER_SHARED = "line"
# Columns that are left out get the defaults that the database has for them.
COLUMNS = (
    "import_ref",
    "line",
    "state",
    "change",
    "created_at",
    "token_sealed",
    "fingerprint",
    "token_mark",
    "external_user_id",
    "external_id",
    "label",
    "level_name",
    "issued_at",
    "deadline_at",
    "claim_order",
    "look_first",
    "next_lookup_at",
    "duplicate_of",
    "reason",
)


@contextmanager
def tuned_for_storing() -> Iterator[None]:
    """While inside, this connection is set up for storing many rows. Inside a transaction.

    SQLite keeps a large transaction's pages in memory and not in its log. PostgreSQL keeps the
    plans of foreign-key checks, and finds the owners of share tokens by their index also while it
    knows nothing of the new rows.
    """
    keep_plans_of_key_checks()
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        usual = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")


# From so many new rows on, PostgreSQL's idea of the table is worth renewing at once.
_MANY_ROWS = 5000
# What pages and claims filter and sort by; all columns would take three times as long.
_PLANNED_BY = ("import_ref", "state", "change", "line", "claim_order", "fingerprint")


def note_many_rows(count: int) -> None:
    """Let PostgreSQL plan with `count` rows stored just now; for after the commit.

    It would find out by itself, but within a minute, and until then sorts a whole import for each
    page of it.
    """
    if connection.vendor != "postgresql" or count < _MANY_ROWS:
        return
    known = {field.name: str(field.column) for field in Row._meta.concrete_fields}
    columns = ", ".join(connection.ops.quote_name(known[name]) for name in _PLANNED_BY)
    table = connection.ops.quote_name(Row._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table} ({columns})")


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows as the database's driver takes them: as they are, or as statements with their values."""

    rows: Sequence[Sequence[Any]] = field(default=(), repr=False)
    statements: Sequence[tuple[str, Sequence[Any]]] = field(default=(), repr=False)


def packed(rows: Sequence[Sequence[Any]]) -> Packed:
    """Rows whose values stand in the order of COLUMNS, times as `moment` makes them, packed.

    The database is not asked: any thread may do it beforehand.
    """
    if connection.vendor == "postgresql":
        return Packed(rows=rows)
    parts = (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
    return Packed(statements=[_statement(part) for part in parts])


def insert(what: Packed) -> None:
    """Insert packed rows. Call inside a transaction.

    Raises IntegrityError when the database refuses one of them.
    """
    if what.rows:
        _copy(what.rows)
    for text, values in what.statements:
        # Past Django's cursor, which would look for placeholders in a text of thousands of them.
        with connection.wrap_database_errors:
            connection.connection.execute(text, values)


def moment(value: datetime | None) -> datetime | str | None:
    """A time as this database's driver takes it."""
    if value is None:
        return None
    adapted: datetime | str | None = connection.ops.adapt_datetimefield_value(value)
    return adapted


def _copy(rows: Iterable[Sequence[Any]]) -> None:
    target, types = _target(), _types()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {target} FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _statement(rows: Sequence[Sequence[Any]]) -> tuple[str, Sequence[Any]]:
    """One statement for these rows, in which a value that all of them share stands once."""
    columns = list(zip(*rows, strict=True))
    shared = tuple(
        column.count(column[0]) == len(rows) and name != _NEVER_SHARED
        for name, column in zip(COLUMNS, columns, strict=True)
    )
    once = [column[0] for column, same in zip(columns, shared, strict=True) if same]
    each = [column for column, same in zip(columns, shared, strict=True) if not same]
    values = [*once, *chain.from_iterable(zip(*each, strict=True))]
    return _insert_text(shared, len(rows)), values


@lru_cache(maxsize=32)
def _insert_text(shared: tuple[bool, ...], rows: int) -> str:
    """The statement for so many rows; `shared` tells the columns whose value stands once."""
    numbers = count(1)
    cells = ", ".join("?" if same else f"column{next(numbers)}" for same in shared)
    line = f"({', '.join('?' * shared.count(False))})"
    return f"INSERT INTO {_target()} SELECT {cells} FROM (VALUES {', '.join([line] * rows)})"


@cache
def _types() -> list[str]:
    """The columns' types without their lengths, as PostgreSQL's binary COPY names them."""
    known = {field.name: field for field in Row._meta.concrete_fields}
    kinds = (known[name].rel_db_type(connection) for name in COLUMNS)
    return [str(kind).partition("(")[0] for kind in kinds]


@cache
def _target() -> str:
    quote = connection.ops.quote_name
    known = {field.name: str(field.column) for field in Row._meta.concrete_fields}
    columns = ", ".join(quote(known[name]) for name in COLUMNS)
    return f"{quote(Row._meta.db_table)} ({columns})"
