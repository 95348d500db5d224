"""How much of the rate budget was in use lately, as samples tell it."""

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from accounts.models import User
from sharing import budget, budget_use
from tests.parts.pages import words
from tests.sharing.conftest import Browse

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

START = 1_795_000_000.0


@pytest.fixture(autouse=True)
def ten_a_second(settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = "50/5s"


def spend(calls: int, now: float) -> None:
    """Take so many permits, one moment after the other."""
    for n in range(calls):
        with transaction.atomic():
            assert budget.take(budget.POST, 1, now=now + n * 0.2) == 1


def test_calls_of_the_last_window_are_in_use() -> None:
    spend(20, START)
    assert budget.calls_a_second(budget.POST, now=START + 4) == pytest.approx(4.0)
    assert budget.calls_a_second(budget.POST, now=START + 60) == 0.0


def test_an_hour_is_told_by_minutes_with_its_peak() -> None:
    spend(20, START)
    for slot in range(12):
        budget_use.note(START + 4 + slot * 5)
    use = budget_use.lately(budget.POST, START + 4 + 55)
    assert len(use.minutes) == 60
    assert use.minutes[-1] == pytest.approx(4.0 / 12, rel=0.3)
    assert use.minutes[0] == 0.0
    assert use.peak == max(use.minutes)


def test_several_workers_that_take_one_sample_do_not_double_it() -> None:
    spend(10, START)
    for _ in range(3):
        budget_use.note(START + 2)
    once = budget_use.lately(budget.POST, START + 2).minutes
    assert max(once) == pytest.approx(2.0)


def test_without_samples_there_is_no_line_but_the_figure_of_now() -> None:
    spend(10, START)
    use = budget_use.lately(budget.POST, START + 2)
    assert use.minutes == []
    assert use.now == pytest.approx(2.0)
    assert (use.granted, use.percent) == (10.0, 20)


def test_the_last_refusal_and_the_pace_since_are_told() -> None:
    with transaction.atomic():
        budget.throttled(budget.POST, now=START, retry_after=2.0)
    use = budget_use.lately(budget.POST, START + 1)
    assert use.refused_at == START
    assert use.pace == pytest.approx(0.5, abs=0.05)


def test_without_a_limit_nothing_is_counted(settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = "none"
    use = budget_use.lately(budget.POST, START)
    assert (use.is_limited, use.now, use.percent) == (False, 0.0, 0)


def test_the_table_tells_five_minutes_each_the_newest_first() -> None:
    spend(20, START)
    budget_use.note(START + 4)
    table = budget_use.lately(budget.POST, START + 4).table
    assert [ago for ago, _, _ in table] == list(range(5, 65, 5))
    assert table[0][2] > 0.0


def test_the_start_page_shows_the_budget_to_who_works_over_it(
    client_for: Browse, donor_operator: User, outsider: User
) -> None:
    assert "of 10 calls/s" in words(client_for(donor_operator).get("/"))
    assert "calls/s" not in words(client_for(outsider).get("/"))
