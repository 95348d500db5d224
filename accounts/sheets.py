"""Many rows in one statement: their values travel as one JSON document, which the database unfolds.

The ORM writes row by row, or builds a statement of thousands of placeholders; both cost more than
the deed itself. One document keeps the statement's text the same for one row and for five hundred,
on SQLite and on PostgreSQL; only the words that unfold it differ. What all rows share, which is
half of it, travels once.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, make_dataclass
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models import NOT_PROVIDED

# Where a parameter goes.
GIVEN = "%s"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Pack = Callable[[Any], Any]


@dataclass(frozen=True)
class _Column:
    """One column: how the database calls and types it, and how its values enter the document."""

    attribute: str
    name: str
    kind: str
    pack: Pack | None

    def packed(self, values: Sequence[Any]) -> Sequence[Any]:
        """Values for the document."""
        pack = self.pack
        if pack is None:
            return values
        return [None if value is None else pack(value) for value in values]

    def constant(self, value: Any) -> Any:
        """A value that stands beside the document."""
        if value is None:
            return None
        if self.kind == "jsonb":
            return json.dumps(value)
        # A driver may take the member of an enum for something else than its text.
        plain = str(value) if isinstance(value, str) else value
        return plain if self.pack is None else self.pack(plain)


@dataclass(frozen=True)
class _Sheet:
    """Columns of a model in the order in which their values stand in a line."""

    columns: tuple[_Column, ...]

    @cached_property
    def values(self) -> Callable[[Any], tuple[Any, ...]]:
        """Takes the values out of an object."""
        return attrgetter(*(column.attribute for column in self.columns))

    def filled(self, lines: Iterable[Sequence[Any]], keys: int = 1) -> "_Filled":
        """These lines as the parameters of a statement.

        A value that all lines share stands once beside the document; the first `keys` columns
        are in it all the same.
        """
        stacks = list(zip(*lines, strict=True))
        shared = tuple(place >= keys and _is_one(stack) for place, stack in enumerate(stacks))
        sides = list(zip(self.columns, stacks, shared, strict=True))
        once = [column.constant(stack[0]) for column, stack, same in sides if same]
        each = [column.packed(stack) for column, stack, same in sides if not same]
        return _Filled(shared, [*once, _ENCODER.encode(list(zip(*each, strict=True)))])


@dataclass(frozen=True)
class _Filled:
    """Which columns have one value for all lines, and the parameters: those, then the document."""

    shared: tuple[bool, ...]
    parameters: list[Any]


def _is_one(stack: Sequence[Any]) -> bool:
    """Whether all values are the same one. Within JSON 1 equals True, so only empty ones count."""
    first = stack[0]
    return not (isinstance(first, list | dict) and first) and stack.count(first) == len(stack)


@cache
def draft_of(model: type[models.Model]) -> type[Any]:
    """A class whose objects hold what a row of the model will, by the columns' names.

    What is not given has the model's default. A model's own object costs ten times as much to
    make, and can do much that a row of a thousand has no use for.
    """
    given = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    return make_dataclass(
        f"{model.__name__}Draft",
        [(one.attname, Any, _default(one)) for one in given],
        slots=True,
        kw_only=True,
        repr=False,
        eq=False,
    )


def _default(column: Any) -> Any:
    if column.default is NOT_PROVIDED:
        return field(default="" if column.empty_strings_allowed and not column.null else None)
    if callable(column.default):
        return field(default_factory=column.default)
    return field(default=column.default)


@cache
def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """Every column that is given when an object is made: all but numbers the database counts."""
    fields = model._meta.concrete_fields
    return tuple(field.name for field in fields if not isinstance(field, models.AutoField))


def insert(model: type[models.Model], names: Sequence[str], objects: Sequence[object]) -> None:
    """Insert objects, the columns `names` of each; the others get the database's defaults.

    The objects are the model's, or drafts of it.

    Raises IntegrityError and DataError as a single insert does; then none is stored.
    """
    if not objects:
        return
    sheet = _sheet(model, tuple(names), connection.vendor)
    filled = sheet.filled(map(sheet.values, objects))
    text = _insert_text(model, tuple(names), filled.shared, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(text, filled.parameters)


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
    filled = sheet.filled(rows, keys=len(where))
    text = _update_text(model, tuple(where), tuple(names), filled.shared, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(text, filled.parameters)
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
    if isinstance(field, models.UUIDField):
        return str if connection.features.has_native_uuid_field else attrgetter("hex")
    if isinstance(field, models.DateField):
        return date.isoformat
    return None


@lru_cache(maxsize=256)
def _moment(value: datetime) -> str:
    """A time as the database reads it; most of a deed's times are the same one."""
    return str(connection.ops.adapt_datetimefield_value(value))


def _no_bytes(value: Any) -> Any:
    raise TypeError("JSON carries no bytes.")


@lru_cache(maxsize=512)
def _insert_text(
    model: type[models.Model], names: tuple[str, ...], shared: tuple[bool, ...], vendor: str
) -> str:
    once, each = _parted(_sheet(model, names, vendor).columns, shared)
    quote = connection.ops.quote_name
    targets = ", ".join(quote(column.name) for column in (*once, *each))
    values = [_constant(column, vendor) for column in once]
    values += [f"v.c{place}" for place in range(len(each))]
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({targets}) SELECT {', '.join(values)} FROM " + _unfolded(
        each, vendor
    )


@lru_cache(maxsize=512)
def _update_text(
    model: type[models.Model],
    where: tuple[str, ...],
    names: tuple[str, ...],
    shared: tuple[bool, ...],
    vendor: str,
) -> str:
    once, each = _parted(_sheet(model, where + names, vendor).columns, shared)
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = [f"{quote(column.name)} = v.c{place}" for place, column in enumerate(each)]
    keys, changed = columns[: len(where)], columns[len(where) :]
    changes = [f"{quote(column.name)} = {_constant(column, vendor)}" for column in once] + changed
    found = " AND ".join(f"{table}.{key}" for key in keys)
    return f"UPDATE {table} SET {', '.join(changes)} FROM {_unfolded(each, vendor)} WHERE {found}"


def _parted(
    columns: Sequence[_Column], shared: Sequence[bool]
) -> tuple[list[_Column], list[_Column]]:
    """The columns whose value stands once, and those that differ from line to line."""
    sides = list(zip(columns, shared, strict=True))
    return [one for one, same in sides if same], [one for one, same in sides if not same]


def _constant(column: _Column, vendor: str) -> str:
    return f"{GIVEN}::{_plain(column)}" if vendor == "postgresql" else GIVEN


def _plain(column: _Column) -> str:
    """The type without its length."""
    return column.kind.partition("(")[0]


def _unfolded(columns: Sequence[_Column], vendor: str) -> str:
    """The document as a table `v` with columns c0, c1, …"""
    if vendor == "postgresql":
        cells = ", ".join(_cell(place, column) for place, column in enumerate(columns))
        return f"(SELECT {cells} FROM jsonb_array_elements({GIVEN}::jsonb) AS line(value)) AS v"
    cells = ", ".join(
        f"json_extract(value, '$[{place}]') AS c{place}" for place in range(len(columns))
    )
    return f"(SELECT {cells} FROM json_each({GIVEN})) AS v"


def _cell(place: int, column: _Column) -> str:
    if column.kind == "jsonb":
        return f"NULLIF(line.value -> {place}, 'null'::jsonb) AS c{place}"
    return f"(line.value ->> {place})::{_plain(column)} AS c{place}"
