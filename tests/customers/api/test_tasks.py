"""The work queue through the API: what waits, who has it, until when, and notes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.api.codes import Code
from accounts.models import AuditEvent, Notice, User
from accounts.rights import Role
from accounts.scopes import Scope
from customers.models import (
    Application,
    ImportState,
    Lookalikes,
    RowState,
    Waiting,
    WorkItem,
    WorkNote,
)
from tests.accounts.test_api_doors import refused
from tests.customers.applications import make_application
from tests.parts.api_callers import Program
from tests.parts.import_maker import make_import
from tests.parts.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TASKS = "/api/v1/tasks"


@pytest.fixture
def oskar(db: None) -> User:
    """An officer who may do what waits."""
    return make_person("Oskar Officer", Role.COMPLIANCE_OPERATOR)


@pytest.fixture
def address(draft: Application) -> str:
    """The draft's task."""
    return f"{TASKS}/{ref(draft)}"


def ref(application: Application) -> str:
    return f"app_{application.pk.hex}"


def ids(program: Program, query: str = "") -> list[str]:
    answer = program.get(f"{TASKS}{query}")
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["data"]]


def days(number: int) -> str:
    return (timezone.now() + timedelta(days=number)).date().isoformat()


def test_what_waits_is_listed_with_what_there_is_to_do(
    program: Program, draft: Application
) -> None:
    told = program.get(TASKS).json()
    assert told["has_more"] is False
    (task,) = told["data"]
    assert (task["id"], task["kind"], task["about"]) == (ref(draft), "complete", "Ada Mercer")
    assert task["what"].startswith("Still needed: ")
    assert (task["held_by"], task["due_on"], task["put_off_until"]) == (None, None, None)
    assert task["may_do"] is True
    assert program.get(f"{TASKS}/{ref(draft)}").json() == task


def test_the_queue_is_walked_both_ways_across_kinds_of_one_moment(program: Program) -> None:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    drafts = [make_application() for _ in range(3)]
    Application.objects.update(waiting_since=moment)
    pair = Lookalikes.objects.create(
        first=drafts[0].customer, second=drafts[1].customer, by_name=True, found_at=moment
    )
    imports = [make_import(RowState.STAGED, state=ImportState.PAUSED) for _ in range(2)]
    whole = ids(program)
    assert len(whole) == 6
    assert whole[3] == f"pair_{pair.pk}"
    assert whole[4:] == [f"imp_{one.pk}" for one in imports]
    forwards, after = [], ""
    while True:
        page = program.get(f"{TASKS}?limit=2{after}").json()
        forwards += [one["id"] for one in page["data"]]
        if not page["has_more"]:
            break
        after = f"&starting_after={forwards[-1]}"
    assert forwards == whole
    back, more = whole[-1:], True
    while more:
        page = program.get(f"{TASKS}?limit=2&ending_before={back[0]}").json()
        back, more = [one["id"] for one in page["data"]] + back, page["has_more"]
    assert back == whole


def test_a_task_that_ended_is_no_place_to_go_on_from(program: Program, draft: Application) -> None:
    Application.objects.update(waiting_on=Waiting.SUMSUB)
    for place in (ref(draft), "app_" + "f" * 32, "xyz_1"):
        found = refused(program.get(f"{TASKS}?starting_after={place}"), Code.INVALID_REQUEST)
        assert found["errors"][0]["field"] == "starting_after"
    at_rest = program.get(f"{TASKS}/{ref(draft)}").json()
    assert (at_rest["kind"], at_rest["waiting_since"], at_rest["what"]) == (None, None, "")
    planned = program.patch(f"{TASKS}/{ref(draft)}", {"due_on": days(1)})
    refused(planned, Code.NOT_POSSIBLE)


def test_the_queue_is_narrowed(program: Program, oskar: User, draft: Application) -> None:
    imported = f"imp_{make_import(RowState.STAGED, state=ImportState.PAUSED).pk}"
    program.post(f"{TASKS}/{imported}/assign", {"to": f"per_{oskar.pk}"})
    program.patch(f"{TASKS}/{ref(draft)}", {"put_off_until": days(2)})
    assert ids(program) == [imported]
    assert ids(program, f"?held_by=per_{oskar.pk}") == [imported]
    assert ids(program, "?held_by=per_999999") == ids(program, "?held_by=nobody") == []
    assert ids(program, "?plan=put_off") == ids(program, "?plan=put_off&q=mercer") == [ref(draft)]
    assert ids(program, "?plan=put_off&kind=pair") == ids(program, "?waited_days=3") == []
    for query in ("?held_by=olga", "?partner=3", "?kind=all", "?plan=open", "?q=a&q=b"):
        refused(program.get(f"{TASKS}{query}"), Code.INVALID_REQUEST)


def test_a_task_is_given_to_a_colleague_who_is_told_and_keeps_it(
    program: Program, officer: User, oskar: User, address: str
) -> None:
    people = program.get(f"{address}/colleagues").json()["data"]
    assert [one["name"] for one in people] == ["Olga Officer", "Oskar Officer"]
    assert people[1] == {
        "id": f"per_{oskar.pk}",
        "name": "Oskar Officer",
        "may_do": True,
        "may_be_named": True,
    }
    given = program.post(f"{address}/assign", {"to": f"per_{oskar.pk}"}).json()
    assert given["held_by"] == {"id": f"per_{oskar.pk}", "name": "Oskar Officer"}
    assert Notice.objects.get().person == oskar
    kept = refused(
        program.post(f"{address}/assign", {"to": f"per_{officer.pk}"}), Code.NOT_POSSIBLE
    )
    assert "Oskar Officer has it meanwhile" in kept["detail"]
    back = {"to": "nobody", "held_by": given["held_by"]["id"]}
    assert program.post(f"{address}/assign", back).json()["held_by"] is None
    deeds = AuditEvent.objects.of_deed("work").order_by("pk")
    assert {(one.actor_label, one.source) for one in deeds} == {
        ("Onboarding service (API client)", "api")
    }


def test_nobody_gets_what_they_may_not_do(program: Program, viewer: User, address: str) -> None:
    refused(program.post(f"{address}/assign", {"to": f"per_{viewer.pk}"}), Code.NOT_POSSIBLE)
    for to in ("per_999999", "oskar", f"per_{program.client.account_id}", "me", ""):
        refused(program.post(f"{address}/assign", {"to": to}), Code.INVALID_REQUEST)
    assert not WorkItem.objects.filter(assignee__isnull=False).exists()


def test_a_day_is_set_and_taken_away_and_what_is_left_out_stays(
    program: Program, address: str
) -> None:
    both = program.patch(address, {"due_on": days(5), "put_off_until": days(2)}).json()
    assert both["due_on"] == days(5)
    assert both["put_off_until"] == f"{days(2)}T00:00:00Z"
    left = program.patch(address, {"put_off_until": None}).json()
    assert (left["due_on"], left["put_off_until"]) == (days(5), None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "due_on"),
        ({"due_on": "yesterday"}, "due_on"),
        ({"due_on": days(-1)}, "due_on"),
        ({"put_off_until": days(0)}, "put_off_until"),
        ({"put_off_until": days(400)}, "put_off_until"),
        ({"due": days(1)}, "due"),
    ],
)
def test_a_plan_that_cannot_be_is_named_by_its_field(
    program: Program, address: str, body: dict[str, str], field: str
) -> None:
    found = refused(program.patch(address, body), Code.INVALID_REQUEST)
    assert [one["field"] for one in found["errors"]] == [field]
    assert not WorkItem.objects.exists()


def test_many_are_given_and_planned_at_once(
    program: Program, oskar: User, draft: Application
) -> None:
    paused = make_import(RowState.STAGED, state=ImportState.PAUSED)
    chosen = {"tasks": [ref(draft), f"imp_{paused.pk}", "row_999999"]}
    given = program.post(f"{TASKS}/assign", chosen | {"to": f"per_{oskar.pk}"}, key="k")
    assert given.json() == {"changed": 2, "not_allowed": 0, "ended": 1}
    assert Notice.objects.get().title.endswith("gave you 2 tasks")
    planned = program.post(f"{TASKS}/plan", chosen | {"due_on": days(1)})
    assert planned.json() == {"changed": 2, "not_allowed": 0, "ended": 1}
    assert {one.due_on.isoformat() for one in WorkItem.objects.all() if one.due_on} == {days(1)}
    for body in (
        {"tasks": ["x_1"], "to": "nobody"},
        {"tasks": [], "to": "nobody"},
        {"to": "nobody"},
    ):
        refused(program.post(f"{TASKS}/assign", body), Code.INVALID_REQUEST)
    refused(program.post(f"{TASKS}/plan", chosen), Code.INVALID_REQUEST)


def test_a_note_tells_whoever_it_names_and_is_taken_back_by_its_writer(
    program: Program, program_with: Callable[..., Program], oskar: User, address: str
) -> None:
    said = {"words": "They moved to Delft.\n@Oskar Officer please look."}
    first = program.post(f"{address}/notes", said, key="note")
    assert first.status_code == 201
    note = first.json()
    assert note["by"] == {"id": f"cli_{program.client.pk}", "name": note["by"]["name"]}
    assert [one["id"] for one in note["named"]] == [f"per_{oskar.pk}"]
    assert Notice.objects.get().person == oskar
    assert program.post(f"{address}/notes", said, key="note").json() == note
    assert program.get(first["Location"]).json() == note
    assert program.get(f"{address}/notes").json() == {"data": [note], "has_more": False}
    assert "Delft" not in str(list(AuditEvent.objects.values_list("details", flat=True)))
    other = program_with(*Scope, name="Another")
    refused(other.send("DELETE", first["Location"]), Code.NOT_POSSIBLE)
    assert program.send("DELETE", first["Location"]).json() == {"id": note["id"], "removed": True}
    assert program.get(first["Location"]).json()["words"] == ""
    refused(program.send("DELETE", first["Location"]), Code.NOT_POSSIBLE)


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001, "See this, @Vera Viewer.", 5])
def test_a_note_that_cannot_be_is_refused(
    program: Program, viewer: User, address: str, words: object
) -> None:
    found = refused(program.post(f"{address}/notes", {"words": words}), Code.INVALID_REQUEST)
    assert found["errors"][0]["field"] == "words"
    assert not WorkNote.objects.exists()


def test_other_scopes_decide_what_is_seen_done_and_heard(
    program_with: Callable[..., Program], draft: Application, address: str
) -> None:
    imported = make_import(RowState.STAGED, state=ImportState.PAUSED)
    both = (Scope.TASKS_READ, Scope.TASKS_WRITE)
    blind = program_with(*both, name="Blind")
    assert ids(blind) == []
    refused(blind.get(address), Code.NOT_FOUND)
    reader = program_with(*both, Scope.CUSTOMERS_READ, name="Reader")
    assert ids(reader) == [ref(draft)]
    seen = reader.get(address).json()
    assert seen["may_do"] is False
    assert "Mercer" not in seen["about"]
    refused(reader.get(f"{TASKS}/imp_{imported.pk}"), Code.NOT_FOUND)
    refused(reader.post(f"{address}/assign", {"to": "nobody"}), Code.SCOPE_MISSING)
    refused(reader.patch(address, {"due_on": days(1)}), Code.SCOPE_MISSING)
    refused(reader.get(f"{address}/notes"), Code.SCOPE_MISSING)
    refused(reader.post(f"{address}/notes", {"words": "x"}), Code.SCOPE_MISSING)
    chosen = {"tasks": [ref(draft)], "to": "nobody"}
    assert reader.post(f"{TASKS}/assign", chosen).json() == {
        "changed": 0,
        "not_allowed": 1,
        "ended": 0,
    }
    assert not WorkItem.objects.filter(assignee__isnull=False).exists()


def test_a_crafted_place_in_the_queue_breaks_no_page(
    officer: User, client_for: Callable[[User], Client], draft: Application
) -> None:
    make_import(RowState.NEEDS_PERSON)
    for place in (f"1~2~{draft.pk}", "1~7~5", "1~99~1", "1~-1~1", "1~2~-"):
        page = client_for(officer).get("/customers/to-do/", {"before": place, "all": "1"})
        assert page.status_code == 200
