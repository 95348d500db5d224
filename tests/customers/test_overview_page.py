"""The start page: what needs a person now, and what happened lately."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from customers.models import Gate, GateReason, ImportState, RowState
from customers.views.charts import day_chart
from tests.parts.import_maker import make_import
from tests.parts.pages import words

SignIn = Callable[[User], Client]
S = RowState


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """The broker that doubles as cache outlives a test."""
    cache.clear()
    yield
    cache.clear()


def test_a_fresh_installation_says_what_to_do_first(office: Client) -> None:
    page = words(office.get("/"))
    assert "First steps" in page
    assert "Nothing waits for you" in page


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


def test_a_closed_gate_comes_first_and_says_who_can_fix_it(office: Client) -> None:
    make_import(S.PENDING)
    Gate.objects.create(scope="connection", reason=GateReason.CREDENTIALS, closed_at=timezone.now())
    page = words(office.get("/"))
    assert "Whoever runs the server renews the app token" in page
    assert "1 gate closed: rows wait" in page


def test_outcomes_and_reasons_of_refusal_are_charted(office: Client) -> None:
    make_import(S.IMPORTED, S.REFUSED, S.REFUSED, state=ImportState.FINISHED)
    page = words(office.get("/"))
    assert "most on" in page
    assert "Document type not accepted at this level" in page
    assert "2 of 2" in page


def test_the_page_refreshes_only_what_moves(office: Client) -> None:
    make_import(S.PENDING)
    assert 'hx-get="/overview/now/"' in words(office.get("/"))
    part = words(office.get("/overview/now/"))
    assert "is running" in part
    assert "<html" not in part


def test_somebody_without_a_role_sees_no_figures(outsider: User, client_for: SignIn) -> None:
    make_import(S.NEEDS_PERSON, S.IMPORTED)
    page = words(client_for(outsider).get("/"))
    assert "Import 1" not in page
    assert "application" not in page.split("<main")[1].lower()
    assert "Outcomes" not in page


def test_strangers_are_asked_to_sign_in(db: None) -> None:
    assert Client().get("/").status_code == 302


def test_a_chart_keeps_counts_in_proportion_and_names_its_peak() -> None:
    first = date(2026, 11, 7)
    days = [first + timedelta(days=n) for n in range(3)]
    counts = {days[0]: {"imported": 20, "refused": 10}, days[2]: {"imported": 5}}
    chart = day_chart(days, counts, ("imported", "refused"))
    assert chart.scale == ["30", "20", "10", "0"]
    assert [round(block.height) for block in chart.blocks] == [199, 99, 49]
    assert "most on 7 November with 30, none on 1 of 3 days" in chart.sentence


def test_a_chart_without_rows_says_so() -> None:
    chart = day_chart([date(2026, 11, 7)], {}, ("imported",))
    assert chart.is_empty
    assert chart.sentence == "No rows in these days"
