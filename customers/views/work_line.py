"""How one task reads in the list of those that wait."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from accounts.look.figures import day, duration, moment
from accounts.models import User
from accounts.templatetags.look import icon
from customers.work.keeping import may_do
from customers.work.kinds import Kind
from customers.work.tasks import Task


@dataclass(frozen=True)
class Line:
    """One task as the list shows it to this person.

    What it shows is made here, for a template takes longer for it: fifty lines are a page's
    largest part. `plan`: its day, or until when it is put off.
    """

    task: Task
    may_do: bool
    icon: SafeString
    ref: str
    url: str
    name: str
    link: str
    what: str
    tone: str
    partner: str
    holder: str
    is_mine: bool
    plan: str
    is_off: bool
    is_late: bool
    since: str
    waited: str


def lines_of(tasks: Iterable[Task], person: User) -> list[Line]:
    """The tasks as they read for this person."""
    able: dict[Kind, bool] = {}
    lines = []
    for task in tasks:
        kind = task.usual_kind
        if kind not in able:
            able[kind] = may_do(person, task)
        lines.append(_line(task, person, able=able[kind]))
    return lines


def _line(task: Task, person: User, *, able: bool) -> Line:
    about, holder = task.about, task.holder
    return Line(
        task=task,
        may_do=able,
        icon=icon(about.icon),
        ref=task.ref,
        url=task.url,
        name=task.subject.name,
        link=task.subject.link,
        what=task.what,
        tone=about.tone,
        partner=task.subject.partner or "–",
        holder=holder.display_name if holder else "",
        is_mine=holder == person,
        plan=_plan(task),
        is_off=task.put_off_until is not None,
        is_late=task.is_overdue and task.put_off_until is None,
        since=moment(task.since),
        waited=duration(task.waited),
    )


def _plan(task: Task) -> str:
    if until := task.put_off_until:
        return f"off until {day(until)}"
    return day(task.due_on) if task.due_on else ""
