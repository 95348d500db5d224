"""The work queue: what waits for a person; and one task with its plan and notes."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.counting import Count
from accounts.models import User
from accounts.notices import seen
from accounts.permissions import RightMissing, needs, signed_in
from accounts.saved_filters import opening, shown_filters
from customers.models import Thing, WorkNote
from customers.stories.planned import deeds_about
from customers.views.readers import Reader
from customers.views.work_line import Line, lines_of
from customers.work import queue
from customers.work.keeping import may_do, may_hear
from customers.work.kinds import at_rest, doers, hearers, kinds_for
from customers.work.mentions import Piece, pieces
from customers.work.tasks import Task
from customers.work.wanted import MOST, NOBODY, Wanted
from customers.work_forms import FILTERED, MINE, SEES_TASKS, WorkFilter

PAGE_SIZE = 50
# So many of all that a filter finds are given or planned at once.
MOST_AT_ONCE = MOST


@dataclass(frozen=True)
class ShownNote:
    """A note cut where people are named."""

    note: WorkNote
    pieces: list[Piece]
    is_mine: bool


@require_safe
@needs(*SEES_TASKS)
def work(request: HttpRequest) -> HttpResponse:
    """Every task that the person may see and the filter lets through, the longest wait first."""
    person = signed_in(request)
    if elsewhere := opening(FILTERED, request, person):
        return redirect(elsewhere)
    kinds = kinds_for(person)
    form = WorkFilter(request.GET, kinds=kinds)
    wanted = form.wanted(person)
    tasks = queue.Queue(form.kinds)
    page = tasks.page(wanted, request.GET.get("before", ""), size=PAGE_SIZE)
    lines = lines_of(page.tasks, person)
    count = tasks.count(wanted)
    context = {
        "form": form,
        "filters": shown_filters(FILTERED, request, person),
        "reader": Reader.of(person),
        "who": form.value("who") or "",
        "segments": _segments(tasks, wanted, person),
        "overdue": None if wanted.is_narrow else tasks.count(replace(wanted, overdue=True)),
        "count": count,
        "lines": lines,
        "does_any": any(line.may_do for line in lines),
        "at_once": min(MOST_AT_ONCE, count.number),
        "today": wanted.today.isoformat(),
        "all_tasks_url": f"{FILTERED.url}?all=1",
        "nobodys_url": f"{FILTERED.url}?who={NOBODY}",
        "colleagues": _colleagues(person, lines),
        "more": page.more,
        "first": not request.GET.get("before"),
    }
    return render(request, "customers/work/list.html", context)


@require_safe
@needs(*SEES_TASKS)
def task(request: HttpRequest, thing: str, ref: str) -> HttpResponse:
    """One thing: what there is to do about it, who has it, until when, and what was said."""
    shown = task_for(request, thing, ref)
    seen(signed_in(request), shown.url)
    return task_page(request, shown)


def task_for(request: HttpRequest, thing: str, ref: str, *, doing: bool = False) -> Task:
    """The task about a thing, for somebody who may see it and, with `doing`, do it.

    Raises RightMissing, or Http404 where there is no such thing.
    """
    person = signed_in(request)
    key = queue.key_in(thing, ref)
    if key is None:
        raise Http404
    sees = at_rest(Thing(thing)).about.sees
    if not person.holds(sees):
        raise RightMissing((sees,))
    found = queue.task_about(Thing(thing), key, person)
    if found is None:
        raise Http404
    if doing and not may_do(person, found):
        raise RightMissing(found.about.does)
    return found


def task_page(
    request: HttpRequest, shown: Task, *, refused: str = "", words: str = "", status: int = 200
) -> HttpResponse:
    """The page of one task, after a note or a plan that was refused too."""
    moments = deeds_about(shown.subject.reference)
    plan = plan_of(shown, signed_in(request))
    context = {"refused": refused, "words": words, "moments": moments, **plan}
    return render(request, "customers/work/task.html", context, status=status)


def plan_of(shown: Task, person: User) -> dict[str, Any]:
    """What the panels of a task draw, here and on the page of an application."""
    hears = may_hear(person, shown)
    notes = list(WorkNote.objects.about(shown.thing, shown.key)) if hears else []
    others = [one for one in hearers(shown.about) if one != person] if hears else []
    return {
        "task": shown,
        "does": may_do(person, shown),
        "hears": hears,
        "is_mine": shown.holder == person,
        "colleagues": _able(shown, person) if may_do(person, shown) else [],
        "others": others,
        "notes": [_note(one, person) for one in notes],
    }


def _note(note: WorkNote, person: User) -> ShownNote:
    return ShownNote(note, pieces(note.words, note.mentioned.all()), note.by_id == person.pk)


def _able(shown: Task, person: User) -> list[User]:
    """Colleagues who may do this."""
    return [one for one in doers([shown.usual_kind]) if one != person]


def _colleagues(person: User, lines: list[Line]) -> list[User]:
    """Colleagues who may do one at least of the tasks on this page that the person may do."""
    kinds = {line.task.kind for line in lines if line.may_do and line.task.kind}
    return [one for one in doers(kinds) if one != person]


def _segments(
    tasks: queue.Queue, wanted: Wanted, person: User
) -> list[tuple[str, str, Count | None]]:
    """Whose tasks one may look at; with how many there are, unless something else narrows them."""
    holders = {"": None, MINE: person.pk, NOBODY: NOBODY}
    names = {"": "Everyone's", MINE: "Mine", NOBODY: "Nobody's"}
    return [
        (who, names[who], None if wanted.is_narrow else tasks.count(replace(wanted, holder=holder)))
        for who, holder in holders.items()
    ]
