"""When a task is due, and until when it is put off. Both end with the waiting they are about."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.days import midnight
from accounts.models import User
from customers.models import WorkItem
from customers.work.keeping import items_of, may_do, plan
from customers.work.tasks import Task


@transaction.atomic
def set_due(
    tasks: Sequence[Task], day: date | None, *, by: User, request: HttpRequest | None = None
) -> int:
    """Say by which day (UTC) tasks are to be done, or that there is none; returns how many."""
    fit, items = _planned(tasks, by)
    for one in fit:
        items[one.ref].due_on = day
    return _stored("due_set" if day else "due_removed", fit, items, by, request, str(day or ""))


@transaction.atomic
def put_off(
    tasks: Sequence[Task], day: date | None, *, by: User, request: HttpRequest | None = None
) -> int:
    """Hide tasks from the queue until a day begins (UTC), or show them again; returns how many."""
    fit, items = _planned(tasks, by)
    until = midnight(day) if day else None
    for one in fit:
        items[one.ref].snoozed_until = until
    return _stored("put_off" if day else "taken_up", fit, items, by, request, str(day or ""))


def _planned(tasks: Sequence[Task], by: User) -> tuple[list[Task], dict[str, WorkItem]]:
    """The tasks that wait and that the person may do; what waits for nobody has no plan."""
    fit = [one for one in tasks if one.since is not None and may_do(by, one)]
    items = items_of(fit)
    for one in fit:
        if one.since is not None:
            plan(items[one.ref], one.since)
    return fit, items


def _stored(
    deed: str,
    tasks: Sequence[Task],
    items: dict[str, WorkItem],
    by: User,
    request: HttpRequest | None,
    day: str,
) -> int:
    columns = ["due_on", "snoozed_until", "set_for"]
    WorkItem.objects.bulk_update(items.values(), columns, batch_size=200)
    audit.record_all(
        audit.drafted(
            f"work.{deed}", actor=by, subject=one.subject.reference, request=request, day=day
        )
        for one in tasks
    )
    return len(tasks)
