"""The way of a row against the real far end: every answer, and the honest end of each row."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent
from customers import control
from customers.models import (
    Application,
    Customer,
    Import,
    ImportMode,
    ImportState,
    Row,
    RowState,
)
from customers.reasons import Reason
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    codes,
    drain_to_the_end,
    drain_until,
    ledger_agrees,
    outcome,
    started,
    states,
    tokens,
)

APPROVED = outcome("approved")


def fault(do: str, call: str = "reuse", **more: Any) -> dict[str, Any]:
    return {"rules": [{"call": call, "do": do, **more}], "review_delay_ms": 300}


def test_each_row_becomes_a_customer_or_an_honest_reason(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 60))
    found = drain_to_the_end(imported)
    assert found[RowState.IMPORTED] + found[RowState.REFUSED] == 60
    assert len(codes(imported)) > 10
    assert Customer.objects.count() == Application.objects.count() == found[RowState.IMPORTED]
    assert imported.state == ImportState.FINISHED
    ledger_agrees(far_end, imported)


def test_no_share_token_is_left_where_the_row_is_settled(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 60))
    drain_to_the_end(imported)
    keeping = Row.objects.of(imported).exclude(token_sealed=None)
    assert set(keeping.values_list("state", flat=True)) <= {RowState.REFUSED}
    assert set(keeping.values_list("error_code", flat=True)) <= {10510, 10511, 10512, 10513, 10517}
    assert not keeping.filter(token_until=None).exists()


def test_a_kept_share_token_is_erased_at_its_deadline(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 1, outcome("refused:10513")))
    drain_to_the_end(imported)
    row = Row.objects.of(imported).get()
    assert row.token_sealed is not None
    Row.objects.filter(pk=row.pk).update(token_until=timezone.now() - timedelta(seconds=1))
    gone = Row.objects.filter(pk=row.pk, token_sealed=None)
    drain_until(gone.exists)


def test_an_answer_lost_after_the_commit_is_found_by_lookup(far_end: Sandbox) -> None:
    far_end.set_faults(fault("drop_after_commit", times=3))
    imported = started(tokens(far_end, 12, APPROVED))
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 12}
    assert Row.objects.of(imported).filter(confirmed_by_lookup=True).count() == 3
    ledger_agrees(far_end, imported)


@pytest.mark.parametrize("do", ["truncate", "error_after_commit"])
def test_an_unreadable_answer_is_found_by_lookup(far_end: Sandbox, do: str) -> None:
    far_end.set_faults(fault(do, times=2))
    imported = started(tokens(far_end, 6, APPROVED))
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 6}
    ledger_agrees(far_end, imported)


@pytest.mark.parametrize("do", ["drop_before_commit", "error_before_commit"])
def test_a_request_lost_before_the_commit_is_sent_once_more(far_end: Sandbox, do: str) -> None:
    far_end.set_faults(fault(do, times=2))
    imported = started(tokens(far_end, 6, APPROVED))
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 6}
    assert Row.objects.of(imported).filter(resends=1).count() == 2
    ledger_agrees(far_end, imported)


def test_without_resend_a_lost_request_ends_as_not_imported(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING |= {"resend": False}
    far_end.set_faults(fault("drop_before_commit", times=1))
    imported = started(tokens(far_end, 4, APPROVED))
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 3, RowState.NOT_IMPORTED: 1}
    ledger_agrees(far_end, imported)


def test_an_expired_token_is_refused_and_not_retried(far_end: Sandbox, settings: Settings) -> None:
    contents = tokens(far_end, 1, APPROVED + "&ttl=1")
    far_end.set_faults({"clock_offset_seconds": 30})
    imported = started(contents)
    assert drain_to_the_end(imported) == {RowState.REFUSED: 1}
    row = Row.objects.of(imported).get()
    assert (row.reason, row.attempts, row.lookups) == (Reason.TOKEN_DEAD, 1, 0)
    assert row.token_sealed is None


def test_a_row_past_its_declared_deadline_is_not_sent(far_end: Sandbox) -> None:
    contents = tokens(far_end, 2, APPROVED + "&columns=token,expires_at&ttl=1")
    imported = started(contents)
    Row.objects.of(imported).update(deadline_at=timezone.now() - timedelta(seconds=1))
    assert drain_to_the_end(imported) == {RowState.EXPIRED: 2}
    assert not [event for event in far_end.ledger() if event["event"] == "refused"]


def test_a_throttled_row_waits_and_is_imported(far_end: Sandbox) -> None:
    far_end.set_faults(fault("throttle", times=2))
    imported = started(tokens(far_end, 5, APPROVED))
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 5}
    ledger_agrees(far_end, imported)


# ---- an outage ------------------------------------------------------------------------------


def test_an_outage_puts_a_few_rows_in_doubt_and_not_the_file(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING |= {"send_lanes": 4, "breaker_pause": 30.0, "resend": False}
    far_end.set_faults(fault("drop_before_commit"))
    imported = started(tokens(far_end, 100, APPROVED))
    drain_until(AuditEvent.objects.filter(deed="breaker.opened").exists)
    assert Row.objects.of(imported).filter(doubt=True).count() <= 5 + 4


def test_rows_go_on_by_themselves_after_an_outage(far_end: Sandbox) -> None:
    far_end.set_faults(fault("drop_before_commit", times=8))
    imported = started(tokens(far_end, 40, APPROVED))
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 40}
    assert AuditEvent.objects.filter(deed="breaker.closed").exists()
    ledger_agrees(far_end, imported)


def test_an_unreachable_sumsub_burns_no_row(far_end: Sandbox, settings: Settings) -> None:
    right, settings.SUMSUB_BASE_URL = settings.SUMSUB_BASE_URL, "http://127.0.0.1:9"
    imported = started(tokens(far_end, 10, APPROVED))
    drain_until(AuditEvent.objects.filter(deed="breaker.opened").exists)
    assert states(imported) == {RowState.PENDING: 10}
    settings.SUMSUB_BASE_URL = right
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 10}


# ---- people in between ----------------------------------------------------------------------


def test_nothing_is_sent_while_an_import_is_paused(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 5, APPROVED))
    control.pause(imported.pk, by=None)
    other = started(tokens(far_end, 3, APPROVED))
    drain_to_the_end(other)
    assert states(imported) == {RowState.PENDING: 5}
    control.resume(imported.pk, by=None)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 5}


def test_a_cancelled_import_gives_up_what_was_not_sent_and_erases_the_tokens(
    far_end: Sandbox,
) -> None:
    imported = started(tokens(far_end, 5, APPROVED))
    control.cancel(imported.pk, by=None)
    assert states(imported) == {RowState.CANCELLED: 5}
    assert not Row.objects.of(imported).exclude(token_sealed=None).exists()
    with pytest.raises(control.NotPossible):
        control.resume(imported.pk, by=None)


def test_a_large_import_is_given_up_in_parts_and_nothing_of_it_is_sent(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING = settings.REDEMPTION_TIMING | {"give_up_rows": 2}
    imported = started(tokens(far_end, 5, APPROVED))
    control.cancel(imported.pk, by=None)
    assert states(imported) == {RowState.CANCELLED: 2, RowState.PENDING: 3}
    assert drain_to_the_end(imported) == {RowState.CANCELLED: 5}
    assert not [one for one in far_end.ledger() if one["event"] == "redeemed"]
    assert not Row.objects.of(imported).exclude(token_sealed=None).exists()


def test_share_tokens_that_are_still_being_given_up_may_come_again(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING = settings.REDEMPTION_TIMING | {"give_up_rows": 2}
    contents = tokens(far_end, 5, APPROVED)
    first = started(contents)
    control.cancel(first.pk, by=None)
    header, *lines = contents.splitlines(keepends=True)
    again = started(b"".join((header, lines[4])))
    assert states(first) == {RowState.CANCELLED: 3, RowState.PENDING: 2}
    assert drain_to_the_end(again) == {RowState.IMPORTED: 1}
    ledger_agrees(far_end, again)


def test_cancelled_tokens_may_come_again_and_are_looked_up_first(far_end: Sandbox) -> None:
    contents = tokens(far_end, 3, APPROVED)
    first = started(contents)
    control.cancel(first.pk, by=None)
    again = started(contents)
    assert drain_to_the_end(again) == {RowState.IMPORTED: 3}
    replaced = Row.objects.of(first).exclude(replaced_by=None)
    assert replaced.count() == 3
    ledger_agrees(far_end, again)


def test_the_same_tokens_again_are_duplicates_of_their_owners(far_end: Sandbox) -> None:
    contents = tokens(far_end, 3, APPROVED)
    first = started(contents)
    drain_to_the_end(first)
    again = started(contents)
    assert states(again) == {RowState.DUPLICATE: 3}
    assert again.state == ImportState.FINISHED
    ledger_agrees(far_end, first)


def test_a_run_of_dead_tokens_pauses_the_import(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"dead_token_run": 5, "send_lanes": 2}
    contents = tokens(far_end, 40, APPROVED + "&ttl=1")
    far_end.set_faults({"clock_offset_seconds": 30})
    imported = started(contents)
    paused = Import.objects.filter(pk=imported.pk, state=ImportState.PAUSED)
    drain_until(paused.exists)
    assert states(imported)[RowState.PENDING] >= 30


# ---- after the import -----------------------------------------------------------------------


def test_approved_and_documents_requested_become_visible(far_end: Sandbox) -> None:
    imported = started(
        tokens(far_end, 3, APPROVED) + tokens(far_end, 2, outcome("documents_requested"))[6:]
    )
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 5}
    change = Import.objects.get(pk=imported.pk).change
    approved = Application.objects.filter(sumsub_review_answer="GREEN")
    drain_until(lambda: approved.count() == 3)
    assert Application.objects.filter(sumsub_review_status="init").count() == 2
    assert Import.objects.get(pk=imported.pk).change > change
    assert set(approved.values_list("customer__kyc_status", flat=True)) == {"approved"}
    tomorrow = timezone.now() + timedelta(hours=23)
    assert not approved.due_for_review_refresh(tomorrow).exists()


def test_an_inherited_approval_of_a_copy_is_not_ours(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 2, APPROVED), mode=ImportMode.COPY)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 2}
    read = Application.objects.filter(review_checks__gte=1)
    drain_until(lambda: read.count() == 2)
    assert set(read.values_list("inherited_review", flat=True)) == {True}
    assert not Customer.objects.filter(kyc_status="approved").exists()
    ledger_agrees(far_end, imported)


def test_a_missing_address_is_stood_in_for_by_a_placeholder(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 60))
    drain_to_the_end(imported)
    stood_in = [one for one in Customer.objects.all() if one.address_is_placeholder]
    real = [one for one in Customer.objects.all() if not one.address_is_placeholder]
    assert stood_in
    assert real
    assert {(one.street, one.city) for one in stood_in} == {("", "")}
