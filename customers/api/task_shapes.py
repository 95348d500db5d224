"""Tasks of the work queue, and notes on them, as clients see them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from accounts.api.ids import BY_UUID, Kind, number_in, shown_id, uuid_in
from accounts.models import User
from customers.models import Thing, WorkNote
from customers.work.keeping import may_do
from customers.work.kinds import Kind as TaskKind
from customers.work.tasks import Task

# A task is about one thing, and named by the thing's id.
KINDS: dict[Thing, Kind] = {
    Thing.APPLICATION: Kind.APPLICATION,
    Thing.ROW: Kind.ROW,
    Thing.PAIR: Kind.PAIR,
    Thing.IMPORT: Kind.IMPORT,
    Thing.GATE: Kind.GATE,
    Thing.PARTNER: Kind.PARTNER,
}
_IDS = ", ".join(f"`{kind}_…`" for kind in KINDS.values())
_NUMBERED = "|".join(kind.value for kind in KINDS.values() if kind not in BY_UUID)
_EXAMPLE_ID = "app_9a8b7c6d5e4f40318293a4b5c6d7e8f9"
IN_PATH = OpenApiParameter(
    "task_id",
    str,
    OpenApiParameter.PATH,
    description=f"the id of what it is about: {_IDS}",
    pattern=f"^(app_[0-9a-f]{{32}}|({_NUMBERED})_[1-9][0-9]{{0,17}})$",
    examples=[OpenApiExample("example", value=_EXAMPLE_ID)],
)


class PersonShown(serializers.Serializer[Any]):
    """A colleague; where something was done, also an API client."""

    id = serializers.CharField(help_text="`per_…`, or `cli_…`")
    name = serializers.CharField()


class TaskShown(serializers.Serializer[Any]):
    """Something that waits for somebody, and what is planned about it."""

    id = serializers.CharField(help_text="of what it is about; as long as that waits")
    kind = serializers.ChoiceField(
        choices=TaskKind.choices, allow_null=True, help_text="null: it waits for nobody now"
    )
    about = serializers.CharField(help_text="what it is about, for people")
    partner = serializers.CharField(help_text="whom it came from, or whom it concerns; or empty")
    what = serializers.CharField(help_text="what there is to do, for people")
    waiting_since = serializers.DateTimeField(allow_null=True)
    held_by = PersonShown(allow_null=True, help_text="who has it; null: nobody")
    due_on = serializers.DateField(allow_null=True, help_text="its last day, in UTC")
    is_overdue = serializers.BooleanField()
    put_off_until = serializers.DateTimeField(
        allow_null=True, help_text="hidden from the open tasks until then"
    )
    may_do = serializers.BooleanField(help_text="whether your scopes let you do and plan it")
    page = serializers.CharField(help_text="where people find it here")


class NoteShown(serializers.Serializer[Any]):
    """What somebody said about it."""

    id = serializers.CharField(help_text="`note_…`")
    at = serializers.DateTimeField()
    by = PersonShown()
    words = serializers.CharField(help_text="empty once it was taken back")
    named = PersonShown(many=True, help_text="who is named with @, and was told")
    taken_back_at = serializers.DateTimeField(allow_null=True)


PERSON_EXAMPLE = {"id": "per_7", "name": "Olga Officer"}
TASK_EXAMPLE: dict[str, Any] = {
    "id": _EXAMPLE_ID,
    "kind": "complete",
    "about": "Ada Mercer",
    "partner": "Velmora Bank",
    "what": "Still needed: Source of wealth and 2 more",
    "waiting_since": "2026-11-29T09:15:01.220000Z",
    "held_by": PERSON_EXAMPLE,
    "due_on": "2026-12-04",
    "is_overdue": False,
    "put_off_until": None,
    "may_do": True,
    "page": "/customers/to-do/application/9a8b7c6d-5e4f-4031-8293-a4b5c6d7e8f9/",
}
NOTE_EXAMPLE: dict[str, Any] = {
    "id": "note_31",
    "at": "2026-11-29T09:31:12.000000Z",
    "by": {"id": "cli_1", "name": "Onboarding service"},
    "words": "The branch sends the document on Thursday. @Olga Officer",
    "named": [PERSON_EXAMPLE],
    "taken_back_at": None,
}


def thing_in(text: str) -> tuple[Thing, Any] | None:
    """The thing that the id of a task names, and its key; None for what names none."""
    for thing, kind in KINDS.items():
        key = uuid_in(kind, text) if kind in BY_UUID else number_in(kind, text)
        if key is not None:
            return thing, key
    return None


def task_shown(task: Task, reader: User) -> dict[str, Any]:
    """A task as this reader may see it."""
    return {
        "id": shown_id(KINDS[task.thing], task.key),
        "kind": task.kind,
        "about": task.subject.name,
        "partner": task.subject.partner,
        "what": task.what,
        "waiting_since": task.since,
        "held_by": colleague_shown(task.holder) if task.holder else None,
        "due_on": task.due_on,
        "is_overdue": task.is_overdue,
        "put_off_until": task.put_off_until,
        "may_do": may_do(reader, task),
        "page": task.url,
    }


def note_shown(note: WorkNote) -> dict[str, Any]:
    """A note as it stands."""
    return {
        "id": shown_id(Kind.NOTE, note.pk),
        "at": note.at,
        "by": person_shown(note.by),
        "words": note.words,
        "named": [colleague_shown(one) for one in note.mentioned.all()],
        "taken_back_at": note.removed_at,
    }


def colleague_shown(person: User) -> dict[str, Any]:
    """Somebody who signs in."""
    return {"id": shown_id(Kind.PERSON, person.pk), "name": person.display_name}


def person_shown(person: User) -> dict[str, Any]:
    """A colleague, or the client whose account this is (`api_client`, best read along)."""
    client = getattr(person, "api_client", None)
    found = colleague_shown(person)
    return found | {"id": shown_id(Kind.CLIENT, client.pk)} if client else found
