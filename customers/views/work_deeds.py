"""What people plan and say about tasks, each by one POST: one task, or many chosen in the list."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.keyset import number_in
from accounts.look.figures import day as day_words
from accounts.look.figures import thousands
from accounts.models import User
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.views.work import MOST_AT_ONCE, task_for, task_page
from customers.work import assigning, noting, planning, queue
from customers.work.keeping import NotAllowed
from customers.work.kinds import kinds_for
from customers.work.tasks import Task, told
from customers.work_forms import FILTERED, SEES_TASKS, DayForm, WorkFilter

NOBODY, ME = "nobody", "me"
DOES_TASKS = (
    Right.MANAGE_COMPLIANCE_APPLICATIONS,
    Right.DECIDE_APPLICATIONS,
    Right.MANAGE_CONNECTION,
    Right.MANAGE_PARTNERS,
)


@require_POST
@needs(*DOES_TASKS)
def assign(request: HttpRequest, thing: str, ref: str) -> HttpResponse:
    """Give one task to somebody; a colleague who took it meanwhile keeps it."""
    shown, person = task_for(request, thing, ref, doing=True), signed_in(request)
    to, known = _chosen(request.POST.get("to", ""), person)
    if not known:
        return task_page(request, shown, refused="Choose somebody.", status=422)
    before = number_in(request.POST.get("seen"))
    try:
        assigning.take_over(shown, to, before, by=person, request=request)
    except NotAllowed as refusal:
        return task_page(request, shown, refused=refusal.sentence, status=409)
    messages.success(request, f"{_whose(to, person)} now.")
    return _back(request, shown)


@require_POST
@needs(*DOES_TASKS)
def due(request: HttpRequest, thing: str, ref: str) -> HttpResponse:
    """Say by which day it is to be done, or that there is none."""
    return _planned(request, thing, ref, planning.set_due, "Due on {}.", "It has no day any more.")


@require_POST
@needs(*DOES_TASKS)
def put_off(request: HttpRequest, thing: str, ref: str) -> HttpResponse:
    """Hide it from the queue until a day, or show it again."""
    said = "Put off until {}. It comes back by itself."
    return _planned(request, thing, ref, planning.put_off, said, "It is in the queue again.")


@require_POST
@needs(*SEES_TASKS)
def note(request: HttpRequest, thing: str, ref: str) -> HttpResponse:
    """Say something about it to colleagues."""
    shown, words = task_for(request, thing, ref), request.POST.get("words", "")
    try:
        noted = noting.note(shown, words, by=signed_in(request), request=request)
    except NotAllowed as refusal:
        return task_page(request, shown, refused=refusal.sentence, words=words, status=422)
    who = ", ".join(one.display_name for one in noted.told)
    messages.success(request, f"Noted. {who} is told." if who else "Noted.")
    if noted.unknown:
        names = ", ".join(f"@{name}" for name in noted.unknown)
        messages.warning(request, f"Nobody here is called {names}, so nobody was told.")
    return _back(request, shown)


@require_POST
@needs(*SEES_TASKS)
def take_back(request: HttpRequest, thing: str, ref: str, note: int) -> HttpResponse:
    """Erase the words of one's own note."""
    shown = task_for(request, thing, ref)
    if noting.take_back(shown, note, by=signed_in(request), request=request):
        messages.success(request, "The note is taken back.")
    else:
        messages.warning(request, "Only whoever wrote a note takes it back.")
    return _back(request, shown)


@require_POST
@needs(*DOES_TASKS)
def together(request: HttpRequest) -> HttpResponse:
    """Do one thing with all tasks that were chosen in the list."""
    person = signed_in(request)
    tasks, deed = _those(request, person), request.POST.get("deed", "assign")
    if not tasks:
        messages.warning(request, "Choose tasks first. Those that ended meanwhile are gone.")
    elif deed in _BY_DAY:
        _on_a_day(request, person, tasks, deed)
    else:
        _given(request, person, tasks)
    return redirect(_list(request))


def _given(request: HttpRequest, person: User, tasks: list[Task]) -> None:
    wanted = ME if "take" in request.POST else request.POST.get("to", "")
    to, known = _chosen(wanted, person)
    if not known:
        messages.warning(request, "Choose who gets them.")
        return
    given = assigning.assign(tasks, to, by=person, request=request)
    if fit := len(tasks) - given.not_theirs:
        messages.success(request, f"{_tasks(fit)}: {_whose(to, person).lower()} now.")
    if given.not_theirs:
        who = "them or you" if to and to != person else "you"
        left = f"{_tasks(given.not_theirs)} stayed: a role does not let {who} do that."
        messages.warning(request, left)


def _on_a_day(request: HttpRequest, person: User, tasks: list[Task], which: str) -> None:
    deed, later, said = _BY_DAY[which]
    form = DayForm(request.POST, later=later)
    if not form.is_valid():
        messages.warning(request, str(form.errors["day"][0]))
        return
    day = form.cleaned_data["day"]
    changed = deed(tasks, day, by=person, request=request)
    messages.success(request, f"{_tasks(changed)}: {said.format(day_words(day))}.")


_BY_DAY: dict[str, tuple[Callable[..., int], bool, str]] = {
    "due": (planning.set_due, False, "due on {}"),
    "off": (planning.put_off, True, "put off until {}"),
}


def _planned(
    request: HttpRequest, thing: str, ref: str, deed: Callable[..., int], said: str, undone: str
) -> HttpResponse:
    """Plan one task; an empty day takes the plan away."""
    shown, person = task_for(request, thing, ref, doing=True), signed_in(request)
    if shown.since is None:
        sentence = "Nothing waits here now, so there is nothing to plan."
        return task_page(request, shown, refused=sentence, status=409)
    day: date | None = None
    if "clear" not in request.POST:
        form = DayForm(request.POST, later=deed is planning.put_off)
        if not form.is_valid():
            return task_page(request, shown, refused=str(form.errors["day"][0]), status=422)
        day = form.cleaned_data["day"]
    deed([shown], day, by=person, request=request)
    messages.success(request, said.format(day_words(day)) if day else undone)
    return _back(request, shown)


def _those(request: HttpRequest, person: User) -> list[Task]:
    """The tasks that the form means: one to take, all that the filter finds, or those chosen."""
    if one := request.POST.get("take"):
        return queue.named([one], person)
    if "all_of" not in request.POST:
        return queue.named(request.POST.getlist("task"), person)
    form = WorkFilter(_query(request), kinds=kinds_for(person))
    wanted = form.wanted(person)
    found = queue.Queue(form.kinds).first(wanted, MOST_AT_ONCE)
    return told(found, by_name=wanted.by_name)


def _chosen(wanted: str, person: User) -> tuple[User | None, bool]:
    """Whom a form names, and whether it names somebody (or nobody) at all."""
    if wanted in (ME, NOBODY):
        return (person if wanted == ME else None), True
    number = number_in(wanted)
    found = User.objects.who_may_sign_in(number) if number else None
    return found, found is not None


def _whose(to: User | None, person: User) -> str:
    if to is None:
        return "Nobody's"
    return "Yours" if to == person else f"{to.display_name}'s"


def _tasks(number: int) -> str:
    return f"{thousands(number)} task{'' if number == 1 else 's'}"


def _query(request: HttpRequest) -> QueryDict:
    return QueryDict(FILTERED.cleaned(request.POST.get("query", "")))


def _list(request: HttpRequest) -> str:
    return f"{FILTERED.url}?{_query(request).urlencode() or 'all=1'}"


def _back(request: HttpRequest, shown: Task) -> HttpResponse:
    """To the page that the form stood on, if it is one of ours."""
    wanted = request.POST.get("back", "")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, None) else shown.url)
