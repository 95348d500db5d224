"""The showcase's applications: one at each step of the way that looks different."""

from datetime import date

from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from customers.models import ApplicationStatus, Thing, WorkItem
from customers.work import assigning, noting, planning, queue
from tests.customers.applications import bring_to, make_application, make_manual
from tests.parts.people import make_person

_S = ApplicationStatus
ON_THEIR_WAY = {
    "submitted": _S.SUBMITTED,
    "reviewed": _S.UNDER_REVIEW,
    "asked": _S.REQUEST_FOR_INFORMATION,
    "declined": _S.DECLINED,
}


def on_their_way(by: User) -> dict[str, str]:
    """Make them; the names are those of page_cases. The one under review was entered by hand."""
    made = {}
    for name, status in ON_THEIR_WAY.items():
        draft = make_manual() if status == _S.UNDER_REVIEW else make_application()
        made[name] = str(bring_to(status, draft, by).pk)
    return made | {"noted": _noted(by)}


def _noted(by: User) -> str:
    """A draft that somebody has, overdue, with two notes of which one names a colleague."""
    draft = make_application()
    task = queue.task_about(Thing.APPLICATION, draft.pk, by)
    assert task is not None
    colleague = make_person("Oskar Officer", Role.COMPLIANCE_OPERATOR)
    assigning.assign([task], colleague, by=by)
    planning.set_due([task], timezone.now().date(), by=by)
    WorkItem.objects.about(Thing.APPLICATION, [draft.pk]).update(due_on=date(2026, 1, 2))
    noting.note(task, "Nobody answers the phone, @Oskar Officer.", by=by)
    wrong = noting.note(task, "In the wrong place.", by=by)
    noting.take_back(task, wrong.note.pk, by=by)
    return str(draft.pk)
