"""Questions that are asked so often that making their SQL costs more than the answer.

Django builds the SQL of a queryset anew at each call: half a CPU-millisecond, several for the
larger ones, where the database answers in a third of one. A page asks twenty questions, a live
update a dozen. Here the SQL is made once in a process, and each call fills in its values.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

from django.db import connections
from django.db.models import Func, IntegerField, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Value = int | str | date | datetime

# Values that no question holds by itself, to see where its SQL takes those that it is asked with.
_FIRST_NUMBER: Final = 1_939_417_301
_FIRST_MOMENT: Final = datetime(1871, 3, 5, 7, 11, tzinfo=UTC)


class HowMany(Func):
    """The number of rows, as a column of its own: `count()` answers at once and cannot wait."""

    template = "COUNT(*)"
    arity = 0
    output_field = IntegerField()


def counted(queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """A queryset that gives one number: how many rows the one given has."""
    return queryset.order_by().values_list(HowMany(), flat=True)


class NotCompilable(Exception):
    """The question's SQL depends on more than the values that it is asked with."""


@dataclass(frozen=True)
class _Place:
    """Where a value goes."""

    name: str


@dataclass(frozen=True)
class _Made:
    """A question whose SQL stands; `plan` are its parameters, with places for the values."""

    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    plan: tuple[Any, ...]


class _Ready:
    """A queryset's query whose compiler has nothing left to compile."""

    def __init__(self, made: _Made, params: tuple[Any, ...]) -> None:
        self._query = made.queryset.query
        self._compiler = cast(Any, copy(made.compiler))
        # Connections belong to threads.
        self._compiler.connection = connections[made.queryset.db]
        self._compiler.as_sql = lambda *_, **__: (made.sql, params)

    def get_compiler(self, *_: Any, **__: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


class Compiled:
    """A question whose SQL is made once, at its first call.

    `question` makes the queryset from values whose names and types are `kinds`: numbers, texts or
    moments. They must stand in it as they are, and nothing else in it may change from one call to
    the next, such as the time: the first call raises NotCompilable. Prefetches are not known here.
    """

    def __init__(self, question: Callable[..., QuerySet[Any, Any]], **kinds: type[Value]) -> None:
        self._question = question
        self._kinds = kinds
        self._made: _Made | None = None

    def __call__(self, **values: Value) -> list[Any]:
        """What the queryset gives with these values."""
        made = self._made or self._make()
        vendor = connections[made.queryset.db]
        params = tuple(
            _adapted(values[part.name], vendor) if isinstance(part, _Place) else part
            for part in made.plan
        )
        asked: Any = made.queryset.all()
        asked._query = _Ready(made, params)
        return list(asked._iterable_class(asked))

    def first(self, **values: Value) -> Any:
        """The first of them, None without any. The question sets its own limit."""
        return next(iter(self(**values)), None)

    def _make(self) -> _Made:
        (made, names), (other, _) = self._tried(0), self._tried(1)
        if (made.sql, made.plan) != (other.sql, other.plan):
            raise NotCompilable("The SQL of a question differs from call to call.")
        if names != self._kinds.keys():
            raise NotCompilable("A value does not stand in its question as it is.")
        self._made = made
        return made

    def _tried(self, trial: int) -> tuple[_Made, set[str]]:
        """The question compiled with values that show where they went, and the names found."""
        given = {
            name: _telling(kind, trial * len(self._kinds) + number)
            for number, (name, kind) in enumerate(self._kinds.items())
        }
        queryset = self._question(**given)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        at = {_adapted(value, compiler.connection): name for name, value in given.items()}
        plan = tuple(_Place(at[one]) if _is_value(one) and one in at else one for one in params)
        found = {part.name for part in plan if isinstance(part, _Place)}
        return _Made(queryset, compiler, sql, plan), found


def _telling(kind: type[Value], number: int) -> Value:
    """The value of this kind that stands for the `number`-th place."""
    if kind is int:
        return _FIRST_NUMBER + 10 * number
    if kind is str:
        return f"\u2020{number}\u2020"
    moment = _FIRST_MOMENT + timedelta(days=number)
    return moment if kind is datetime else moment.date()


def _adapted(value: Value, connection: Any) -> Any:
    """A value as this database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _is_value(part: Any) -> bool:
    return isinstance(part, int | str | date)
