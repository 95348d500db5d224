"""The queue itself: the sources side by side, merged by how long each task has waited."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache

from accounts.counting import Count
from accounts.keyset import number_in
from accounts.models import User
from accounts.rights import Right
from customers.models import Thing, WorkItem
from customers.work.few import FEW, Few, Whole
from customers.work.kinds import Kind, kinds_for
from customers.work.sources import LARGE, Source
from customers.work.tasks import Task, resting, told
from customers.work.wanted import MOST, Cursor, Found, Wanted

BEYOND_SECONDS = 30
_ALL: tuple[Source | Few, ...] = (*LARGE, *FEW)
SOURCES = {one.kind: one for one in _ALL}


@dataclass(frozen=True)
class Page:
    """One screenful of the queue, and the cursor of the next."""

    tasks: list[Task]
    more: str


class Queue:
    """The tasks of some kinds, as one page shows them: what its figures share is read once."""

    def __init__(self, kinds: Collection[Kind]) -> None:
        self._kinds = [kind for kind in Kind if kind in kinds]
        self._opened: dict[Kind, Source | Whole] = {}
        self._counts: dict[Wanted, Count] = {}

    def page(self, wanted: Wanted, before: str, *, size: int) -> Page:
        """The tasks after the cursor `before`, the longest wait first."""
        found = self.first(wanted, size + 1, Cursor.read(before))
        shown = found[:size]
        more = str(shown[-1].cursor) if len(found) > size else ""
        return Page(told(shown, by_name=wanted.by_name), more)

    def first(self, wanted: Wanted, limit: int, cursor: Cursor | None = None) -> list[Found]:
        """The first tasks after the cursor. Each source gives as many as may be needed."""
        kinds = self._with_plans(wanted)
        found = [one for kind in kinds for one in self._of(kind).after(wanted, cursor, limit)]
        found.sort(key=lambda one: (one.since, one.kind.rank))
        return found[:limit]

    def last(self, wanted: Wanted, limit: int, cursor: Cursor) -> list[Found]:
        """The last tasks before the cursor, in the order of the queue."""
        kinds = self._with_plans(wanted)
        found = [one for kind in kinds for one in self._of(kind).before(wanted, cursor, limit)]
        found.sort(key=lambda one: (one.since, one.kind.rank), reverse=True)
        return found[:limit][::-1]

    def count(self, wanted: Wanted) -> Count:
        """How many tasks there are, as far as MOST.

        What is beyond it stays so for a while: it is remembered for half a minute.
        """
        if wanted not in self._counts:
            name = self._name(wanted)
            beyond = name and cache.get(name)
            found = Count(MOST, True) if beyond else self._counted(wanted)
            if name and found.is_more and not beyond:
                cache.set(name, True, BEYOND_SECONDS)
            self._counts[wanted] = found
        return self._counts[wanted]

    def _name(self, wanted: Wanted) -> str:
        """Under which name that is remembered, of everybody's tasks and of nobody's."""
        if wanted.is_narrow or isinstance(wanted.holder, int):
            return ""
        return f"queue-beyond:{wanted.holder or 'all'}:{'-'.join(self._kinds)}"

    def _counted(self, wanted: Wanted) -> Count:
        number = 0
        # The kind that is likely to be beyond the bound answers alone.
        for kind in sorted(self._with_plans(wanted), key=lambda kind: kind is not Kind.COMPLETE):
            counted = self._of(kind).count(wanted, MOST - number)
            number += counted.number
            if counted.is_more:
                return Count(number, True)
        return Count(number, False)

    def _of(self, kind: Kind) -> Source | Whole:
        if kind not in self._opened:
            self._opened[kind] = SOURCES[kind].opened()
        return self._opened[kind]

    def _with_plans(self, wanted: Wanted) -> list[Kind]:
        """The kinds of whose things somebody planned what is asked for; all, if it is no plan."""
        if not (isinstance(wanted.holder, int) or wanted.overdue or wanted.put_off):
            return self._kinds
        planned = WorkItem.objects.all()
        if isinstance(wanted.holder, int):
            planned = planned.taken_by(wanted.holder)
        if wanted.overdue:
            planned = planned.due_before(wanted.today)
        if wanted.put_off:
            planned = planned.asleep(wanted.now)
        things = planned.things()
        return [kind for kind in self._kinds if kind.about.thing in things]


def task_about(thing: Thing, key: Any, person: User) -> Task | None:
    """What waits about this thing, or the thing at rest; None when there is none.

    Only for a person who may see such things; None otherwise too.
    """
    by_name = person.holds(Right.VIEW_PERSONAL_DATA)
    if found := _waiting(thing, [key], person):
        return next(iter(told(found, by_name=by_name)), None)
    at_rest = resting(thing, key, by_name=by_name)
    return at_rest if at_rest and person.holds(at_rest.about.sees) else None


def named(refs: Iterable[str], person: User) -> list[Task]:
    """The tasks that a form names ("row:17"), if they still wait and the person may see them."""
    keys: dict[Thing, list[Any]] = {}
    for ref in refs:
        thing, _, text = ref.partition(":")
        if (key := key_in(thing, text)) is not None:
            keys.setdefault(Thing(thing), []).append(key)
    found = [one for thing, those in keys.items() for one in _waiting(thing, those, person)]
    return told(found, by_name=person.holds(Right.VIEW_PERSONAL_DATA))


def key_in(thing: str, text: str) -> Any | None:
    """The key of a thing that an address names; None for what no thing has."""
    if thing not in Thing.values:
        return None
    if thing != Thing.APPLICATION:
        return number_in(text)
    try:
        return UUID(text)
    except ValueError:
        return None


def _waiting(thing: Thing, keys: list[Any], person: User) -> list[Found]:
    """Each thing waits once: its kinds exclude one another."""
    sources = (SOURCES[kind] for kind in kinds_for(person) if kind.about.thing is thing)
    return [found for source in sources for found in source.opened().among(keys)]
