"""Tasks as people see them: what waits, about whom, since when, who has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.page_addresses import folder_of
from customers.models import Thing, WorkItem
from customers.work.kinds import About, Kind, at_rest
from customers.work.sentences import what_of
from customers.work.subjects import Subject, read, subject
from customers.work.wanted import Found


@dataclass(frozen=True)
class Task:
    """One thing and what is planned about it. `kind`, `since`: None while it waits for nobody."""

    thing: Thing
    key: Any
    subject: Subject
    kind: Kind | None = None
    since: datetime | None = None
    what: str = ""
    item: WorkItem | None = None

    @property
    def about(self) -> About:
        """Who sees, does and hears of it."""
        return self.usual_kind.about

    @property
    def usual_kind(self) -> Kind:
        """Its kind; while it waits for nobody, the one whose rights count."""
        return self.kind or at_rest(self.thing)

    @property
    def ref(self) -> str:
        """How forms name it: "row:17"."""
        return f"{self.thing.value}:{self.key}"

    @property
    def url(self) -> str:
        """The page that plans it and holds its notes."""
        return f"{folder_of('customers:task', self.thing.value)}{self.key}/"

    @property
    def holder(self) -> User | None:
        """Who has it."""
        return self.item.assignee if self.item and self.item.holder_id else None

    @property
    def waited(self) -> float:
        """For how many seconds it has waited."""
        return (timezone.now() - self.since).total_seconds() if self.since else 0

    @property
    def due_on(self) -> date | None:
        """The day by which it is to be done."""
        return self._planned.due_on if self._planned else None

    @property
    def is_overdue(self) -> bool:
        """True after its day (UTC)."""
        return self.due_on is not None and self.due_on < timezone.now().date()

    @property
    def put_off_until(self) -> datetime | None:
        """Until when it is put off, None when it is not."""
        until = self._planned.snoozed_until if self._planned else None
        return until if until and until > timezone.now() else None

    @property
    def _planned(self) -> WorkItem | None:
        counts = self.item and self.since and self.item.set_during(self.since)
        return self.item if counts else None


def told(found: Iterable[Found], *, by_name: bool) -> list[Task]:
    """Tasks in the order given, each kind of thing read in a handful of queries.

    What went while the page was made is left out.
    """
    found = list(found)
    things: dict[Thing, dict[Any, Any]] = {}
    items: dict[Thing, dict[Any, WorkItem]] = {}
    for thing in {one.kind.about.thing for one in found}:
        keys = {one.key for one in found if one.kind.about.thing is thing}
        things[thing] = read(thing, keys)
        items[thing] = WorkItem.objects.by_key(thing, keys)
    tasks = []
    for one in found:
        thing = one.kind.about.thing
        known = things[thing].get(one.key)
        if known is not None:
            shown, what = subject(thing, known, by_name=by_name), what_of(one.kind, known)
            item = items[thing].get(one.key)
            tasks.append(Task(thing, one.key, shown, one.kind, one.since, what, item))
    return tasks


def resting(thing: Thing, key: Any, *, by_name: bool) -> Task | None:
    """A thing that waits for nobody, as a task without a kind; None when there is no such thing."""
    known = read(thing, [key]).get(key)
    if known is None:
        return None
    item = WorkItem.objects.by_key(thing, [key]).get(key)
    return Task(thing, key, subject(thing, known, by_name=by_name), item=item)
