"""The work queue: the list, one task, planning it, and who may get it."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, number_in
from accounts.api.lists import Paging
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.rights import Right
from accounts.scopes import Scope
from customers.api.applications import LONGEST_WAIT
from customers.api.customer_shapes import PersonWords
from customers.api.fetching import task_to_do, task_with
from customers.api.task_people import holder_named
from customers.api.task_shapes import IN_PATH, TASK_EXAMPLE, TaskShown, task_shown, thing_in
from customers.work import planning, queue
from customers.work.kinds import Kind as TaskKind
from customers.work.kinds import kinds_for
from customers.work.tasks import Task, told
from customers.work.wanted import Cursor, Found, Wanted
from customers.work_forms import DayForm

TAG = "Tasks"
OVERDUE, PUT_OFF = "overdue", "put_off"
NOTHING_WAITS = "Nothing waits here now, so there is nothing to plan."
ENDED = "This waits no longer. Read the list from its beginning."


class TaskList(serializers.Serializer[Any]):
    """A page of tasks, the longest wait first."""

    data = TaskShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class TaskQuery(Paging):
    """Which tasks to list."""

    held_by = Text(required=False, max_length=64, help_text="`per_…`, or `nobody`")
    kind = OneOf(choices=TaskKind.choices, required=False)
    plan = OneOf(
        choices=[(OVERDUE, "Overdue"), (PUT_OFF, "Put off")],
        required=False,
        help_text="left out: all that nobody put off",
    )
    partner = Text(required=False, max_length=64, help_text="`par_…`")
    waited_days = serializers.IntegerField(
        required=False, min_value=0, max_value=LONGEST_WAIT, help_text="so many days or longer"
    )
    q = PersonWords(required=False)

    def wanted(self, asked: Mapping[str, Any], reader: User) -> Wanted:
        """The question to the queue. Raises Problem (400) for an id that names nothing."""
        partner, days = None, asked.get("waited_days")
        if "partner" in asked:
            partner = number_in(Kind.PARTNER, asked["partner"])
            if partner is None:
                raise invalid(FieldError("partner", "An id here begins with par_.", "invalid_id"))
        return Wanted(
            holder=holder_named(asked["held_by"]) if "held_by" in asked else None,
            overdue=asked.get("plan") == OVERDUE,
            put_off=asked.get("plan") == PUT_OFF,
            partner=partner,
            before=None if days is None else timezone.now() - timedelta(days=days),
            words=asked.get("q", ""),
            by_name=reader.holds(Right.VIEW_PERSONAL_DATA),
        )


class PlanBody(Body):
    """What is planned; null takes it away, and what is left out stays."""

    due_on = serializers.DateField(
        required=False,
        allow_null=True,
        input_formats=["%Y-%m-%d"],
        help_text="today or later, in UTC",
    )
    put_off_until = serializers.DateField(
        required=False,
        allow_null=True,
        input_formats=["%Y-%m-%d"],
        help_text="a day after today, within a year: it comes back by itself when that day begins",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """One of the two at least, each a day to come."""
        if not values:
            raise serializers.ValidationError({"due_on": ["Name due_on or put_off_until."]})
        for name, later in (("due_on", False), ("put_off_until", True)):
            if day := values.get(name):
                form = DayForm({"day": day.isoformat()}, later=later)
                if not form.is_valid():
                    raise serializers.ValidationError(
                        {name: [str(one) for one in form.errors["day"]]}
                    )
        return values


PLANS = (("due_on", planning.set_due), ("put_off_until", planning.put_off))


class TasksView(ApiView):
    """All tasks."""

    scopes = {"GET": Scope.TASKS_READ}

    @operation(
        "listTasks",
        "List what waits for somebody",
        tag=TAG,
        scope=Scope.TASKS_READ,
        description=(
            "The longest wait first: about the things that your other scopes let you see. A task "
            "is there while its cause is, and nothing ends one but settling that. Whoever works on "
            "the queue reads its beginning again: a task that ended is no place to go on from."
        ),
        query=TaskQuery,
        answers={200: answered(TaskList, "A page.", {"data": [TASK_EXAMPLE], "has_more": False})},
    )
    def get(self, request: Request) -> Response:
        """A page of tasks."""
        asked, reader = checked(TaskQuery, request.query_params), acting(request)
        wanted, kinds = TaskQuery().wanted(asked, reader), kinds_for(reader)
        if "kind" in asked:
            kinds = [kind for kind in kinds if kind == asked["kind"]]
        found, has_more = _page(wanted, kinds, asked, reader)
        tasks = told(found, by_name=wanted.by_name)
        return Response({"data": [task_shown(one, reader) for one in tasks], "has_more": has_more})


class TaskView(ApiView):
    """One task."""

    scopes = {"GET": Scope.TASKS_READ, "PATCH": Scope.TASKS_WRITE}

    @operation(
        "readTask",
        "Read a task",
        tag=TAG,
        scope=Scope.TASKS_READ,
        description="Also of a thing that waits for nobody now: `kind` is null then.",
        parameters=[IN_PATH],
        problems=[Code.NOT_FOUND],
        answers={200: answered(TaskShown, "As it stands.", TASK_EXAMPLE)},
    )
    def get(self, request: Request, task_id: str) -> Response:
        """As it stands."""
        return Response(task_shown(task_with(task_id, request), acting(request)))

    @operation(
        "planTask",
        "Say when a task is due, or put it off",
        tag=TAG,
        scope=Scope.TASKS_WRITE,
        description="Both end with this waiting: what waits anew is neither due nor put off.",
        parameters=[IN_PATH],
        body=PlanBody,
        sample={"due_on": "2026-12-04", "put_off_until": "2026-12-01"},
        key="optional",
        problems=[Code.NOT_FOUND, Code.NOT_POSSIBLE],
        answers={200: answered(TaskShown, "As it stands now.", TASK_EXAMPLE)},
    )
    def patch(self, request: Request, task_id: str) -> Response:
        """Plan it."""
        asked = checked(PlanBody, request.data)
        task = task_to_do(task_id, request)
        return once(request, asked, partial(_planned, request, task_id, task, asked))


def plan(request: Request, tasks: list[Task], asked: Mapping[str, date | None]) -> int:
    """Plan tasks as PlanBody says it; returns how many changed. In the call's transaction."""
    by, plain = acting(request), request._request
    return max(
        deed(tasks, asked[name], by=by, request=plain) for name, deed in PLANS if name in asked
    )


def _planned(request: Request, task_id: str, task: Task, asked: Mapping[str, Any]) -> Answer:
    if task.since is None:
        raise Problem(Code.NOT_POSSIBLE, NOTHING_WAITS)
    plan(request, [task], asked)
    now = task_with(task_id, request)
    return Answer(200, task_shown(now, acting(request)), about=now.subject.reference)


def _page(
    wanted: Wanted, kinds: list[TaskKind], asked: Mapping[str, Any], reader: User
) -> tuple[list[Found], bool]:
    limit: int = asked["limit"]
    tasks = queue.Queue(kinds)
    if "ending_before" in asked:
        place = _place(asked["ending_before"], "ending_before", reader)
        found = tasks.last(wanted, limit + 1, place)
        return found[-limit:], len(found) > limit
    after = asked.get("starting_after")
    place_or_none = _place(after, "starting_after", reader) if after is not None else None
    found = tasks.first(wanted, limit + 1, place_or_none)
    return found[:limit], len(found) > limit


def _place(text: str, field: str, reader: User) -> Cursor:
    """Where in the queue a task stands. Raises Problem (400)."""
    thing = thing_in(text)
    task = queue.task_about(*thing, reader) if thing else None
    if task is None or task.kind is None or task.since is None:
        raise invalid(FieldError(field, ENDED, "not_found"))
    return Cursor(task.since, task.kind.rank, task.key)
