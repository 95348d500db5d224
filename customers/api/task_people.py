"""Whom tasks are given to: naming people, giving one task or many, and who could get one."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, number_in
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.models import User
from accounts.scopes import Scope
from customers.api.fetching import task_to_do, task_with
from customers.api.task_shapes import (
    IN_PATH,
    PERSON_EXAMPLE,
    TASK_EXAMPLE,
    PersonShown,
    TaskShown,
    colleague_shown,
    task_shown,
)
from customers.work import assigning
from customers.work.keeping import NotAllowed
from customers.work.kinds import doers, hearers
from customers.work.tasks import Task
from customers.work.wanted import NOBODY

TAG = "Tasks"
NO_SUCH_PERSON = "Nobody who may sign in here has this id. Send `nobody`, or `per_…`."


class AssignBody(Body):
    """Who is to have it."""

    to = Text(max_length=64, help_text="a colleague: `per_…`, or `nobody`")
    held_by = Text(
        required=False,
        allow_null=True,
        max_length=64,
        help_text="the id of who has it as you read it; left out or null: nobody has it",
    )


class ColleagueShown(PersonShown):
    """A colleague, and what they may do about the task."""

    may_do = serializers.BooleanField(help_text="it can be given to them")
    may_be_named = serializers.BooleanField(help_text="they may read notes, and be named in one")


class Colleagues(serializers.Serializer[Any]):
    """All who may do it or read notes on it, by name."""

    data = ColleagueShown(many=True)  # type: ignore[assignment]


class AssignView(ApiView):
    """Giving a task to somebody."""

    scopes = {"POST": Scope.TASKS_WRITE}

    @operation(
        "assignTask",
        "Give a task to somebody",
        tag=TAG,
        scope=Scope.TASKS_WRITE,
        description=(
            "To a colleague, who is told, or back to nobody; tasks are for people, and no client "
            "has one. Whoever has it without your knowing keeps it: that is a 409."
        ),
        parameters=[IN_PATH],
        body=AssignBody,
        sample={"to": "per_7", "held_by": None},
        key="optional",
        problems=[Code.NOT_FOUND, Code.NOT_POSSIBLE],
        answers={200: answered(TaskShown, "As it stands now.", TASK_EXAMPLE)},
    )
    def post(self, request: Request, task_id: str) -> Response:
        """Give it."""
        asked = checked(AssignBody, request.data)
        task = task_to_do(task_id, request)
        return once(request, asked, partial(_assigned, request, task_id, task, asked))


class ColleaguesView(ApiView):
    """Who could get a task."""

    scopes = {"GET": Scope.TASKS_READ}

    @operation(
        "listColleagues",
        "Who may do a task, or be named in a note on it",
        tag=TAG,
        scope=Scope.TASKS_READ,
        parameters=[IN_PATH],
        problems=[Code.NOT_FOUND],
        answers={
            200: answered(
                Colleagues,
                "All of them.",
                {"data": [PERSON_EXAMPLE | {"may_do": True, "may_be_named": True}]},
            )
        },
    )
    def get(self, request: Request, task_id: str) -> Response:
        """All of them."""
        task = task_with(task_id, request)
        able, hearing = doers([task.usual_kind]), hearers(task.about)
        people = {one.pk: one for one in (*able, *hearing)}.values()
        return Response(
            {
                "data": [
                    colleague_shown(one) | {"may_do": one in able, "may_be_named": one in hearing}
                    for one in sorted(people, key=lambda one: (one.display_name.casefold(), one.pk))
                ]
            }
        )


def to_whom(text: str) -> User | None:
    """Whom a field `to` names; None for nobody. Raises Problem (400)."""
    if text == NOBODY:
        return None
    number = number_in(Kind.PERSON, text)
    found = User.objects.who_may_sign_in(number) if number is not None else None
    if found is None:
        raise invalid(FieldError("to", NO_SUCH_PERSON, "not_found"))
    return found


def holder_named(text: str) -> int | str:
    """Whom a field `held_by` names, as the queue takes it. Raises Problem (400)."""
    number = NOBODY if text == NOBODY else number_in(Kind.PERSON, text)
    if number is None:
        raise invalid(FieldError("held_by", NO_SUCH_PERSON, "invalid_id"))
    return number


def _seen(text: str | None) -> int | None:
    """Who had the task when the client read it; None for nobody."""
    found = NOBODY if text is None else holder_named(text)
    return None if found == NOBODY else int(found)


def _assigned(request: Request, task_id: str, task: Task, asked: Mapping[str, Any]) -> Answer:
    by = acting(request)
    to, seen = to_whom(asked["to"]), _seen(asked.get("held_by"))
    try:
        with transaction.atomic():
            assigning.take_over(task, to, seen, by=by, request=request._request)
    except NotAllowed as refused:
        raise Problem(Code.NOT_POSSIBLE, refused.sentence) from None
    now = task_with(task_id, request)
    return Answer(200, task_shown(now, by), about=now.subject.reference)
