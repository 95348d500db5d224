"""The showcase's applications: one at each step of the way that looks different."""

from accounts.models import User
from customers.models import ApplicationStatus
from tests.customers.applications import bring_to, make_application, make_manual

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
    return made
