"""The queue: what is in it and when it leaves, in which order, for whom, found by what."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from customers.applying import completing, deciding
from customers.applying.deeds import Author
from customers.duplicates import deciding as pairs
from customers.models import (
    Application,
    ApplicationStatus,
    Gate,
    GateReason,
    ImportState,
    Lookalikes,
    Row,
    RowState,
    WorkItem,
)
from customers.models.duplicates import PairState
from customers.work import assigning, planning
from customers.work.kinds import Kind, kinds_for
from customers.work.queue import Queue
from customers.work.wanted import NOBODY, Wanted
from sharing.models import Partner
from tests.customers.applications import ANSWERS, bring_to, complete, make_application
from tests.customers.work.conftest import about, tasks_of
from tests.parts.import_maker import change_row, make_import
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SignIn = Callable[[User], Client]
S = ApplicationStatus


def kinds(person: User, **wanted: object) -> list[Kind | None]:
    return [task.kind for task in tasks_of(person, **wanted)]


def test_an_application_is_the_task_of_its_next_step_and_of_no_other(
    officer: User, draft: Application
) -> None:
    assert kinds(officer) == [Kind.COMPLETE]
    complete(draft, officer)
    assert tasks_of(officer)[0].what == "Nothing is missing: submit it"
    bring_to(S.SUBMITTED, make_application(), officer)
    bring_to(S.UNDER_REVIEW, make_application(), officer)
    assert kinds(officer) == [Kind.COMPLETE, Kind.TAKE, Kind.DECIDE]


def test_a_decision_ends_the_task_by_itself(officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    assert kinds(officer) == [Kind.DECIDE]
    deciding.approve(application.pk, Author(officer))
    assert tasks_of(officer) == []


def test_an_answer_to_a_request_is_a_task_and_the_request_itself_one_to_remind_of(
    officer: User,
) -> None:
    application = bring_to(S.REQUEST_FOR_INFORMATION, make_application(), officer)
    assert kinds(officer) == [Kind.REQUESTED]
    completing.save(application.pk, {**ANSWERS, "employment_status": "retired"}, Author(officer))
    Application.objects.filter(pk=application.pk).update(waiting_on="us")
    assert kinds(officer) == [Kind.ANSWERED]


def test_an_approval_that_sumsub_took_back_is_a_task(officer: User) -> None:
    application = bring_to(S.APPROVED, make_application(), officer)
    assert tasks_of(officer) == []
    Application.objects.filter(pk=application.pk).update(waiting_on="us")
    assert kinds(officer) == [Kind.REVERSED]


def test_a_row_is_a_task_until_it_is_settled(officer: User, lost_row: Row) -> None:
    assert about(lost_row, officer).kind is Kind.ROW
    change_row(lost_row, RowState.NOT_IMPORTED)
    assert Kind.ROW not in kinds(officer)


def test_a_pair_is_a_task_until_somebody_decides(officer: User, pair: Lookalikes) -> None:
    assert Kind.PAIR in kinds(officer)
    pairs.decide(pair.pk, PairState.LINKED, seen=PairState.SUSPECTED, by=officer)
    assert Kind.PAIR not in kinds(officer)


def test_imports_that_stand_still_and_closed_gates_are_tasks(officer: User) -> None:
    make_import(state=ImportState.STAGED)
    make_import(state=ImportState.PAUSED)
    make_import(state=ImportState.RUNNING)
    gate = Gate.objects.create(scope="reuse", reason=GateReason.DISABLED, closed_at=timezone.now())
    assert sorted(str(kind) for kind in kinds(officer)) == ["gate", "import", "import"]
    Gate.objects.filter(pk=gate.pk).update(closed_at=None)
    assert Kind.GATE not in kinds(officer)


def test_a_partner_without_an_agreement_is_a_task_for_whoever_sees_the_register(
    admin: User, officer: User, outsider: User
) -> None:
    Partner.objects.create(name="Northbank", client_id="northbank", is_donor=True)
    assert kinds(admin) == [Kind.PARTNER]
    assert kinds(officer) == [Kind.PARTNER]
    assert kinds(outsider) == []


def test_the_longest_wait_comes_first_whatever_its_kind(
    officer: User, draft: Application, lost_row: Row
) -> None:
    long_ago = timezone.now() - timedelta(days=4)
    Application.objects.filter(pk=draft.pk).update(waiting_since=long_ago)
    assert kinds(officer) == [Kind.COMPLETE, Kind.ROW]
    Row.objects.filter(pk=lost_row.pk).update(settled_at=long_ago - timedelta(days=1))
    assert kinds(officer) == [Kind.ROW, Kind.COMPLETE]


def test_each_page_goes_on_where_the_last_one_ended(office: Client, officer: User) -> None:
    moment = timezone.now()
    for number in range(60):
        application = make_application(of_customer={"name": f"Customer {number:02}"})
        Application.objects.filter(pk=application.pk).update(
            waiting_since=moment - timedelta(minutes=number // 20)
        )
    first = words(office.get("/customers/to-do/?all=1"))
    second = words(
        office.get("/customers/to-do/" + first.split('rel="next" href="')[1].split('"')[0])
    )
    shown = [
        f"Customer {number:02}"
        for number in range(60)
        if (f">Customer {number:02}<" in first) + (f">Customer {number:02}<" in second) == 1
    ]
    assert len(shown) == 60
    assert "10 of 60 shown" in second


def test_who_has_it_narrows_the_queue(officer: User, oskar: User, draft: Application) -> None:
    make_application()
    assigning.assign([about(draft, officer)], oskar, by=officer)
    assert [one.key for one in tasks_of(oskar, holder=oskar.pk)] == [draft.pk]
    assert draft.pk not in [one.key for one in tasks_of(officer, holder=NOBODY)]
    assert len(tasks_of(officer)) == 2
    oskar.is_active = False
    oskar.save()
    assert draft.pk in [one.key for one in tasks_of(officer, holder=NOBODY)]


def test_a_task_that_is_put_off_comes_back_on_its_day(officer: User, draft: Application) -> None:
    today = timezone.now().date()
    planning.put_off([about(draft, officer)], today + timedelta(days=2), by=officer)
    assert tasks_of(officer) == []
    assert [one.key for one in tasks_of(officer, put_off=True)] == [draft.pk]
    later = timezone.now() + timedelta(days=3)
    assert [one.key for one in tasks_of(officer, now=later)] == [draft.pk]


def test_a_day_and_a_rest_end_with_the_waiting_that_they_were_set_for(
    officer: User, oskar: User, draft: Application
) -> None:
    task = about(draft, officer)
    assigning.assign([task], oskar, by=officer)
    planning.set_due([task], timezone.now().date(), by=officer)
    planning.put_off([task], timezone.now().date() + timedelta(days=9), by=officer)
    Application.objects.filter(pk=draft.pk).update(waiting_since=timezone.now())
    anew = about(draft, officer)
    assert anew.holder == oskar
    assert anew.due_on is None
    assert anew.put_off_until is None
    tomorrow = timezone.now() + timedelta(days=1)
    assert tasks_of(officer, overdue=True, now=tomorrow) == []


def test_what_is_overdue_is_so_after_its_day_and_not_on_it(
    officer: User, draft: Application
) -> None:
    planning.set_due([about(draft, officer)], timezone.now().date(), by=officer)
    assert tasks_of(officer, overdue=True) == []
    tomorrow = timezone.now() + timedelta(days=1)
    assert [one.key for one in tasks_of(officer, overdue=True, now=tomorrow)] == [draft.pk]


def test_partner_age_and_words_narrow_it(officer: User, lost_row: Row) -> None:
    northbank = Partner.objects.create(
        name="Northbank", client_id="northbank", is_donor=True, is_recipient=False
    )
    ada = make_application(of_customer={"partner": northbank, "name": "Ada Lund"})
    ben = make_application(of_customer={"name": "Ben Okoye", "external_id": "crm-77"})
    assert {one.key for one in tasks_of(officer, partner=northbank.pk)} == {ada.pk, northbank.pk}
    assert [one.key for one in tasks_of(officer, words="okoye")] == [ben.pk]
    assert [one.key for one in tasks_of(officer, words="crm-77", by_name=False)] == [ben.pk]
    assert tasks_of(officer, words="okoye", by_name=False) == []
    assert tasks_of(officer, before=timezone.now() - timedelta(days=1), words="Ada") == []


def test_counts_say_what_is_mine_nobodys_and_overdue(
    officer: User, draft: Application, lost_row: Row
) -> None:
    task = about(draft, officer)
    assigning.assign([task], officer, by=officer)
    planning.set_due([task], timezone.now().date(), by=officer)
    WorkItem.objects.update(due_on=timezone.now().date() - timedelta(days=1))
    seen = kinds_for(officer)
    wanted = (Wanted(holder=officer.pk), Wanted(holder=NOBODY), Wanted(overdue=True))
    assert [Queue(seen).count(one).number for one in wanted] == [1, 1, 1]


def test_figures_of_others_are_left_out_where_the_list_is_narrowed_by_more_than_its_holder(
    office: Client, draft: Application
) -> None:
    def figures(query: str) -> list[int | None]:
        found = office.get(f"/customers/to-do/?{query}").context["segments"]
        return [None if number is None else number.number for _, _, number in found]

    assert figures("all=1") == [1, 0, 1] == figures("kind=complete") == figures("who=mine")
    assert figures("q=Ada") == figures("age=1") == figures("show=overdue") == [None] * 3


def test_a_viewer_sees_who_waits_by_initials_and_cannot_take_anything(
    viewer: User, client_for: SignIn, draft: Application
) -> None:
    page = words(client_for(viewer).get("/customers/to-do/?all=1"))
    assert "A… M…" in page
    assert "Ada Mercer" not in page
    assert "Take it" not in page


def test_an_empty_queue_says_so_and_a_filter_that_finds_nothing_offers_everything(
    office: Client,
) -> None:
    assert "Nothing waits for anybody" in words(office.get("/customers/to-do/"))
    assert "You have no such task" in words(office.get("/customers/to-do/?who=mine"))
    assert "No task matches" in words(office.get("/customers/to-do/?q=nobody-at-all"))


@pytest.mark.parametrize(
    "query",
    [
        "before=nonsense",
        "before=1~99~x",
        "before=1~-1~1",
        "before=1~1~-1",
        "before=-1~1~1",
        "before=999999999999999999~1~1",
        "before=999999999999999999999~1~1",
        "kind=x",
        "person=x",
        "partner=x",
        "age=x",
        "who=x",
        "show=x",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_queue(
    office: Client, draft: Application, query: str
) -> None:
    page = office.get(f"/customers/to-do/?{query}")
    assert page.status_code == 200
    assert "Ada Mercer" in words(page)


def test_the_queue_is_read_in_a_fixed_number_of_queries(
    office: Client, officer: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(12):
        make_application()
    with django_assert_max_num_queries(100):  # type: ignore[attr-defined]
        office.get("/customers/to-do/?all=1")
