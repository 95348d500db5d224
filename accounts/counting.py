"""Counts for heads of lists, bounded: beyond the bound a list says "more than"."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.look.figures import thousands

MOST = 10_000


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
