"""The rate budget: no window ever holds more than the limit, and nothing of it is wasted."""

import random
from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from pytest_django.fixtures import Settings

from sharing import budget
from sharing.limits import parse_limit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

START = 1_795_000_000.0
WINDOW = parse_limit("50/5s").window


@pytest.fixture
def fifty_in_five(settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = "50/5s"


def take(wanted: int, now: float) -> int:
    with transaction.atomic():
        return budget.take(budget.POST, wanted, now=now)


def sends(ticks: Callable[[], float], seconds: float) -> list[float]:
    """The moments of all permits that a greedy drain gets within so many seconds."""
    now, given = START, []
    while now < START + seconds:
        given += [now] * take(1000, now)
        now += ticks()
    return given


def most_in_a_window(moments: list[float], window: float) -> int:
    return max(sum(1 for other in moments if one <= other < one + window) for one in moments)


@pytest.mark.usefixtures("fifty_in_five")
@pytest.mark.parametrize("tick", [0.03, 0.13, 0.2])
def test_no_window_holds_more_than_the_limit_and_hardly_a_permit_is_lost(tick: float) -> None:
    dice = random.Random(7)
    given = sends(lambda: tick * dice.uniform(0.5, 1.5), 30)
    assert most_in_a_window(given, 5.0) <= 50
    assert len(given) >= 0.985 * 300


@pytest.mark.usefixtures("fifty_in_five")
def test_after_a_rest_only_a_small_burst_goes_out_at_once() -> None:
    assert take(1000, START) == 10
    assert take(1000, START) == 0


@pytest.mark.usefixtures("fifty_in_five")
def test_the_next_permit_is_announced_truly() -> None:
    take(1000, START)
    wait = budget.next_permit_in(budget.POST, now=START)
    assert take(1, START + wait / 2) == 0
    assert take(1, START + wait) == 1


@pytest.mark.usefixtures("fifty_in_five")
def test_who_gathers_waits_for_permits_that_return_together_and_no_longer() -> None:
    for moment in (0.0, 0.01, 0.02, 0.3):
        assert take(1, START + moment) == 1
    given = 4
    while given < 50:
        moment += 0.05
        given += take(1, START + moment)
    now = START + moment
    alone = budget.next_permit_in(budget.POST, now=now)
    assert now + alone == pytest.approx(START + WINDOW, abs=0.01)
    gathered = budget.next_permit_in(budget.POST, now=now, gather=0.2)
    assert gathered - alone == pytest.approx(0.02, abs=0.001)
    assert take(50, now + gathered) == 3


@pytest.mark.usefixtures("fifty_in_five")
def test_who_gathers_takes_several_of_those_that_are_spread() -> None:
    take(1000, START)
    wait = budget.next_permit_in(budget.POST, now=START, gather=0.2)
    assert take(1000, START + wait) == 2


@pytest.mark.usefixtures("fifty_in_five")
def test_429s_of_one_episode_halve_the_pace_once_and_it_recovers() -> None:
    sends(lambda: 0.1, 10)
    for late in (0.0, 0.1, 0.4):
        with transaction.atomic():
            budget.throttled(budget.POST, now=START + 10 + late, retry_after=2.0)
    assert take(1, START + 12.3) == 0
    slow = sum(take(5, START + 13 + tick / 10) for tick in range(50))
    assert 15 <= slow <= 35
    later = sum(take(5, START + 120 + tick / 10) for tick in range(50))
    assert later >= 45


def test_permits_that_keep_coming_expire_one_by_one(settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = "300/5s"
    given = sends(lambda: 0.01, 20)
    assert most_in_a_window(given, 5.0) <= 300
    assert len(given) >= 0.985 * 1200


@pytest.mark.usefixtures("fifty_in_five")
def test_a_clock_that_was_set_back_does_not_stop_the_permits() -> None:
    sends(lambda: 0.1, 10)
    assert take(1, START - 3600) == 1
    assert budget.next_permit_in(budget.POST, now=START - 3599) == 0


def test_without_a_limit_all_is_given(settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = "none"
    assert take(700, START) == 700
    assert budget.next_permit_in(budget.POST, now=START) == 0


@pytest.mark.parametrize("text", ["", "fifty", "50", "0/5s", "50/0s"])
def test_a_limit_that_cannot_be_read_says_how_one_looks(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="50/5s"):
        parse_limit(text)


@pytest.mark.usefixtures("fifty_in_five")
def test_calls_that_left_late_are_counted_from_when_they_left() -> None:
    delays: dict[float, float] = {}
    dice = random.Random(7)
    now = START
    while now < START + 30:
        if take(1, now):
            delays[now] = dice.choice([0.0, 0.0, 0.1, 0.4])
            if delays[now]:
                with transaction.atomic():
                    budget.left_late(budget.POST, [(now, delays[now])])
        now += 0.02
    left = sorted(moment + delay for moment, delay in delays.items())
    assert most_in_a_window(left, 5.0) <= 50
    assert len(left) >= 0.97 * 300


@pytest.mark.usefixtures("fifty_in_five")
def test_a_late_call_that_the_budget_has_forgotten_changes_nothing() -> None:
    take(1, START)
    with transaction.atomic():
        budget.left_late(budget.POST, [(START - 100, 0.5), (START + 100, 0.5)])
    assert take(1000, START + 4) == 10


@pytest.mark.usefixtures("fifty_in_five")
def test_after_a_429_the_window_is_kept_longer_and_forgets_it_slowly() -> None:
    with transaction.atomic():
        budget.throttled(budget.POST, now=START, retry_after=1.0)
    assert _full_window(START + 300) > _full_window(START + 6000) > 5.0


def _full_window(now: float) -> float:
    """Seconds from the first of fifty permits, taken as soon as they can be had, to the next."""
    given: list[float] = []
    moment = now
    while len(given) < 51:
        given += [moment] * take(1000, moment)
        moment += 0.005
    return given[50] - given[0]
