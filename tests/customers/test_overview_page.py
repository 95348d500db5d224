"""The start page: what needs a person now, what happened lately, each part for whom it is for."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, ChainCheck, User
from accounts.scopes import Scope
from customers.models import (
    ApplicationStatus,
    Endpoint,
    EndpointState,
    Gate,
    GateReason,
    ImportState,
    Row,
    RowState,
    WorkItem,
)
from customers.views.charts import day_chart
from customers.views.overview.periods import PERIODS, period_named
from sharing.models import Applicant, IssuedToken, MintBatch
from tests.customers.applications import bring_to, make_application
from tests.parts.api_callers import make_program
from tests.parts.import_maker import make_import
from tests.parts.pages import words
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
S = RowState


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """The broker that doubles as cache outlives a test."""
    cache.clear()
    yield
    cache.clear()


def a_batch(**columns: Any) -> MintBatch:
    partner = make_partner(name="Velmora Bank", client_id="velmora", is_recipient=True)
    usual: dict[str, Any] = {"ttl_seconds": 3600, "source": "file", "total_count": 3}
    return MintBatch.objects.create(partner=partner, **(usual | columns))


def mint(days_ago: int, count: int) -> None:
    """Lines of the ledger of a day."""
    moment = timezone.now() - timedelta(days=days_ago)
    partner = make_partner(name=f"Bank {days_ago}", client_id=f"b{days_ago}", is_recipient=True)
    applicant = Applicant.objects.create(applicant_id=f"66f0{days_ago}", name="Henrike Valdamar")
    for n in range(count):
        IssuedToken.objects.create(
            applicant=applicant,
            partner=partner,
            token_mark=f"{days_ago:06d}{n:06d}",
            ttl_seconds=60,
            issued_at=moment,
            expires_at=moment + timedelta(minutes=1),
        )


def test_a_fresh_installation_says_what_to_do_first(office: Client) -> None:
    page = words(office.get("/"))
    assert "First steps" in page
    assert "Nothing waits for you" in page


def test_first_steps_are_those_of_ones_role(
    client_for: SignIn, donor_operator: User, admin: User, auditor: User
) -> None:
    donor, house, reader = (
        words(client_for(one).get("/")) for one in (donor_operator, admin, auditor)
    )
    assert 'href="/applicants/import/"' in donor
    assert 'href="/customers/add/"' not in donor
    assert 'href="/partners/add/"' in house
    assert "A compliance operator uploads the donor’s file" in reader


def test_first_steps_go_once_there_is_something_to_work_with(
    office: Client, client_for: SignIn, donor_operator: User
) -> None:
    make_import(S.PENDING)
    Applicant.objects.create(applicant_id="66f0", name="Henrike Valdamar")
    assert "First steps" not in words(office.get("/"))
    assert "First steps" not in words(client_for(donor_operator).get("/"))


def test_a_running_import_is_shown_with_its_progress(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.PENDING)
    page = words(office.get("/"))
    assert f"Import {imported.pk} is running, 50 %" in page
    assert f"/imports/{imported.pk}/" in page


def test_rows_that_need_a_person_rows_in_doubt_and_drafts_are_counted(office: Client) -> None:
    make_import(S.NEEDS_PERSON, S.CHECKING, S.CHECKING, S.IMPORTED)
    page = words(office.get("/"))
    assert "need" in page.split("1 row of import")[1][:40]
    assert "2 rows are in doubt" in page
    assert "1 application to complete" in page


def test_tasks_that_a_person_took_are_counted_for_that_person_alone(
    office: Client, officer: User, viewer: User, client_for: SignIn
) -> None:
    WorkItem.objects.create(application=make_application(), assignee=officer)
    assert "1 task of yours" in words(office.get("/"))
    assert "of yours" not in words(client_for(viewer).get("/"))


def test_submitted_applications_wait_for_who_may_decide(
    office: Client, officer: User, viewer: User, client_for: SignIn
) -> None:
    application = make_application()
    bring_to(ApplicationStatus.SUBMITTED, application, officer)
    assert "1 application to decide" in words(office.get("/"))
    assert "to decide" not in words(client_for(viewer).get("/"))


def test_a_closed_gate_comes_first_and_says_who_can_fix_it(office: Client) -> None:
    make_import(S.PENDING)
    Gate.objects.create(scope="connection", reason=GateReason.CREDENTIALS, closed_at=timezone.now())
    page = words(office.get("/"))
    assert "Whoever runs the server renews the app token" in page
    assert "1 gate closed: rows wait" in page


def test_donor_operators_see_their_batches_and_what_was_minted(
    client_for: SignIn, donor_operator: User
) -> None:
    stopped = a_batch(state="paused", stop_sentence="Sumsub does not know Velmora as our partner.")
    mint(0, 3)
    mint(2, 2)
    page = words(client_for(donor_operator).get("/"))
    assert f"Batch {stopped.pk} for Velmora Bank stopped" in page
    assert "Sumsub does not know Velmora as our partner." in page
    assert "Share tokens minted, 14 days" in page
    assert "Minted 5" in page
    assert "Outcomes of rows" not in page


def test_a_minted_file_that_nobody_took_is_asked_for(
    client_for: SignIn, donor_operator: User
) -> None:
    batch = a_batch(state="finished", minted_count=3)
    page = words(client_for(donor_operator).get("/"))
    assert f"Take the file of batch {batch.pk}" in page


def test_admins_see_endpoints_that_stopped_and_keys_that_run_out(
    client_for: SignIn, admin: User, officer: User
) -> None:
    endpoint = Endpoint.objects.create(
        url="https://hooks.example/in", description="Core banking", state=EndpointState.FAILING
    )
    program = make_program([Scope.IMPORTS_READ])
    soon = timezone.now() + timedelta(days=3)
    ApiKey.objects.numbered(program.key.pk).update(expires_at=soon)
    page = words(client_for(admin).get("/"))
    assert "Core banking is not told of anything" in page
    assert f"/settings/webhooks/{endpoint.pk}/" in page
    assert f"The key of API client {program.client.name} expires soon" in page
    other = words(client_for(officer).get("/"))
    assert "Core banking" not in other
    assert "expires soon" not in other


def test_a_key_with_a_younger_one_beside_it_is_nobodys_worry(
    client_for: SignIn, admin: User
) -> None:
    program = make_program([Scope.IMPORTS_READ])
    soon = timezone.now() + timedelta(days=3)
    ApiKey.objects.create(
        client=program.client, digest="0" * 64, hint="kr_live_0…0", expires_at=soon
    )
    assert "expires soon" not in words(client_for(admin).get("/"))


def test_auditors_see_the_chain_refused_sign_ins_and_what_left_the_house(
    client_for: SignIn, auditor: User, office: Client
) -> None:
    imported = make_import(S.IMPORTED, state=ImportState.FINISHED)
    office.get(f"/imports/{imported.pk}/results.csv")
    Client().post(
        "/accounts/login/", {"login": "olga@relay.example", "password": "not the right one"}
    )
    page = words(client_for(auditor).get("/"))
    assert "was never verified" in page
    assert "1 refused sign-in" in page
    assert "Outcomes of an import taken as a file" in page
    assert "Audit trail</h2>" not in words(office.get("/"))


def test_a_broken_chain_needs_whoever_reads_the_trail(
    client_for: SignIn, auditor: User, office: Client
) -> None:
    ChainCheck.objects.create(
        upto=9, reached=4, bad_seq=5, problem="This event is missing.", finished_at=timezone.now()
    )
    page = words(client_for(auditor).get("/"))
    assert "The audit trail was changed" in page
    assert "One thing needs you" in page
    assert "audit trail was changed" not in words(office.get("/"))


def test_outcomes_and_reasons_of_refusal_are_charted_with_a_table_behind(office: Client) -> None:
    make_import(S.IMPORTED, S.REFUSED, S.REFUSED, state=ImportState.FINISHED)
    page = words(office.get("/"))
    assert "most on" in page
    assert "Document type not accepted at this level" in page
    assert "2 of 2" in page
    table = page.split("<caption")[1]
    assert '<td class="num">1</td><td class="num">2</td><td class="num">0</td>' in table


def test_reasons_of_several_days_are_added_up(office: Client) -> None:
    now = timezone.now()
    ended = ImportState.FINISHED
    make_import(S.REFUSED, S.REFUSED, state=ended, created_at=now - timedelta(days=3))
    make_import(S.REFUSED, state=ended, created_at=now - timedelta(days=20))
    assert "2 of 2" in words(office.get("/?days=14"))
    assert "3 of 3" in words(office.get("/?days=91"))


def test_a_day_that_is_over_is_counted_again_only_when_its_refusals_change(office: Client) -> None:
    earlier = timezone.now() - timedelta(days=3)
    imported = make_import(S.REFUSED, S.REFUSED, state=ImportState.FINISHED, created_at=earlier)
    assert "10513" in words(office.get("/"))
    rows = Row.objects.of(imported)
    rows.update(error_code=10511, error_name="")
    assert "10513" in words(office.get("/"))
    imported.refused_count, imported.total_count = 1, 1
    imported.save()
    rows.filter(line=3).delete()
    assert "10511" in words(office.get("/"))


@pytest.mark.parametrize("days", ["7", "14", "30", "91"])
def test_the_period_is_chosen_by_a_link(office: Client, days: str) -> None:
    make_import(S.IMPORTED, state=ImportState.FINISHED)
    page = words(office.get(f"/?days={days}"))
    assert f'<a href="?days={days}" aria-current="true">' in page
    assert "Imported 1" in page


@pytest.mark.parametrize("days", ["", "0", "15", "-7", "many", "9" * 40])
def test_a_period_that_is_none_is_the_usual_one(office: Client, days: str) -> None:
    assert office.get(f"/?days={days}").context["period"] == PERIODS[1]


def test_every_day_of_a_period_has_one_bar() -> None:
    today = date(2026, 11, 20)
    for period in PERIODS:
        bars = period.bars(today)
        assert {period.bar_of(day, today) for day in period.every_day(today)} == set(bars)
    weeks = period_named("91")
    assert len(weeks.bars(today)) == 13
    assert weeks.bar_of(today, today) == date(2026, 11, 14)


def test_the_page_refreshes_only_what_moves(office: Client) -> None:
    make_import(S.PENDING)
    assert 'hx-get="/overview/now/"' in words(office.get("/"))
    part = words(office.get("/overview/now/"))
    assert "is running" in part
    assert "<html" not in part


def test_somebody_without_a_role_sees_no_figures(outsider: User, client_for: SignIn) -> None:
    make_import(S.NEEDS_PERSON, S.IMPORTED)
    a_batch(state="paused")
    browser = client_for(outsider)
    for address in ("/", "/overview/now/"):
        page = words(browser.get(address)).split("<main")[-1]
        assert "Nothing waits for you" in page
        for part in ("mport 1", "application", "Outcomes", "Rate budget", "Batch", "Audit trail"):
            assert part not in page


def test_strangers_are_asked_to_sign_in() -> None:
    assert Client().get("/").status_code == HTTPStatus.FOUND
    assert Client().get("/overview/now/").status_code == HTTPStatus.FOUND


def test_a_chart_keeps_counts_in_proportion_and_names_its_peak() -> None:
    first = date(2026, 11, 7)
    days = [first + timedelta(days=n) for n in range(3)]
    counts = {days[0]: {"imported": 20, "refused": 10}, days[2]: {"imported": 5}}
    chart = day_chart(days, counts, ("imported", "refused"))
    assert chart.scale == ["30", "20", "10", "0"]
    assert [round(block.height) for block in chart.blocks] == [199, 99, 49]
    assert "most on 7 November with 30, none on 1 of 3 days" in chart.sentence
    assert chart.table == [("9 November", [5, 0]), ("7 November", [20, 10])]


def test_bars_of_weeks_say_so() -> None:
    first = date(2026, 11, 7)
    weeks = [first, first + timedelta(days=7)]
    chart = day_chart(weeks, {weeks[1]: {"imported": 5}}, ("imported",), step=7)
    assert chart.labels == ["7 Nov", "14 Nov"]
    assert "Rows a week from 7 November to 20 November" in chart.sentence
    assert "most in the week from 14 November with 5, none in 1 of 2 weeks" in chart.sentence
    assert chart.table == [("14 Nov to 20 Nov", [5])]


def test_a_chart_without_rows_says_so() -> None:
    chart = day_chart([date(2026, 11, 7)], {}, ("imported",))
    assert chart.is_empty
    assert chart.sentence == "No rows in these days"
