"""Many tasks at once: given to one person, or planned alike."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.idempotency import Answer, once
from accounts.api.problems import FieldError, invalid
from accounts.api.reading import Body, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.task_people import to_whom
from customers.api.task_shapes import TASK_EXAMPLE, thing_in
from customers.api.tasks import PlanBody, plan
from customers.work import assigning, queue
from customers.work.tasks import Task

TAG = "Tasks"
MOST = 100
IDS = {"tasks": [TASK_EXAMPLE["id"], "row_1204"]}
TOLD = {"changed": 2, "not_allowed": 0, "ended": 0}


class Chosen(Body):
    """Which tasks."""

    tasks = serializers.ListField(
        child=Text(max_length=64),
        min_length=1,
        max_length=MOST,
        help_text=f"their ids, 1 to {MOST}; those that wait no longer are passed over",
    )


class AssignMany(Chosen):
    """Which tasks, and who is to have them."""

    to = Text(max_length=64, help_text="`per_…`, or `nobody`; whoever has them now")


class PlanMany(Chosen, PlanBody):
    """Which tasks, and what is planned; null takes it away."""

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """As for one."""
        super().validate({name: value for name, value in values.items() if name != "tasks"})
        return values


class Together(serializers.Serializer[Any]):
    """What became of them."""

    changed = serializers.IntegerField(help_text="tasks that are otherwise now")
    not_allowed = serializers.IntegerField(
        help_text="that this client, or whoever was to get them, may not do"
    )
    ended = serializers.IntegerField(help_text="that wait no longer, or that you do not see")


class AssignManyView(ApiView):
    """Giving many to one person."""

    scopes = {"POST": Scope.TASKS_WRITE}

    @operation(
        "assignTasks",
        "Give many tasks to one person",
        tag=TAG,
        scope=Scope.TASKS_WRITE,
        description="Whoever gets them is told once.",
        body=AssignMany,
        sample=IDS | {"to": "per_7"},
        key="optional",
        answers={200: answered(Together, "What became of them.", TOLD)},
    )
    def post(self, request: Request) -> Response:
        """Give them."""
        asked = checked(AssignMany, request.data)
        return once(request, asked, partial(_assigned, request, asked))


class PlanManyView(ApiView):
    """Planning many alike."""

    scopes = {"POST": Scope.TASKS_WRITE}

    @operation(
        "planTasks",
        "Say when many tasks are due, or put them off",
        tag=TAG,
        scope=Scope.TASKS_WRITE,
        body=PlanMany,
        sample=IDS | {"put_off_until": "2026-12-01"},
        key="optional",
        answers={200: answered(Together, "What became of them.", TOLD)},
    )
    def post(self, request: Request) -> Response:
        """Plan them."""
        asked = checked(PlanMany, request.data)
        return once(request, asked, partial(_planned, request, asked))


def _assigned(request: Request, asked: Mapping[str, Any]) -> Answer:
    to, tasks = to_whom(asked["to"]), _those(request, asked["tasks"])
    given = assigning.assign(tasks, to, by=acting(request), request=request._request)
    return _told(asked, tasks, given.changed, given.not_theirs)


def _planned(request: Request, asked: Mapping[str, Any]) -> Answer:
    tasks = _those(request, asked["tasks"])
    changed = plan(request, tasks, asked)
    return _told(asked, tasks, changed, len(tasks) - changed)


def _told(asked: Mapping[str, Any], tasks: Sequence[Task], changed: int, barred: int) -> Answer:
    ended = len(set(asked["tasks"])) - len(tasks)
    return Answer(200, {"changed": changed, "not_allowed": barred, "ended": ended}, about="tasks")


def _those(request: Request, ids: Sequence[str]) -> list[Task]:
    """The tasks that still wait. Raises Problem (400) for an id that no task can have."""
    things = [thing_in(one) for one in ids]
    wrong = [place for place, thing in enumerate(things) if thing is None]
    if wrong:
        sentence = "No task has such an id."
        raise invalid(*(FieldError(f"tasks[{one}]", sentence, "invalid_id") for one in wrong[:20]))
    refs = {f"{thing[0].value}:{thing[1]}" for thing in things if thing}
    return queue.named(refs, acting(request))
