"""The breaker: when it opens, how it tries again, and what one row on trial may do."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from customers import breaker
from customers.models import BreakerState, Link, RowState
from customers.timing import Timing
from tests.parts.import_maker import make_import

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime.fromisoformat("2026-11-28T12:00:00+00:00")
TIMING = Timing()
BAD, GOOD = False, True
LANES = 8


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def note(*results: bool, at: datetime = NOON) -> Link:
    with transaction.atomic():
        breaker.note(results, now=at, timing=TIMING)
    return breaker.link()


def probe(good: bool, at: datetime) -> Link:
    with transaction.atomic():
        breaker.probed(good, now=at, timing=TIMING)
    return breaker.link()


def allowance() -> int:
    with transaction.atomic():
        return breaker.allowance(LANES)


def on_trial() -> Link:
    note(BAD, BAD, BAD, BAD, BAD)
    return probe(GOOD, after(5))


def deeds() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("deed", flat=True))


def test_five_bad_results_within_half_a_minute_stop_every_row() -> None:
    note(BAD, BAD, GOOD, BAD, BAD, at=after(0))
    assert allowance() == LANES
    line = note(BAD, at=after(29))
    assert line.breaker == BreakerState.OPEN
    assert line.probe_at == after(29 + TIMING.breaker_pause)
    assert allowance() == 0
    assert deeds() == ["breaker.opened"]


def test_bad_results_further_apart_stop_nothing() -> None:
    for n in range(12):
        line = note(BAD, at=after(8 * n))
    assert line.breaker == BreakerState.CLOSED
    assert allowance() == LANES


def test_one_process_gets_the_probe_and_only_when_it_is_due() -> None:
    note(BAD, BAD, BAD, BAD, BAD)
    due = after(TIMING.breaker_pause)
    assert not breaker.claim_probe(due - timedelta(seconds=0.1), TIMING)
    assert [breaker.claim_probe(due, TIMING) for _ in range(3)] == [True, False, False]


def test_a_bad_probe_doubles_the_pause_up_to_five_minutes() -> None:
    note(BAD, BAD, BAD, BAD, BAD)
    pauses = [probe(BAD, after(n)).pause_seconds for n in range(8)]
    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]
    assert allowance() == 0


def test_on_trial_one_row_goes_at_a_time() -> None:
    on_trial()
    assert allowance() == 1
    make_import(RowState.SENDING, RowState.PENDING)
    assert allowance() == 0


def test_a_bad_trial_row_opens_it_for_twice_as_long_and_is_the_only_one_of_its_pause() -> None:
    on_trial()
    for n, pause in enumerate((10, 20, 40), start=1):
        line = note(BAD, at=after(100 * n))
        assert (line.breaker, line.pause_seconds) == (BreakerState.OPEN, pause)
        assert line.probe_at == after(100 * n + pause)
        assert allowance() == 0
        probe(GOOD, after(100 * n + pause))
        assert allowance() == 1
    assert deeds() == ["breaker.opened"]


def test_a_definite_answer_on_trial_closes_it_and_forgets_the_pauses() -> None:
    on_trial()
    note(BAD, at=after(20))
    probe(GOOD, after(30))
    line = note(GOOD, at=after(31))
    assert (line.breaker, line.pause_seconds, line.probe_at) == (BreakerState.CLOSED, 0, None)
    assert allowance() == LANES
    assert note(BAD, BAD, BAD, BAD, at=after(32)).breaker == BreakerState.CLOSED
    assert deeds() == ["breaker.opened", "breaker.closed"]


def test_a_probe_that_comes_late_changes_nothing() -> None:
    on_trial()
    note(GOOD, at=after(6))
    assert probe(BAD, after(7)).breaker == BreakerState.CLOSED
