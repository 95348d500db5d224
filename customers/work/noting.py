"""Notes on a thing, for colleagues who may see it; whoever is named in one is told."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, notices
from accounts.models import NoticeKind, User
from accounts.notices import News
from accounts.occasions import Occasion
from customers.models import WorkNote
from customers.work.keeping import NotAllowed, items_of, may_hear
from customers.work.kinds import hearers
from customers.work.mentions import named, unknown
from customers.work.tasks import Task


@dataclass(frozen=True)
class Noted:
    """A note that was stored: who was told of it, and which names are nobody's."""

    note: WorkNote
    told: list[User]
    unknown: list[str]


@transaction.atomic
def note(task: Task, words: str, *, by: User, request: HttpRequest | None = None) -> Noted:
    """Store a note. Its words stay out of the trail and out of notices: they may be personal.

    Raises NotAllowed where it names somebody who may not read it, or is empty or too long.
    """
    words = words.strip()
    _check(words, task, by)
    may_read = hearers(task.about)
    mentioned = [one for one in named(words, may_read) if one != by]
    item = items_of([task])[task.ref]
    stored = WorkNote.objects.create(item=item, by=by, words=words)
    stored.mentioned.set(mentioned)
    audit.record(
        "work.noted",
        actor=by,
        subject=task.subject.reference,
        request=request,
        note=stored.pk,
        named=len(mentioned),
    )
    if mentioned:
        notices.tell(mentioned, _news(task, stored, by))
    return Noted(stored, mentioned, unknown(words, User.objects.able_to_sign_in()))


@transaction.atomic
def take_back(task: Task, note_id: int, *, by: User, request: HttpRequest | None = None) -> bool:
    """Erase the words of a note of one's own; False where there is no such note."""
    mine = WorkNote.objects.about(task.thing, task.key).standing().by_person(by.pk)
    changed = mine.numbered(note_id).erase(timezone.now())
    if changed:
        reference = task.subject.reference
        audit.record(
            "work.note_taken_back", actor=by, subject=reference, request=request, note=note_id
        )
    return bool(changed)


def _check(words: str, task: Task, by: User) -> None:
    if not may_hear(by, task):
        raise NotAllowed("Your role does not read notes on this.")
    if not words:
        raise NotAllowed("Write something first.")
    if len(words) > WorkNote.LONGEST:
        raise NotAllowed(f"A note has at most {WorkNote.LONGEST} characters.")
    may_read = {one.pk for one in hearers(task.about)}
    everybody = named(words, User.objects.able_to_sign_in())
    strangers = [one for one in everybody if one.pk not in may_read]
    if strangers:
        who = ", ".join(one.display_name for one in strangers)
        raise NotAllowed(f"{who} may not read notes on this. Leave off the @ before the name.")


def _news(task: Task, stored: WorkNote, by: User) -> News:
    return News(
        about=task.subject.reference,
        event=f"noted-{stored.pk}",
        occurred_at=stored.at,
        kind=NoticeKind.NEEDS,
        title=f"{by.display_name} names you in a note",
        text=str(task.kind.label if task.kind else task.thing.label),
        link=task.url,
        occasion=Occasion.WORK_NOTED,
    )
