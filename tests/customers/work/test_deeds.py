"""Giving, planning and noting: who may, who is told, what the trail keeps."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from customers.models import Application, Row, WorkItem, WorkNote
from customers.work import assigning, noting
from customers.work.keeping import NotAllowed
from customers.work.mentions import named, unknown
from tests.customers.work.conftest import about
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SignIn = Callable[[User], Client]


@pytest.fixture
def address(draft: Application) -> str:
    """The draft's task."""
    return f"/customers/to-do/application/{draft.pk}/"


def test_an_officer_takes_a_task_and_gives_it_to_a_colleague_who_is_told(
    office: Client, officer: User, oskar: User, draft: Application, address: str
) -> None:
    office.post(f"{address}assign/", {"to": "me", "seen": ""})
    assert WorkItem.objects.get().assignee == officer
    assert not Notice.objects.exists()
    office.post(f"{address}assign/", {"to": oskar.pk, "seen": officer.pk})
    assert WorkItem.objects.get().assignee == oskar
    told = Notice.objects.get()
    assert (told.person, told.title, told.link) == (oskar, "Olga Officer gave you a task", address)
    assert "Mercer" not in told.title + told.text
    deeds = AuditEvent.objects.about(f"application:{draft.pk}").of_deed("work")
    assert [(one.deed, one.details["to"]) for one in deeds] == [
        ("work.assigned", oskar.pk),
        ("work.assigned", officer.pk),
    ]


def test_a_colleague_who_took_it_meanwhile_keeps_it(
    office: Client, officer: User, oskar: User, draft: Application, address: str
) -> None:
    assigning.assign([about(draft, officer)], oskar, by=oskar)
    refused = office.post(f"{address}assign/", {"to": "me", "seen": ""})
    assert refused.status_code == 409
    assert "Oskar Officer has it meanwhile" in words(refused)
    assert WorkItem.objects.get().assignee == oskar


def test_nobody_gets_a_task_that_their_role_does_not_let_them_do(
    office: Client, viewer: User, address: str
) -> None:
    refused = office.post(f"{address}assign/", {"to": viewer.pk, "seen": ""})
    assert refused.status_code == 409
    assert not WorkItem.objects.filter(assignee__isnull=False).exists()
    assert not AuditEvent.objects.of_deed("work").exists()


def test_many_are_given_at_once_with_one_notice(
    office: Client, oskar: User, draft: Application, lost_row: Row
) -> None:
    chosen = [f"application:{draft.pk}", f"row:{lost_row.pk}", "row:999999", "nonsense"]
    office.post("/customers/to-do/together/", {"task": chosen, "to": oskar.pk, "deed": "assign"})
    assert WorkItem.objects.taken_by(oskar.pk).count() == 2
    told = Notice.objects.get()
    assert (told.title, told.link) == (
        "Olga Officer gave you 2 tasks",
        "/customers/to-do/?who=mine",
    )


def test_all_that_the_filter_finds_are_given_and_nothing_else(
    office: Client, oskar: User, draft: Application, lost_row: Row
) -> None:
    given = {"all_of": "1", "query": "kind=row", "to": oskar.pk, "deed": "assign"}
    assert office.post("/customers/to-do/together/", given)["Location"].endswith("?kind=row")
    assert [one.row_id for one in WorkItem.objects.taken_by(oskar.pk)] == [lost_row.pk]


def test_what_a_person_may_not_do_stays_where_it_is(
    admin: User, client_for: SignIn, draft: Application, lost_row: Row
) -> None:
    chosen = {"task": [f"row:{lost_row.pk}", f"application:{draft.pk}"], "to": "me"}
    said = client_for(admin).post("/customers/to-do/together/", chosen, follow=True)
    assert "1 task stayed" in words(said)
    assert not WorkItem.objects.filter(assignee__isnull=False).exists()


def test_a_day_is_set_changed_and_taken_away(office: Client, address: str) -> None:
    today = timezone.now().date()
    office.post(f"{address}due/", {"day": today.isoformat()})
    assert WorkItem.objects.get().due_on == today
    office.post(f"{address}due/", {"clear": "1"})
    assert WorkItem.objects.get().due_on is None


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_is_past_or_too_far_away_is_refused(
    office: Client, address: str, days: int
) -> None:
    day = timezone.now().date() + timedelta(days=days)
    refused = office.post(f"{address}off/", {"day": day.isoformat()})
    assert refused.status_code == 422
    assert not WorkItem.objects.exists()


def test_whoever_is_named_in_a_note_is_told_without_its_words(
    office: Client, oskar: User, draft: Application, address: str
) -> None:
    office.post(f"{address}notes/", {"words": "Ada moved to Delft, @Oskar Officer please look."})
    note = WorkNote.objects.get()
    assert list(note.mentioned.all()) == [oskar]
    told = Notice.objects.get()
    assert (told.person, told.title) == (oskar, "Olga Officer names you in a note")
    trail = AuditEvent.objects.of_deed("work.noted").get()
    assert "Delft" not in f"{told.title}{told.text}{trail.details}"
    assert '<b class="mention">@Oskar Officer</b>' in office.get(address).content.decode()


def test_a_note_that_names_somebody_who_may_not_read_it_is_refused_and_not_lost(
    office: Client, viewer: User, address: str
) -> None:
    refused = office.post(f"{address}notes/", {"words": "See this, @Vera Viewer."})
    assert refused.status_code == 422
    assert "Vera Viewer may not read notes on this" in words(refused)
    assert "See this, @Vera Viewer." in words(refused)
    assert not WorkNote.objects.exists()


def test_a_name_that_nobody_has_is_said(office: Client, address: str) -> None:
    page = office.post(f"{address}notes/", {"words": "Ask @Ulf about it."}, follow=True)
    assert "Nobody here is called @Ulf" in words(page)


def test_a_note_is_taken_back_by_whoever_wrote_it_only(
    office: Client, oskar: User, client_for: SignIn, address: str
) -> None:
    office.post(f"{address}notes/", {"words": "In the wrong place."})
    note = WorkNote.objects.get()
    client_for(oskar).post(f"{address}notes/{note.pk}/take-back/")
    assert WorkNote.objects.get().words == "In the wrong place."
    office.post(f"{address}notes/{note.pk}/take-back/")
    assert WorkNote.objects.get().words == ""
    assert "Taken back." in words(office.get(address))


@pytest.mark.parametrize("said", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_note_is_refused(officer: User, draft: Application, said: str) -> None:
    with pytest.raises(NotAllowed):
        noting.note(about(draft, officer), said, by=officer)


def test_names_are_found_in_any_case_the_longest_first_and_never_in_an_address(
    officer: User, oskar: User
) -> None:
    olga = officer
    assert named("@OLGA OFFICER and @oskar", [olga, oskar]) == [olga, oskar]
    assert named("write to ada@olga.example", [olga]) == []
    assert named("@Olgas", [olga]) == []
    oskar.name = "Olga Olsen"
    assert named("@Olga", [olga, oskar]) == []
    assert named("@Olga Olsen", [olga, oskar]) == [oskar]
    assert unknown("@Olga Officer, @Ulf and a@b", [olga]) == ["Ulf"]


def test_a_thing_that_waits_for_nobody_keeps_its_notes_and_takes_no_day(
    office: Client, officer: User, draft: Application, address: str
) -> None:
    noting.note(about(draft, officer), "Called them.", by=officer)
    Application.objects.filter(pk=draft.pk).update(waiting_on="sumsub")
    page = words(office.get(address))
    assert "Nothing waits here now." in page
    assert "Called them." in page
    assert office.post(f"{address}due/", {"day": "2099-01-01"}).status_code == 409


def test_forms_lead_back_to_a_page_of_ours_only(office: Client, address: str) -> None:
    for back, leads in (("/applications/", "/applications/"), ("https://evil.example/", address)):
        answer = office.post(f"{address}notes/", {"words": "Noted.", "back": back})
        assert answer["Location"] == leads


def test_what_does_not_exist_is_not_found(office: Client) -> None:
    for path in ("row/1", "row/x", "application/1", "nothing/1", "pair/7"):
        assert office.get(f"/customers/to-do/{path}/").status_code == 404


def test_an_item_is_about_one_thing(draft: Application, lost_row: Row) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.create(application=draft, row=lost_row)
