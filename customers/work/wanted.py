"""What a person asks the queue for, and where in it they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Self

from django.utils import timezone

from accounts.keyset import key_in, moment_in, number_in, stamp_of
from customers.models import Thing
from customers.work.kinds import Kind

NOBODY = "nobody"
# Counts say "more than" beyond this: whoever has so many tasks needs no exact figure.
MOST = 1000


@dataclass(frozen=True)
class Wanted:
    """A question to the queue. Without anything: all that waits and nobody put off.

    `holder`: the number of a person, or NOBODY. `before`: has waited since then or longer.
    """

    holder: int | str | None = None
    overdue: bool = False
    put_off: bool = False
    partner: int | None = None
    before: datetime | None = None
    words: str = ""
    by_name: bool = True
    now: datetime = field(default_factory=timezone.now)
    day: date | None = None

    @property
    def today(self) -> date:
        """The day in UTC, on which what was due before is overdue."""
        return self.day or self.now.astimezone(UTC).date()

    @property
    def is_narrow(self) -> bool:
        """True when more than a holder is asked for."""
        narrow = self.overdue or self.put_off or self.partner is not None
        return narrow or self.before is not None or bool(self.words)

    @property
    def values(self) -> dict[str, Any]:
        """What differs from one question of this shape to the next."""
        given: dict[str, Any] = {"now": self.now}
        if self.overdue:
            given["day"] = self.today
        if isinstance(self.holder, int):
            given["holder"] = self.holder
        if self.partner is not None:
            given["partner"] = self.partner
        if self.before is not None:
            given["before"] = self.before
        return given

    @property
    def shape(self) -> "Shape":
        """What it asks for, without the values; not for one that searches by words."""
        return Shape(self.holder == NOBODY, self.overdue, self.put_off, tuple(self.values))


@dataclass(frozen=True)
class Shape:
    """What questions that differ by their values have in common: one statement asks them all."""

    nobodys: bool
    overdue: bool
    put_off: bool
    names: tuple[str, ...]

    @property
    def kinds(self) -> dict[str, type]:
        """The values by name, and what each is."""
        return {name: _VALUES[name] for name in self.names}

    def wanted(self, values: Mapping[str, Any]) -> Wanted:
        """The question with these values."""
        asked = {"holder": NOBODY} if self.nobodys else {}
        return Wanted(overdue=self.overdue, put_off=self.put_off, **(asked | dict(values)))


_VALUES = {"now": datetime, "day": date, "holder": int, "partner": int, "before": datetime}


@dataclass(frozen=True)
class Found:
    """One task, before anything is told about it. `key`: of the thing; `since` when it waits."""

    kind: Kind
    key: Any
    since: datetime

    @property
    def cursor(self) -> "Cursor":
        """The place of this task."""
        return Cursor(self.since, self.kind.rank, self.key)


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the queue: after the task of this moment, kind and key."""

    since: datetime
    rank: int
    key: Any

    def __str__(self) -> str:
        return f"{stamp_of(self.since)}~{self.rank}~{self.key}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that an address names; None for what names none."""
        stamp, _, rest = text.partition("~")
        number, _, name = rest.partition("~")
        at, rank = moment_in(stamp), number_in(number)
        if at is None or rank is None or rank >= len(Kind):
            return None
        thing = list(Kind)[rank].about.thing
        key = key_in(name) if thing is Thing.APPLICATION else number_in(name)
        return None if key is None else cls(at, rank, key)
