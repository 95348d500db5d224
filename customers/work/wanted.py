"""What a person asks the queue for, and where in it they are."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.utils import timezone

from customers.models import Thing
from customers.work.kinds import Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = "nobody"


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

    @property
    def today(self) -> date:
        """The day in UTC, on which what was due before is overdue."""
        return self.now.astimezone(UTC).date()


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
        return f"{(self.since - _EPOCH) // timedelta(microseconds=1)}~{self.rank}~{self.key}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that an address names; None for what names none."""
        stamp, _, rest = text.partition("~")
        rank, _, key = rest.partition("~")
        try:
            at = _EPOCH + timedelta(microseconds=int(stamp))
            thing = list(Kind)[int(rank)].about.thing
            return cls(at, int(rank), UUID(key) if thing is Thing.APPLICATION else int(key))
        except (ValueError, OverflowError, IndexError):
            return None
