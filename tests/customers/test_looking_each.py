"""Each row is looked at just before it is sent: the look runs a little ahead of the drain."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from customers import control
from customers.control import NotPossible
from customers.duty import Duty, look_at_what_is_due
from customers.forecast import storing
from customers.forecast.beginning import begin
from customers.forecast.deciding import send_rest
from customers.forecast.meaning import Meaning
from customers.forecast.questions import question_about
from customers.models import (
    Gate,
    Import,
    ImportState,
    LookKind,
    LookState,
    Outlook,
    Row,
    RowState,
)
from customers.reasons import Reason
from customers.timing import Timing
from sharing.database_clock import database_now
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    drain_to_the_end,
    ledger_agrees,
    outcome,
    states,
    stored,
    tokens,
)
from tests.customers.looking import ask, events, look_of, looked
from tests.parts.waiting import wait_until


def looking_work(stop: threading.Event) -> None:
    """The second thread of a worker, which leaves no connection behind here."""
    try:
        look_at_what_is_due(stop)
    finally:
        connections.close_all()


@contextmanager
def on_duty() -> Iterator[None]:
    """A thread looks while something else goes on here."""
    duty = Duty(looking_work)
    duty.wake()
    try:
        yield
    finally:
        duty.end(within=10)


def each(contents: bytes, **choices: Any) -> Import:
    imported = stored(contents)
    begin(imported.pk, LookKind.EACH, by=None, **choices)
    imported.refresh_from_db()
    return imported


def test_rows_that_pass_are_sent_and_the_others_are_given_up_unsent(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 40))
    with on_duty():
        found = drain_to_the_end(imported)
    assert set(found) == {RowState.IMPORTED, RowState.CANCELLED}
    assert imported.state == ImportState.FINISHED
    assert look_of(imported).state == LookState.DONE
    ledger_agrees(far_end, imported)


def test_a_row_that_was_not_sent_says_why_and_keeps_no_share_token(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 1, outcome("refused:10513")))
    with on_duty():
        drain_to_the_end(imported)
    row = Row.objects.of(imported).get()
    assert (row.state, row.reason, row.error_code) == (RowState.CANCELLED, Reason.FORECAST, 10513)
    assert row.token_sealed is None
    assert row.attempts == 0
    assert events(far_end)["redeemed"] == 0


def test_only_a_few_rows_wait_for_their_turn_at_once(far_end: Sandbox, settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = "10/5s"
    imported = each(tokens(far_end, 30, outcome("approved")))
    stop = threading.Event()
    threading.Timer(1.5, stop.set).start()
    ask(stop)
    found = states(imported)
    assert 2 <= found[RowState.PENDING] <= 8
    assert found[RowState.STAGED] == 30 - found[RowState.PENDING]


def test_a_paused_import_is_not_looked_at_further(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 3))
    control.pause(imported.pk, by=None)
    ask()
    assert not events(far_end)
    control.resume(imported.pk, by=None)
    ask()
    assert look_of(imported).answered == 3


def test_an_answer_that_comes_after_the_pause_counts_for_nothing(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 1, outcome("approved")))
    row = Row.objects.of(imported).get()
    asked = question_about(row, imported)
    control.pause(imported.pk, by=None)
    answer = [(asked, Meaning(Outlook.PASSES))]
    storing.store(look_of(imported), answer, database_now(), Timing.current())
    assert look_of(imported).answered == 0
    control.resume(imported.pk, by=None)
    with on_duty():
        assert drain_to_the_end(imported) == {RowState.IMPORTED: 1}


def test_after_a_look_at_all_rows_each_is_asked_about_anew(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 3, outcome("approved")))
    looked(imported)
    begin(imported.pk, LookKind.EACH, by=None)
    assert look_of(imported).answered == 0
    with on_duty():
        assert drain_to_the_end(imported) == {RowState.IMPORTED: 3}
    assert look_of(imported).passes_count == 3
    assert events(far_end)["previewed"] == 6


def test_refused_credentials_close_the_gate_that_sending_would_close(
    far_end: Sandbox, settings: Settings
) -> None:
    imported = each(tokens(far_end, 3, outcome("approved")))
    right, settings.SUMSUB_SECRET_KEY = settings.SUMSUB_SECRET_KEY, "wrong"
    with on_duty():
        wait_until(Gate.objects.closed().exists, "the gate is closed")
    assert states(imported) == {RowState.STAGED: 3}
    settings.SUMSUB_SECRET_KEY = right
    with on_duty():
        assert drain_to_the_end(imported) == {RowState.IMPORTED: 3}


def test_a_row_whose_share_token_came_before_goes_to_its_lookup_unasked(far_end: Sandbox) -> None:
    contents = tokens(far_end, 1, outcome("approved"))
    first = stored(contents)
    control.cancel(first.pk, by=None)
    again = each(contents)
    with on_duty():
        assert drain_to_the_end(again) == {RowState.IMPORTED: 1}
    assert events(far_end)["previewed"] == 0


def test_a_row_past_its_declared_deadline_is_too_late_and_not_asked_about(
    far_end: Sandbox,
) -> None:
    imported = stored(tokens(far_end, 1, outcome("approved")))
    gone = timezone.now() - timedelta(seconds=5)
    Row.objects.of(imported).update(deadline_at=gone, claim_order=gone)
    begin(imported.pk, LookKind.EACH, by=None)
    with on_duty():
        assert drain_to_the_end(imported) == {RowState.EXPIRED: 1}
    assert not events(far_end)


def test_documents_requested_can_count_as_not_passing(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 2, outcome("documents_requested")), documents_pass=False)
    with on_duty():
        assert drain_to_the_end(imported) == {RowState.CANCELLED: 2}


def test_the_rest_can_be_sent_unasked(far_end: Sandbox, officer: User) -> None:
    imported = each(tokens(far_end, 3, outcome("approved")))
    assert send_rest(imported.pk, by=officer) == 3
    with pytest.raises(NotPossible):
        send_rest(imported.pk, by=officer)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 3}
    assert events(far_end)["previewed"] == 0
    assert AuditEvent.objects.get(deed="import.look_ended").actor == officer


def test_the_rest_of_a_large_import_goes_on_in_parts(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"rest_rows": 2}
    imported = each(tokens(far_end, 5, outcome("approved")))
    assert send_rest(imported.pk, by=None) == 5
    assert states(imported) == {RowState.PENDING: 2, RowState.STAGED: 3}
    assert look_of(imported).state == LookState.ENDING
    with pytest.raises(NotPossible):
        send_rest(imported.pk, by=None)
    ask()
    assert states(imported) == {RowState.PENDING: 5}
    assert look_of(imported).state == LookState.DONE
    assert not events(far_end)


def test_the_rest_waits_while_its_import_is_paused(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"rest_rows": 2}
    imported = each(tokens(far_end, 5, outcome("approved")))
    control.pause(imported.pk, by=None)
    send_rest(imported.pk, by=None)
    ask()
    assert states(imported)[RowState.STAGED] == 3
    control.resume(imported.pk, by=None)
    ask()
    assert states(imported) == {RowState.PENDING: 5}


def test_the_rest_goes_in_the_order_of_deadlines(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"rest_rows": 1}
    imported = each(tokens(far_end, 3, outcome("approved")))
    soon = timezone.now() + timedelta(minutes=5)
    Row.objects.of(imported).on_lines([4]).update(deadline_at=soon, claim_order=soon)
    send_rest(imported.pk, by=None)
    assert Row.objects.of(imported).waiting().get().line == 4


def test_a_look_whose_last_answer_finishes_the_import_is_done_and_told(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 2, outcome("refused:10513")))
    ask()
    assert states(imported) == {RowState.CANCELLED: 2}
    assert imported.state == ImportState.FINISHED
    assert look_of(imported).state == LookState.DONE
    assert AuditEvent.objects.filter(deed="import.looked").count() == 1


def test_dead_share_tokens_in_a_row_pause_the_import_before_all_are_given_up(
    far_end: Sandbox, settings: Settings, officer: User
) -> None:
    settings.REDEMPTION_TIMING |= {"dead_token_run": 3}
    imported = each(b"token\n" + b"".join(b"_act-unknown-%d\n" % n for n in range(8)))
    ask()
    assert states(imported) == {RowState.CANCELLED: 3, RowState.STAGED: 5}
    assert (imported.state, imported.pause_reason) == (ImportState.PAUSED, "dead_tokens")
    assert imported.dead_token_run == 3
    assert not Row.objects.of(imported).not_started().filter(token_sealed=None).exists()
    event = AuditEvent.objects.get(deed="import.paused")
    assert (event.actor, event.details["reason"]) == (None, "dead_tokens")
    assert look_of(imported).answered == 3
    control.resume(imported.pk, by=officer)
    ask()
    assert states(imported) == {RowState.CANCELLED: 6, RowState.STAGED: 2}


def test_dead_share_tokens_among_others_pause_nothing(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"dead_token_run": 3, "preview_lanes": 1}
    good = tokens(far_end, 2, outcome("approved")).split()[1:]
    dead = [b"_act-unknown-%d" % n for n in range(4)]
    lines = [*dead[:2], good[0], *dead[2:], good[1]]
    imported = each(b"token\n" + b"\n".join(lines) + b"\n")
    ask()
    assert states(imported) == {RowState.CANCELLED: 4, RowState.PENDING: 2}
    assert imported.state == ImportState.RUNNING


def test_cancelling_gives_up_what_was_not_looked_at(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 3, outcome("approved")))
    control.cancel(imported.pk, by=None)
    ask()
    assert states(imported) == {RowState.CANCELLED: 3}


def test_two_threads_never_send_a_row_twice(far_end: Sandbox) -> None:
    imported = each(tokens(far_end, 40, outcome("approved")))
    with on_duty(), on_duty():
        assert drain_to_the_end(imported) == {RowState.IMPORTED: 40}
    ledger_agrees(far_end, imported)
