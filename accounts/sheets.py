"""Many rows in one statement: their values travel as one JSON document, which the database unfolds.

The ORM writes row by row, or builds a statement of thousands of placeholders; both cost more than
the deed itself. One document keeps the statement's text the same for one row and for five hundred,
on SQLite and on PostgreSQL; only the words that unfold it differ.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

DOCUMENT = "%s"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Pack = Callable[[Any], Any]


@dataclass(frozen=True)
class _Column:
    """One column: how the database calls and types it, and how its values enter the document."""

    attribute: str
    name: str
    kind: str
    pack: Pack | None


@dataclass(frozen=True)
class _Sheet:
    """Columns of a model in the order in which their values stand in a line of the document."""

    columns: tuple[_Column, ...]

    @cached_property
    def packs(self) -> tuple[tuple[int, Pack], ...]:
        """The places whose values JSON does not know, and what makes them known."""
        columns = enumerate(self.columns)
        return tuple((place, one.pack) for place, one in columns if one.pack is not None)

    @cached_property
    def values(self) -> Callable[[Any], tuple[Any, ...]]:
        """Takes the values out of an object."""
        return attrgetter(*(column.attribute for column in self.columns))

    def document(self, lines: Iterable[Iterable[Any]]) -> str:
        """The JSON document of these lines."""
        return _ENCODER.encode([self._packed(list(line)) for line in lines])

    def _packed(self, line: list[Any]) -> list[Any]:
        for place, pack in self.packs:
            if line[place] is not None:
                line[place] = pack(line[place])
        return line


@cache
def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """Every column that is given when an object is made: all but numbers the database counts."""
    fields = model._meta.concrete_fields
    return tuple(field.name for field in fields if not isinstance(field, models.AutoField))


def insert(
    model: type[models.Model], names: Sequence[str], objects: Sequence[models.Model]
) -> None:
    """Insert objects, the columns `names` of each; the others get the database's defaults.

    Raises IntegrityError and DataError as a single insert does; then none is stored.
    """
    if not objects:
        return
    sheet = _sheet(model, tuple(names), connection.vendor)
    document = sheet.document(map(sheet.values, objects))
    with connection.cursor() as cursor:
        cursor.execute(_insert_text(model, tuple(names), connection.vendor), [document])


def update(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    where: Sequence[str],
) -> int:
    """Set the columns `names` of rows found by the columns `where`; returns how many changed.

    Each row holds the values of `where`, then those of `names`. A binary column may only be set
    to None: JSON carries no bytes.
    """
    sheet = _sheet(model, (*where, *names), connection.vendor)
    text = _update_text(model, tuple(where), tuple(names), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(text, [sheet.document(rows)])
        return int(cursor.rowcount)


@cache
def _sheet(model: type[models.Model], names: tuple[str, ...], vendor: str) -> _Sheet:
    return _Sheet(tuple(_column(model._meta.get_field(name)) for name in names))


def _column(field: Any) -> _Column:
    return _Column(
        attribute=field.attname,
        name=field.column,
        kind=field.rel_db_type(connection) if field.primary_key else field.db_type(connection),
        pack=_pack(getattr(field, "target_field", field)),
    )


def _pack(field: Any) -> Pack | None:
    """How a value becomes one that JSON knows and that the database reads back as it was."""
    if isinstance(field, models.BinaryField):
        return _no_bytes
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.JSONField):
        return None if connection.vendor == "postgresql" else json.dumps
    if isinstance(field, models.UUIDField | models.DateField):
        return lambda value: str(field.get_db_prep_value(value, connection))
    return None


@lru_cache(maxsize=256)
def _moment(value: datetime) -> str:
    """A time as the database reads it; most of a deed's times are the same one."""
    return str(connection.ops.adapt_datetimefield_value(value))


def _no_bytes(value: Any) -> Any:
    raise TypeError("JSON carries no bytes.")


@cache
def _insert_text(model: type[models.Model], names: tuple[str, ...], vendor: str) -> str:
    columns = _sheet(model, names, vendor).columns
    quote = connection.ops.quote_name
    targets = ", ".join(quote(column.name) for column in columns)
    values = ", ".join(f"v.c{place}" for place in range(len(columns)))
    return f"INSERT INTO {quote(model._meta.db_table)} ({targets}) SELECT {values} FROM " + (
        _unfolded(columns, vendor)
    )


@cache
def _update_text(
    model: type[models.Model], where: tuple[str, ...], names: tuple[str, ...], vendor: str
) -> str:
    columns = _sheet(model, where + names, vendor).columns
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    changes = ", ".join(
        f"{quote(column.name)} = v.c{place}"
        for place, column in enumerate(columns)
        if place >= len(where)
    )
    found = " AND ".join(
        f"{table}.{quote(column.name)} = v.c{place}"
        for place, column in enumerate(columns[: len(where)])
    )
    return f"UPDATE {table} SET {changes} FROM {_unfolded(columns, vendor)} WHERE {found}"


def _unfolded(columns: Sequence[_Column], vendor: str) -> str:
    """The document as a table `v` with columns c0, c1, …"""
    if vendor == "postgresql":
        cells = ", ".join(_cell(place, column) for place, column in enumerate(columns))
        return f"(SELECT {cells} FROM jsonb_array_elements({DOCUMENT}::jsonb) AS line(value)) AS v"
    cells = ", ".join(
        f"json_extract(value, '$[{place}]') AS c{place}" for place in range(len(columns))
    )
    return f"(SELECT {cells} FROM json_each({DOCUMENT})) AS v"


def _cell(place: int, column: _Column) -> str:
    if column.kind == "jsonb":
        return f"line.value -> {place} AS c{place}"
    plain = column.kind.partition("(")[0]
    return f"(line.value ->> {place})::{plain} AS c{place}"
