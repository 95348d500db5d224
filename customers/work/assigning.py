"""Giving tasks to people: to oneself, to a colleague, to nobody; one or many."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit, notices
from accounts.models import NoticeKind, User
from accounts.notices import News
from accounts.occasions import Occasion
from customers.models import WorkItem
from customers.work.keeping import NotAllowed, items_of, may_do
from customers.work.tasks import Task


@dataclass(frozen=True)
class Given:
    """What became of an assignment: how many tasks changed hands, how many could not."""

    changed: int
    not_theirs: int


@transaction.atomic
def assign(
    tasks: Sequence[Task], to: User | None, *, by: User, request: HttpRequest | None = None
) -> Given:
    """Give the tasks to somebody, or back to nobody, as far as both may do them.

    Whoever gets tasks from a colleague is told once, however many they are. An account that may not
    do a task, or may not sign in, does not get it.
    """
    fit = [one for one in tasks if may_do(by, one) and (to is None or _can(to, one))]
    items = items_of(fit)
    moved = [one for one in fit if items[one.ref].assignee_id != (to.pk if to else None)]
    for one in moved:
        items[one.ref].assignee = to
    WorkItem.objects.bulk_update([items[one.ref] for one in moved], ["assignee"], batch_size=200)
    audit.record_all(
        audit.drafted(
            "work.assigned" if to else "work.given_back",
            actor=by,
            subject=one.subject.reference,
            request=request,
            to=to.pk if to else None,
            task=one.kind.value if one.kind else "",
        )
        for one in moved
    )
    if moved and to is not None and to != by:
        notices.tell([to], _news(moved, by))
    return Given(len(moved), len(tasks) - len(fit))


def take_over(
    task: Task, to: User | None, seen: int | None, *, by: User, request: HttpRequest | None = None
) -> None:
    """Give one task to somebody, as long as whoever the person saw has it still.

    Raises NotAllowed, with a sentence, when a colleague has it meanwhile, or `to` may not do it.
    """
    with transaction.atomic():
        holder = items_of([task])[task.ref]
        if holder.holder_id != seen:
            who = holder.assignee.display_name if holder.assignee else "Nobody"
            raise NotAllowed(f"{who} has it meanwhile. Nothing was changed.")
        if assign([task], to, by=by, request=request).not_theirs:
            raise NotAllowed("Their role does not let them do this. Nothing was changed.")


def _can(person: User, task: Task) -> bool:
    return person.is_active and may_do(person, task)


def _news(tasks: Sequence[Task], by: User) -> News:
    """Counts and a link: whose things they are stays in the house."""
    many = len(tasks) > 1
    queue = f"{reverse('customers:work')}?who=mine"
    what = f"{len(tasks)} tasks" if many else "a task"
    return News(
        about=tasks[0].subject.reference,
        event="assigned",
        occurred_at=timezone.now(),
        kind=NoticeKind.NEEDS,
        title=f"{by.display_name} gave you {what}",
        text="" if many or not tasks[0].kind else str(tasks[0].kind.label),
        link=queue if many else tasks[0].url,
        occasion=Occasion.WORK_ASSIGNED,
    )
