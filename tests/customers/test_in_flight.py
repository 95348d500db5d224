"""Rows on the wire: what pausing, cancelling and unstorable answers do to them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent
from customers import control, redemption
from customers.duty import Duty
from customers.models import Application, Import, Row, RowState
from customers.reasons import Reason
from customers.redemption.tick import Ticker
from customers.redemption.work import Send, Sent
from customers.timing import Timing
from sharing.clockwork import ClockKeeper
from sharing.gateway import clock
from sharing.rhythm import Rhythm
from sumsub.errors import Unclear
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    drain_to_the_end,
    drain_until,
    ledger_agrees,
    outcome,
    started,
    states,
    tokens,
)
from tests.parts.waiting import wait_until

APPROVED = outcome("approved")
SLOW = {"rules": [{"call": "reuse", "do": "latency", "ms": 600}], "review_delay_ms": 300}


@contextmanager
def draining() -> Iterator[None]:
    """A drain at work beside the test, stopped at the end."""
    stop = threading.Event()
    drain = threading.Thread(target=redemption.drain, kwargs={"until": lambda: False, "stop": stop})
    drain.start()
    try:
        yield
    finally:
        stop.set()
        drain.join()


def sending(imported: Import) -> Callable[[], bool]:
    return Row.objects.of(imported).in_state(RowState.SENDING).exists


def is_confirmed(imported: Import) -> bool:
    imported.refresh_from_db()
    return not imported.is_pausing


def test_a_bell_that_is_heard_twenty_times_begins_one_drain(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 20, APPROVED))
    duty = Duty()
    try:
        for _ in range(20):
            duty.wake()
        # Rows and counters are two questions: while the drain commits they may be of two moments.
        open_still = Import.objects.undecided().filter(pk=imported.pk)
        wait_until(lambda: not open_still.exists(), "every row has its outcome")
        assert states(imported) == {RowState.IMPORTED: 20}
        assert [one.name for one in threading.enumerate()].count("duty") == 1
    finally:
        duty.end(within=15)
    ledger_agrees(far_end, imported)


def test_two_drains_in_an_outage_share_one_breaker(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"send_lanes": 4, "breaker_pause": 30.0, "resend": False}
    far_end.set_faults({"rules": [{"call": "reuse", "do": "drop_before_commit"}]})
    imported = started(tokens(far_end, 100, APPROVED))
    opened = AuditEvent.objects.filter(deed="breaker.opened")
    with draining(), draining():
        wait_until(opened.exists, "the breaker opens")
        wait_until(lambda: not sending(imported)(), "no row is on the wire")
        time.sleep(0.5)
    assert opened.count() == 1
    assert Row.objects.of(imported).filter(doubt=True).count() <= 5 + 2 * 4


def test_nothing_is_sent_after_a_pause_was_confirmed(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"send_lanes": 3}
    far_end.set_faults(SLOW)
    imported = started(tokens(far_end, 30, APPROVED))
    with draining():
        wait_until(sending(imported), "rows are on the wire")
        imported = control.pause(imported.pk, by=None)
        assert imported.is_pausing
        wait_until(lambda: is_confirmed(imported), "the pause is confirmed")
        done = states(imported)
        time.sleep(1.0)
        assert states(imported) == done
    assert done[RowState.PENDING] > 20
    ledger_agrees(far_end, imported)


def test_a_row_on_the_wire_comes_to_its_end_in_a_cancelled_import(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING |= {"send_lanes": 3}
    far_end.set_faults(SLOW)
    imported = started(tokens(far_end, 10, APPROVED))
    with draining():
        wait_until(sending(imported), "rows are on the wire")
        imported = control.cancel(imported.pk, by=None)
        wait_until(lambda: is_confirmed(imported), "the cancelling is confirmed")
    found = states(imported)
    assert set(found) == {RowState.IMPORTED, RowState.CANCELLED}
    ledger_agrees(far_end, imported)


def test_a_stopped_drain_leaves_nothing_behind_that_another_cannot_finish(
    far_end: Sandbox,
) -> None:
    far_end.set_faults(SLOW)
    imported = started(tokens(far_end, 12, APPROVED))
    with draining():
        wait_until(sending(imported), "rows are on the wire")
    assert not sending(imported)()
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 12}
    ledger_agrees(far_end, imported)


def test_two_drains_share_an_import_and_redeem_nothing_twice(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 150, APPROVED))
    with draining(), draining():
        wait_until(lambda: not Row.objects.of(imported).undecided().exists(), "all is done")
    assert states(imported) == {RowState.IMPORTED: 150}
    ledger_agrees(far_end, imported)


def test_an_answer_that_cannot_be_stored_is_for_a_person(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 1, APPROVED))
    row = Row.objects.of(imported).get()
    work = Send(
        row.pk,
        imported.pk,
        row.version,
        "reuse",
        "id-only",
        "kr-1",
        0.0,
        0.0,
        0.0,
        0.0,
        "secret",
        row,
    )
    ticker = Ticker("test", Timing.current(), ClockKeeper(clock()), Rhythm(tick=0.0, breath=0.0))
    ticker.give_up(Sent(work, Unclear(), 0.0, 0.0))
    row.refresh_from_db()
    assert (row.state, row.reason) == (RowState.NEEDS_PERSON, Reason.UNSTORABLE)
    assert states(imported) == {RowState.NEEDS_PERSON: 1}


def test_a_paused_row_past_its_declared_deadline_is_too_late(far_end: Sandbox) -> None:
    contents = tokens(far_end, 2, APPROVED + "&columns=token,expires_at&ttl=600")
    imported = started(contents)
    control.pause(imported.pk, by=None)
    gone = timezone.now() - timedelta(seconds=1)
    Row.objects.of(imported).update(deadline_at=gone, claim_order=gone)
    redemption.drain()
    assert states(imported) == {RowState.EXPIRED: 2}


def test_a_customer_found_by_lookup_after_the_approval_is_approved(far_end: Sandbox) -> None:
    rules = [{"call": "reuse", "do": "drop_after_commit", "times": 1}]
    far_end.set_faults({"rules": rules, "review_delay_ms": 0})
    imported = started(tokens(far_end, 1, APPROVED))
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 1}
    read = Application.objects.filter(review_checks__gte=1)
    drain_until(read.exists)
    assert read.get().customer.kyc_status == "approved"
