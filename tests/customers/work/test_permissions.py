"""Who may see, plan and read what of the queue and of timelines: every role, by direct request."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from customers.models import (
    Application,
    Gate,
    GateReason,
    ImportState,
    Lookalikes,
    Row,
    WorkItem,
    WorkNote,
)
from sharing.models import Partner
from tests.customers.work.conftest import about
from tests.parts.import_maker import make_import
from tests.parts.pages import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ROLES = ("admin", "officer", "donor_operator", "auditor", "viewer", "outsider")
EVERYBODY = {"admin", "officer", "donor_operator", "auditor", "viewer"}
SEES_CUSTOMERS = {"officer", "viewer"}
SEES_IMPORTS = {"admin", "officer", "auditor", "viewer"}
OFFICE = {"officer"}


@pytest.fixture
def things(draft: Application, lost_row: Row, pair: Lookalikes) -> dict[str, Any]:
    """One of each kind of thing, by the part of its address."""
    partner = Partner.objects.create(name="Northbank", client_id="northbank", is_donor=True)
    gate = Gate.objects.create(scope="reuse", reason=GateReason.DISABLED, closed_at=timezone.now())
    return {
        "application": draft.pk,
        "row": lost_row.pk,
        "pair": pair.pk,
        "imported": make_import(state=ImportState.PAUSED).pk,
        "gate": gate.pk,
        "partner": partner.pk,
    }


@pytest.fixture(params=ROLES)
def who(request: pytest.FixtureRequest) -> tuple[str, User]:
    """Each role in turn."""
    return request.param, request.getfixturevalue(request.param)


def test_the_queue_is_for_whoever_sees_one_kind_of_task_at_least(
    who: tuple[str, User], client_for: SignIn
) -> None:
    role, person = who
    status = client_for(person).get("/customers/to-do/").status_code
    assert status == (200 if role in EVERYBODY else 403)


@pytest.mark.parametrize(
    ("thing", "sees", "does"),
    [
        ("application", SEES_CUSTOMERS, OFFICE),
        ("row", SEES_IMPORTS, OFFICE),
        ("pair", SEES_CUSTOMERS, OFFICE),
        ("imported", SEES_IMPORTS, OFFICE),
        ("gate", SEES_IMPORTS, {"officer", "admin"}),
        ("partner", EVERYBODY, {"admin"}),
    ],
)
def test_each_thing_is_seen_planned_and_noted_by_right(
    who: tuple[str, User],
    client_for: SignIn,
    things: dict[str, Any],
    thing: str,
    sees: set[str],
    does: set[str],
) -> None:
    role, person = who
    client, address = client_for(person), f"/customers/to-do/{thing}/{things[thing]}/"
    page = client.get(address)
    assert page.status_code == (200 if role in sees else 403)
    assert ("Take it" in words(page)) is (role in does)
    assert ("New note" in words(page)) is (role in does)
    taken = client.post(f"{address}assign/", {"to": "me", "seen": ""})
    assert taken.status_code == (302 if role in does else 403)
    day = {"day": timezone.now().date().isoformat()}
    assert client.post(f"{address}due/", day).status_code == (302 if role in does else 403)
    assert client.post(f"{address}off/", {"clear": "1"}).status_code == taken.status_code
    noted = client.post(f"{address}notes/", {"words": "Looked at."}).status_code
    assert noted == (302 if role in does else 422 if role in sees else 403)
    assert WorkItem.objects.taken_by(person.pk).count() == (role in does)
    assert WorkNote.objects.count() == (role in does)


def test_many_at_once_are_for_those_who_do_tasks(
    who: tuple[str, User], client_for: SignIn, lost_row: Row
) -> None:
    role, person = who
    chosen = {"task": f"row:{lost_row.pk}", "to": "me"}
    status = client_for(person).post("/customers/to-do/together/", chosen).status_code
    assert status == (302 if role in {"officer", "admin"} else 403)
    assert WorkItem.objects.taken_by(person.pk).count() == (role == "officer")


def test_a_timeline_is_for_whoever_sees_customers(
    who: tuple[str, User], client_for: SignIn, draft: Application
) -> None:
    role, person = who
    page = client_for(person).get(f"/customers/{draft.customer_id}/timeline/")
    assert page.status_code == (200 if role in SEES_CUSTOMERS else 403)


def test_notes_are_not_shown_to_whoever_may_not_see_personal_data(
    officer: User, viewer: User, client_for: SignIn, draft: Application
) -> None:
    address = f"/customers/to-do/application/{draft.pk}/"
    client_for(officer).post(f"{address}notes/", {"words": "She lives in Delft now."})
    looking = client_for(viewer)
    pages = (
        address,
        f"/applications/{draft.pk}/",
        f"/customers/{draft.customer_id}/",
        f"/customers/{draft.customer_id}/timeline/",
        "/customers/to-do/?all=1",
    )
    for page in pages:
        assert "Delft" not in words(looking.get(page))
        assert "Mercer" not in words(looking.get(page))
    assert "Notes are hidden." in words(looking.get(address))


def test_a_deed_needs_a_form_and_a_sign_in(client: Client, office: Client, lost_row: Row) -> None:
    address = f"/customers/to-do/row/{lost_row.pk}/"
    for deed in ("assign/", "due/", "off/", "notes/", "notes/1/take-back/"):
        assert office.get(address + deed).status_code == 405
        assert client.post(address + deed).status_code == 302
    assert client.get(address)["Location"].startswith("/accounts/login/")
    assert about(lost_row, User.objects.get(name="Olga Officer")).holder is None
