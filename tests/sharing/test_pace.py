"""The pace after a 429, and the forecast that goes with it."""

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from sharing import budget
from sharing.pace import Pace, pace_of

START = 1_800_000_000.0


@pytest.fixture(autouse=True)
def fifty_in_five(settings: Settings, db: None) -> None:
    """Sumsub's usual limit."""
    settings.SUMSUB_POST_LIMIT = "50/5s"


def throttled(now: float, retry_after: float | None = None) -> None:
    with transaction.atomic():
        budget.throttled(budget.POST, now=now, retry_after=retry_after)


def sent(calls: int, now: float) -> float:
    """When a greedy drain has sent so many calls, asking every tenth of a second."""
    left, at = calls, now
    while left > 0:
        with transaction.atomic():
            left -= budget.take(budget.POST, left, now=at)
        at += 0.1
    return at - now


def test_nothing_slows_down_before_the_first_429() -> None:
    assert pace_of(budget.POST, now=START).is_full


@pytest.mark.both_databases
def test_after_a_429_the_pace_is_halved_and_whole_again_after_half_a_minute() -> None:
    throttled(START, retry_after=4)
    pace = pace_of(budget.POST, now=START + 1)
    assert pace.factor == pytest.approx(0.51, abs=0.01)
    assert pace.rest == pytest.approx(3)
    assert pace.seconds_to_full == pytest.approx(29)
    assert pace_of(budget.POST, now=START + 31).is_full


@pytest.mark.parametrize("calls", [40, 400])
def test_the_forecast_is_what_the_budget_then_gives(calls: int) -> None:
    throttled(START)
    limit = budget.limit(budget.POST).per_second
    told = pace_of(budget.POST, now=START).seconds_for(calls, limit)
    assert sent(calls, START) == pytest.approx(told, rel=0.1)


def test_at_full_pace_the_forecast_is_a_division() -> None:
    assert Pace().seconds_for(100, 10) == pytest.approx(10)
