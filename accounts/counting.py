"""Counts for heads of lists, bounded: beyond the bound a list says "more than"."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Value

from accounts.compiled import Compiled
from accounts.compiled import Value as Given
from accounts.look.figures import thousands

MOST = 10_000
# Where a count is asked for again and again.
FEWER = 1000


@dataclass(frozen=True)
class Count:
    """How many there are, or that there are more than `number`."""

    number: int
    is_more: bool

    def __str__(self) -> str:
        return f"{thousands(self.number)}+" if self.is_more else thousands(self.number)

    def __format__(self, form: str) -> str:
        """The same wherever it stands, also where a template asks for thousands."""
        return str(self)

    def __bool__(self) -> bool:
        return self.number > 0


def counted(things: QuerySet[Any], most: int = MOST) -> Count:
    """Count `things`, but no further than `most`."""
    found = things.order_by()[: most + 1].count()
    return Count(min(found, most), found > most)


class Bounded:
    """A count as far as FEWER whose SQL is made once (see `Compiled`)."""

    def __init__(self, question: Callable[..., QuerySet[Any]], **kinds: type[Given]) -> None:
        self._ones = Compiled(
            lambda **values: (
                question(**values).order_by().values_list(Value(1), flat=True)[: FEWER + 1]
            ),
            **kinds,
        )

    def __call__(self, **values: Given) -> Count:
        """How many there are with these values."""
        found = len(self._ones(**values))
        return Count(min(found, FEWER), found > FEWER)
