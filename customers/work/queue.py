"""The queue itself: the sources side by side, merged by how long each task has waited."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.keyset import number_in
from accounts.models import User
from accounts.rights import Right
from customers.models import Thing
from customers.views.counting import Count
from customers.work.few import FEW, Few
from customers.work.kinds import Kind, kinds_for
from customers.work.sources import LARGE, Source
from customers.work.tasks import Task, resting, told
from customers.work.wanted import Cursor, Found, Wanted

# Beyond this the queue says "more than": whoever has so many tasks needs no exact figure.
MOST = 1000
_ALL: tuple[Source | Few, ...] = (*LARGE, *FEW)
SOURCES = {one.kind: one for one in _ALL}


@dataclass(frozen=True)
class Page:
    """One screenful of the queue, and the cursor of the next."""

    tasks: list[Task]
    more: str


def page_of(wanted: Wanted, kinds: Collection[Kind], before: str, *, size: int) -> Page:
    """The tasks of these kinds after the cursor `before`, the longest wait first."""
    found = first(wanted, kinds, size + 1, Cursor.read(before))
    shown = found[:size]
    more = str(shown[-1].cursor) if len(found) > size else ""
    return Page(told(shown, by_name=wanted.by_name), more)


def first(
    wanted: Wanted, kinds: Collection[Kind], limit: int, cursor: Cursor | None = None
) -> list[Found]:
    """The first tasks after the cursor. Each source gives as many as may be needed."""
    found = [
        one for kind in Kind if kind in kinds for one in SOURCES[kind].after(wanted, cursor, limit)
    ]
    found.sort(key=lambda one: (one.since, one.kind.rank))
    return found[:limit]


def last(wanted: Wanted, kinds: Collection[Kind], limit: int, cursor: Cursor) -> list[Found]:
    """The last tasks before the cursor, in the order of the queue."""
    found = [
        one for kind in Kind if kind in kinds for one in SOURCES[kind].before(wanted, cursor, limit)
    ]
    found.sort(key=lambda one: (one.since, one.kind.rank), reverse=True)
    return found[:limit][::-1]


def count(wanted: Wanted, kinds: Collection[Kind], most: int = MOST) -> Count:
    """How many tasks of these kinds there are, as far as `most`."""
    number = 0
    for kind in kinds:
        counted = SOURCES[kind].count(wanted, most - number)
        number += counted.number
        if counted.is_more:
            return Count(number, True)
    return Count(number, False)


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
    return [found for source in sources for found in source.among(keys)]
