"""The records beside things, locked for a deed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from customers.models import WorkItem
from customers.work.tasks import Task


class NotAllowed(PlainRefusal):
    """The deed does not fit how things stand; `sentence` says so in words."""


def may_do(person: User, task: Task) -> bool:
    """True for whoever may see such a task and do it."""
    return person.holds(task.about.sees) and person.holds(*task.about.does)


def may_hear(person: User, task: Task) -> bool:
    """True for whoever may read what colleagues say about such a task."""
    return person.holds(task.about.sees) and person.holds(*task.about.hears)


def items_of(tasks: Iterable[Task]) -> dict[str, WorkItem]:
    """What is kept beside these tasks, by their `ref`, made where there is nothing yet; locked.

    Inside the deed's transaction.
    """
    assert transaction.get_connection().in_atomic_block
    by_thing: dict[str, dict[str, Task]] = {}
    for task in tasks:
        by_thing.setdefault(task.thing.value, {})[task.ref] = task
    kept = {}
    for column, those in sorted(by_thing.items()):
        fresh = [WorkItem(**{f"{column}_id": one.key}) for one in those.values()]
        WorkItem.objects.bulk_create(fresh, ignore_conflicts=True)
        keys = [one.key for one in those.values()]
        for item in WorkItem.objects.locked(column, keys):
            kept[f"{column}:{item.key}"] = item
    return kept


def plan(item: WorkItem, since: datetime) -> None:
    """Let what is planned be about the waiting that began at `since`; older plans are over."""
    if not item.set_during(since):
        item.set_for, item.due_on, item.snoozed_until = since, None, None
