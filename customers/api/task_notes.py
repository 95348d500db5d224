"""Notes on a task: the list, writing one, reading one, taking one's own back."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.problems import FieldError, Problem, invalid
from accounts.api.reading import Body, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.api.application_deeds import Words
from customers.api.fetching import note_on, task_with
from customers.api.task_shapes import IN_PATH, NOTE_EXAMPLE, NoteShown, note_shown
from customers.models import WorkNote
from customers.work import noting
from customers.work.keeping import NotAllowed, may_hear
from customers.work.tasks import Task

TAG = "Tasks"
ORDER = Order(("-pk",))
UNHEARD = "Notes may hold personal data: this client's other scopes do not let it read them."
NOT_YOURS = "Only whoever wrote a note takes it back, and once."


class NoteList(serializers.Serializer[Any]):
    """A page of notes, the latest first."""

    data = NoteShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class NoteBody(Body):
    """What is to be said."""

    words = Words(
        max_length=WorkNote.LONGEST,
        help_text="`@Olga Officer` tells her, if she may read notes on this; else it is refused",
    )


class NoteTakenBack(serializers.Serializer[Any]):
    """What was taken back."""

    id = serializers.CharField()
    removed = serializers.BooleanField()


class NotesView(ApiView):
    """Notes on what a task is about; they stay when it is done."""

    scopes = {"GET": Scope.TASKS_READ, "POST": Scope.TASKS_WRITE}

    @operation(
        "listNotes",
        "List the notes on a task",
        tag=TAG,
        scope=Scope.TASKS_READ,
        description="The latest first. On people and their share tokens: with personal-data:read.",
        parameters=[IN_PATH],
        query=Paging,
        problems=[Code.NOT_FOUND],
        answers={200: answered(NoteList, "A page.", {"data": [NOTE_EXAMPLE], "has_more": False})},
    )
    def get(self, request: Request, task_id: str) -> Response:
        """A page of notes."""
        asked = checked(Paging, request.query_params)
        task = _heard(task_id, request)
        notes = WorkNote.objects.about(task.thing, task.key).select_related("by__api_client")
        return Response(page(notes, ORDER, Kind.NOTE, asked, _all_shown))

    @operation(
        "writeNote",
        "Write a note on a task",
        tag=TAG,
        scope=Scope.TASKS_WRITE,
        description="Its words are for colleagues, and in no audit event and no notice.",
        parameters=[IN_PATH],
        body=NoteBody,
        sample={"words": NOTE_EXAMPLE["words"]},
        key="optional",
        problems=[Code.NOT_FOUND],
        answers={201: answered(NoteShown, "Written. `Location` names it.", NOTE_EXAMPLE)},
    )
    def post(self, request: Request, task_id: str) -> Response:
        """Write one."""
        asked = checked(NoteBody, request.data)
        return once(request, asked, partial(_noted, request, task_id, asked))


class NoteView(ApiView):
    """One note."""

    scopes = {"GET": Scope.TASKS_READ, "DELETE": Scope.TASKS_WRITE}

    @operation(
        "readNote",
        "Read a note",
        tag=TAG,
        scope=Scope.TASKS_READ,
        path={"note_id": Kind.NOTE},
        parameters=[IN_PATH],
        answers={200: answered(NoteShown, "As it stands.", NOTE_EXAMPLE)},
    )
    def get(self, request: Request, task_id: str, note_id: str) -> Response:
        """As it stands."""
        return Response(note_shown(note_on(_heard(task_id, request), note_id)))

    @operation(
        "takeNoteBack",
        "Take a note of your own back",
        tag=TAG,
        scope=Scope.TASKS_WRITE,
        description="Its words are erased; that there was one stays.",
        path={"note_id": Kind.NOTE},
        parameters=[IN_PATH],
        problems=[Code.NOT_POSSIBLE],
        answers={
            200: answered(NoteTakenBack, "Erased.", {"id": NOTE_EXAMPLE["id"], "removed": True})
        },
    )
    def delete(self, request: Request, task_id: str, note_id: str) -> Response:
        """Erase its words."""
        task, plain = _heard(task_id, request), request._request
        note = note_on(task, note_id)
        if not noting.take_back(task, note.pk, by=acting(request), request=plain):
            raise Problem(Code.NOT_POSSIBLE, NOT_YOURS)
        return Response({"id": note_id, "removed": True})


def _heard(task_id: str, request: Request) -> Task:
    """The task, for a client that may read notes on it. Raises Problem (404, 403)."""
    found = task_with(task_id, request)
    if not may_hear(acting(request), found):
        raise Problem(Code.SCOPE_MISSING, UNHEARD)
    return found


def _noted(request: Request, task_id: str, asked: Mapping[str, Any]) -> Answer:
    task = _heard(task_id, request)
    try:
        with transaction.atomic():
            noted = noting.note(task, asked["words"], by=acting(request), request=request._request)
    except NotAllowed as refused:
        raise invalid(FieldError("words", refused.sentence)) from None
    shown = shown_id(Kind.NOTE, noted.note.pk)
    location = reverse("api_note", args=[task_id, shown])
    return Answer(201, note_shown(note_on(task, shown)), location, task.subject.reference)


def _all_shown(notes: Sequence[WorkNote]) -> list[dict[str, Any]]:
    return [note_shown(one) for one in notes]
