"""What becomes of a row: the rules, without a database and without waiting."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from customers import decisions
from customers.decisions import Circumstances, Decision
from customers.models import GateReason, Import, ImportState, Row, RowState
from customers.outcomes import Answer, Class
from customers.reasons import Reason
from customers.timing import Timing
from sumsub.records import Applicant, Lookup

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
TIMING = Timing()
ABSENT = Lookup(exists=False)


def at(
    *, moment: datetime = NOW, state: str = ImportState.RUNNING, **of_import: Any
) -> Circumstances:
    imported = Import(pk=48, state=state, level_name="id-only", created_at=NOW, **of_import)
    return Circumstances(now=moment, imported=imported, timing=TIMING)


def a_row(state: str = RowState.SENDING, **columns: Any) -> Row:
    columns = {"token_sealed": b"sealed", "sent_at": NOW, "version": 3, "attempts": 1} | columns
    return Row(pk=1, import_ref_id=48, line=2, state=state, **columns)


def in_doubt(**columns: Any) -> Row:
    return a_row(RowState.CHECKING, doubt=True, checking_since=NOW, **columns)


def sent(row: Row, kind: Class, here: Circumstances | None = None, **answer: Any) -> Decision:
    return decisions.after_sending(row, Answer(kind, **answer), here or at())


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


# ---- after a redemption ---------------------------------------------------------------------


def test_a_success_imports_the_row_and_erases_its_token() -> None:
    decision = sent(a_row(), Class.OK, applicant=Applicant(id="66f1"))
    assert decision.state == RowState.IMPORTED
    assert decision.changes["applicant_id"] == "66f1"
    assert decision.changes["token_sealed"] is None


def test_an_undelivered_row_waits_and_tries_again() -> None:
    decision = sent(a_row(), Class.NOT_DELIVERED)
    assert decision.state == RowState.PENDING
    assert decision.changes["not_before"] > NOW


def test_a_throttled_row_waits_as_long_as_sumsub_says() -> None:
    decision = sent(a_row(), Class.THROTTLED, retry_after=7.0)
    assert decision.state == RowState.PENDING
    assert decision.changes["not_before"] == NOW + timedelta(seconds=7)


@pytest.mark.parametrize("kind", [Class.OUR_FAULT, Class.PARTNER_FAULT])
def test_a_fault_beyond_the_row_closes_a_gate_and_does_not_count_as_an_attempt(
    kind: Class,
) -> None:
    decision = sent(a_row(attempts=2), kind, gate=GateReason.CREDENTIALS)
    assert decision.state == RowState.PENDING
    assert decision.gate == GateReason.CREDENTIALS
    assert decision.changes["attempts"] == 1


def test_a_refused_token_is_looked_up_once_before_it_is_believed() -> None:
    row = a_row()
    decision = sent(row, Class.TOKEN_REFUSED, status=401)
    assert decision.state == RowState.CHECKING
    assert decision.changes["doubt"] is False
    confirmed = decisions.after_lookup(a_row(RowState.CHECKING, reason="token_dead"), ABSENT, at())
    assert confirmed.state == RowState.REFUSED


def test_expired_token_whose_applicant_exists_is_imported() -> None:
    row = a_row(RowState.CHECKING, reason=Reason.TOKEN_DEAD)
    found = Lookup(exists=True, applicant=Applicant(id="66f1"))
    decision = decisions.after_lookup(row, found, at())
    assert decision.state == RowState.IMPORTED
    assert decision.changes["confirmed_by_lookup"] is True


def test_a_rule_refuses_at_once_and_keeps_sumsubs_code() -> None:
    decision = sent(a_row(), Class.REFUSED, status=400, error_code=10507, error_name="x")
    assert decision.state == RowState.REFUSED
    assert decision.changes["error_code"] == 10507
    assert decision.changes["token_sealed"] is None


@pytest.mark.parametrize("code", [10510, 10511, 10512, 10513, 10517])
def test_a_refusal_that_another_level_may_avoid_keeps_the_token_until_its_deadline(
    code: int,
) -> None:
    decision = sent(a_row(deadline_at=minutes(9)), Class.REFUSED, error_code=code)
    assert "token_sealed" not in decision.changes
    assert decision.changes["token_until"] == minutes(9)


def test_without_a_declared_deadline_such_a_token_is_kept_20_minutes_from_the_upload() -> None:
    decision = sent(a_row(), Class.REFUSED, error_code=10513)
    assert decision.changes["token_until"] == minutes(20)


def test_a_refusal_of_a_row_in_doubt_is_only_believed_when_absence_is_final() -> None:
    decision = sent(in_doubt(), Class.REFUSED, status=400, error_code=10507)
    assert decision.state == RowState.CHECKING
    row = in_doubt(error_code=10507, reason=Reason.RULE)
    assert decisions.after_lookup(row, ABSENT, at()).state == RowState.CHECKING
    row = in_doubt(error_code=10507, absents=4, last_absent_at=minutes(10))
    assert decisions.after_lookup(row, ABSENT, at(moment=minutes(16))).state == RowState.REFUSED


def test_the_first_wrong_request_closes_the_imports_gate() -> None:
    decision = sent(a_row(), Class.WRONG_REQUEST, gate=GateReason.PARAMETERS)
    assert decision.state == RowState.PENDING
    assert decision.gate == GateReason.PARAMETERS


@pytest.mark.parametrize(
    ("row", "here"),
    [(a_row(wrong_requests=1), at()), (a_row(), at(accepted=True))],
    ids=["the gate was reopened", "Sumsub took the parameters before"],
)
def test_a_wrong_request_that_is_the_rows_own_fault_closes_nothing(
    row: Row, here: Circumstances
) -> None:
    decision = sent(row, Class.WRONG_REQUEST, here, gate=GateReason.PARAMETERS)
    assert decision.state == RowState.CHECKING
    assert decision.gate is None


def test_an_unclear_answer_puts_the_row_in_doubt_and_keeps_the_token() -> None:
    decision = sent(a_row(), Class.UNKNOWN)
    assert decision.state == RowState.CHECKING
    assert decision.changes["doubt"] is True
    assert "token_sealed" not in decision.changes
    assert decision.changes["next_lookup_at"] == NOW + timedelta(seconds=2)


def test_a_lease_that_ended_never_returns_the_row_to_the_queue() -> None:
    decision = decisions.lease_ended(a_row(), at())
    assert decision.state == RowState.CHECKING
    assert decision.changes["doubt"] is True


@pytest.mark.parametrize("kind", [Class.NOT_DELIVERED, Class.THROTTLED, Class.OUR_FAULT])
def test_back_to_waiting_means_cancelled_in_a_cancelled_import(kind: Class) -> None:
    assert sent(a_row(), kind, at(state=ImportState.CANCELLED)).state == RowState.CANCELLED


def test_back_to_waiting_means_too_late_past_a_declared_deadline() -> None:
    decision = sent(a_row(deadline_at=minutes(-1)), Class.NOT_DELIVERED)
    assert decision.state == RowState.EXPIRED


@pytest.mark.parametrize("state", [ImportState.RUNNING, ImportState.CANCELLED])
def test_a_row_in_doubt_is_neither_cancelled_nor_expired(state: str) -> None:
    row = a_row(doubt=True, deadline_at=minutes(-1))
    assert sent(row, Class.NOT_DELIVERED, at(state=state)).state == RowState.CHECKING


# ---- after a lookup -------------------------------------------------------------------------


def test_no_answer_and_no_control_change_nothing_but_the_schedule() -> None:
    decision = decisions.after_lookup(in_doubt(), None, at())
    assert decision.state == RowState.CHECKING
    assert "absents" not in decision.changes
    assert decision.changes["next_lookup_at"] == NOW + timedelta(seconds=5)


def test_absence_is_final_after_15_quiet_minutes_and_five_absents_five_minutes_apart() -> None:
    row = in_doubt(absents=4, last_absent_at=minutes(10), first_absent_at=NOW)
    final = decisions.after_lookup(row, ABSENT, at(moment=minutes(15)))
    assert final.state == RowState.NOT_IMPORTED
    assert final.changes["token_sealed"] is None


@pytest.mark.parametrize(
    ("row", "moment"),
    [
        (in_doubt(absents=4, last_absent_at=minutes(9)), minutes(14.9)),
        (in_doubt(absents=3, last_absent_at=minutes(9)), minutes(15)),
        (in_doubt(absents=4, last_absent_at=minutes(11)), minutes(15)),
    ],
    ids=["not quiet long enough", "too few absents", "the last two too close"],
)
def test_absence_is_not_final_before(row: Row, moment: datetime) -> None:
    assert decisions.after_lookup(row, ABSENT, at(moment=moment)).state == RowState.CHECKING


def test_one_absence_is_final_five_minutes_past_a_declared_deadline() -> None:
    row = in_doubt(deadline_at=minutes(1))
    early = decisions.after_lookup(row, ABSENT, at(moment=minutes(5.9)))
    late = decisions.after_lookup(row, ABSENT, at(moment=minutes(6.1)))
    assert (early.state, late.state) == (RowState.CHECKING, RowState.NOT_IMPORTED)


def test_after_an_unreadable_success_absence_is_for_a_person() -> None:
    row = in_doubt(after_success=True, absents=4, last_absent_at=minutes(10))
    decision = decisions.after_lookup(row, ABSENT, at(moment=minutes(15)))
    assert decision.state == RowState.NEEDS_PERSON
    assert decision.changes["token_until"] == minutes(20)


def test_a_resend_is_cleared_after_three_absents_over_90_seconds() -> None:
    row = in_doubt(absents=2, first_absent_at=NOW)
    decision = decisions.after_lookup(row, ABSENT, at(moment=minutes(1.6)))
    assert decision.state == RowState.CHECKING
    assert decision.changes["resend_cleared"] is True


@pytest.mark.parametrize(
    ("columns", "moment"),
    [
        ({"absents": 1, "first_absent_at": NOW}, minutes(1.6)),
        ({"absents": 2, "first_absent_at": minutes(1)}, minutes(1.6)),
        ({"absents": 2, "first_absent_at": NOW, "resends": 1}, minutes(1.6)),
        ({"absents": 2, "first_absent_at": NOW, "after_success": True}, minutes(1.6)),
        ({"absents": 2, "first_absent_at": NOW, "error_code": 10507}, minutes(1.6)),
        ({"absents": 2, "first_absent_at": NOW, "deadline_at": minutes(2.5)}, minutes(1.6)),
    ],
    ids=["few absents", "short span", "sent twice", "after a 2xx", "refused", "dies soon"],
)
def test_no_resend_otherwise(columns: dict[str, Any], moment: datetime) -> None:
    decision = decisions.after_lookup(in_doubt(**columns), ABSENT, at(moment=moment))
    assert decision.changes["resend_cleared"] is False


def test_the_end_of_the_schedule_is_a_persons() -> None:
    last = len(TIMING.lookup_offsets) + TIMING.lookup_hours - 1
    decision = decisions.after_lookup(in_doubt(lookups=last), None, at(moment=minutes(60 * 25)))
    assert decision.state == RowState.NEEDS_PERSON
    assert decision.changes["reason"] == Reason.UNANSWERABLE


# ---- ids of the file as Sumsub's ids --------------------------------------------------------


def test_an_id_that_exists_before_the_first_send_is_refused() -> None:
    row = a_row(RowState.PENDING, look_first=True, sent_at=None)
    found = Lookup(exists=True, applicant=Applicant(id="66f1"))
    decision = decisions.after_lookup(row, found, at(sends_external_ids=True))
    assert decision.state == RowState.REFUSED
    assert decision.changes["reason"] == Reason.ID_IN_USE


def test_a_derived_id_that_exists_before_the_first_send_is_our_own_earlier_import() -> None:
    row = a_row(RowState.PENDING, look_first=True, sent_at=None)
    found = Lookup(exists=True, applicant=Applicant(id="66f1"))
    assert decisions.after_lookup(row, found, at()).state == RowState.IMPORTED


def test_an_absent_id_may_be_sent() -> None:
    row = a_row(RowState.PENDING, look_first=True, sent_at=None)
    decision = decisions.after_lookup(row, ABSENT, at())
    assert decision.state == RowState.PENDING
    assert decision.changes["look_first"] is False


@pytest.mark.parametrize(
    ("created", "state"),
    [(minutes(1), RowState.IMPORTED), (minutes(-2), RowState.NEEDS_PERSON)],
    ids=["created after our send", "created before it"],
)
def test_a_found_file_id_counts_only_if_created_after_our_send(
    created: datetime, state: str
) -> None:
    found = Lookup(exists=True, applicant=Applicant(id="66f1", created_at=created))
    row = in_doubt(first_sent_at=NOW, sent_at=minutes(5))
    decision = decisions.after_lookup(row, found, at(sends_external_ids=True))
    assert decision.state == state
