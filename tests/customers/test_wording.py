"""The words for rows, gates and reviews: every case has some, in the product's tone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import (
    Application,
    Gate,
    GateReason,
    GateScope,
    Import,
    ImportState,
    Row,
    RowState,
)
from customers.reasons import Reason
from customers.wording import Story, gate_sentence, owner_label, review_words, story
from sumsub.auth_codes import CREDENTIAL_CODES
from sumsub.codes import REFUSAL_CODES

FORBIDDEN = re.compile(r"(?i:\bfail|unknown|please|oops|successful|\berror\b)|!|\bNone\b(?! of)")


def told(state: str, reason: str = "", **values: Any) -> Story:
    return story(Row(state=state, reason=reason, **values))


def reads_well(*texts: str) -> None:
    for text in texts:
        assert not FORBIDDEN.search(text), text
        assert not re.search(r"\s\s|\.\.|“”", text), text
    for sentence in texts[1:]:
        assert sentence.endswith("."), sentence


@pytest.mark.parametrize("state", list(RowState))
def test_every_state_with_every_reason_has_words(state: RowState) -> None:
    for reason in ("", *Reason):
        found = told(state, reason)
        assert found.label == state.label
        reads_well(found.label, found.what, found.next_step)
        assert not FORBIDDEN.search(found.reason_title)


@pytest.mark.parametrize("code", REFUSAL_CODES, ids=lambda code: code.name)
def test_every_refusal_of_sumsub_reads_as_its_table_says(code: Any) -> None:
    found = told("refused", Reason.RULE, error_code=code.code, error_name=code.name)
    if code.code == 10503:
        found = told("refused", Reason.RULE, error_code=code.code)
    assert found.reason_title == code.title
    assert code.cause in found.what
    assert found.next_step == code.next_step
    reads_well(found.label, found.what, found.next_step)


def test_the_two_meanings_of_10518_are_told_apart_by_name() -> None:
    titles = {
        told("refused", Reason.RULE, error_code=10518, error_name=name).reason_title
        for name in ("reusable-kyc-email-mismatch", "copy-applicant-disabled")
    }
    assert len(titles) == 2


def test_a_code_outside_the_table_is_said_as_it_came() -> None:
    found = told("refused", Reason.UNKNOWN_RULE, error_code=10599, error_name="brand-new")
    assert "10599 brand-new" in found.what


def test_the_sentences_of_the_contract_stand_word_for_word() -> None:
    assert told("checking", Reason.NO_ANSWER, doubt=True).what == (
        "Sumsub may have received this one. We are asking. Do not request a new token yet."
    )
    assert told("not_imported", Reason.NEVER_CREATED).what == (
        "Confirmed: no applicant was created. Ask the donor for a new token."
    )
    assert told("invalid", Reason.FORMULA, line=1404).what.startswith(
        "Line 1\u00a0404 holds a spreadsheet formula, not a token."
    )


def test_a_refusal_that_is_being_confirmed_says_so_and_asks_for_patience() -> None:
    found = told("checking", Reason.TOKEN_DEAD)
    assert "Sumsub said no" in found.what
    assert "Do not request a new token yet." in found.what
    in_doubt = told("checking", Reason.TOKEN_DEAD, doubt=True)
    assert "may have received" in in_doubt.what


def test_a_row_that_came_too_late_tells_its_times() -> None:
    now = timezone.now().replace(hour=14, minute=6, second=15)
    row = {
        "issued_at": now - timedelta(minutes=20),
        "deadline_at": now,
        "created_at": now - timedelta(seconds=260),
        "settled_at": now,
    }
    what = told("expired", Reason.DEADLINE, **row).what
    assert "14:06:15" in what
    assert "13:46:15" in what
    assert "4\u00a0min\u00a020\u00a0s" in what


def test_a_waiting_row_says_when_it_goes_again_and_why_it_waits() -> None:
    at = timezone.now().replace(hour=14, minute=8, second=21)
    assert "14:08:21" in told("pending", Reason.THROTTLED, not_before=at).what
    paused = Row(state="pending", import_ref=Import(state=ImportState.PAUSED))
    assert story(paused).next_step == "Resume the import."
    assert "Sumsub is asked" in told("pending", Reason.LOOK_FIRST, look_first=True).what
    assert told("pending", Reason.LOOK_FIRST).what == "Waits for its turn."


def test_a_duplicate_names_the_row_that_owns_its_token() -> None:
    here, there = Import(pk=48), Import(pk=41)
    at = timezone.now().replace(hour=14, minute=3, second=0)
    owner = Row(pk=1, import_ref=there, line=17, state="imported", settled_at=at)
    found = Row(
        state="duplicate", reason=Reason.DUPLICATE_ELSEWHERE, duplicate_of=owner, import_ref=here
    )
    assert story(found).what == "Already in line 17 of import 41, imported 14:03:00."
    same = Row(pk=2, import_ref=here, line=398, state="pending")
    twin = Row(state="duplicate", reason=Reason.DUPLICATE_IN_FILE, duplicate_of=same)
    twin.import_ref = here
    assert story(twin).what == "Same token as line 398 of this file, waiting."
    assert owner_label(same) == "line 398 of import 48, waiting"


def test_a_replaced_row_points_at_the_one_that_decides() -> None:
    heir = Row(pk=9, import_ref=Import(pk=50), line=3, state="imported")
    row = Row(state="cancelled", reason=Reason.CANCELLED, replaced_by=heir)
    assert "line 3 of import 50 (imported)" in story(row).what
    bare = Row(state="cancelled", reason=Reason.CANCELLED, replaced_by_id=9)
    assert "later import" in story(bare).what


def test_an_imported_row_says_how_we_know_and_how_its_review_stands() -> None:
    application = Application(sumsub_review_status="completed", sumsub_review_answer="GREEN")
    row = Row(state="imported", confirmed_by_lookup=True, application=application)
    assert story(row).what == "Customer created. Confirmed by lookup. Approved at Sumsub."


# ---- reviews --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "answer", "reject_type", "word"),
    [
        ("init", "", "", "Documents requested"),
        ("pending", "", "", "Pending"),
        ("queued", "", "", "Queued"),
        ("onHold", "", "", "Requires action"),
        ("completed", "GREEN", "", "Approved"),
        ("completed", "RED", "RETRY", "Resubmission requested"),
        ("completed", "RED", "FINAL", "Rejected"),
        ("", "", "", "Not read yet"),
        ("brandNew", "", "", "“brandNew”"),
        ("completed", "YELLOW", "", "“completed YELLOW”"),
    ],
)
def test_a_review_reads_as_in_the_dashboard(
    status: str, answer: str, reject_type: str, word: str
) -> None:
    found = review_words(
        Application(
            sumsub_review_status=status,
            sumsub_review_answer=answer,
            sumsub_reject_type=reject_type,
        )
    )
    assert str(found) == found.word == word
    reads_well(found.word, found.sentence, found.next_step)


def test_the_approval_of_a_copy_is_never_called_approved() -> None:
    copied = Application(
        inherited_review=True, sumsub_review_status="completed", sumsub_review_answer="GREEN"
    )
    found = review_words(copied)
    assert found.word != "Approved"
    assert "donor" in found.word
    assert "not ours" in found.sentence


# ---- gates ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", list(GateReason))
@pytest.mark.parametrize("scope", ["connection", "reuse", "copy", "partner:3", "import:41"])
def test_every_gate_says_what_is_safe_and_who_opens_it(reason: GateReason, scope: str) -> None:
    sentence = gate_sentence(Gate(scope=scope, reason=reason))
    reads_well("", sentence)
    assert "none is lost" in sentence


@pytest.mark.parametrize("code", CREDENTIAL_CODES, ids=lambda code: str(code.code))
def test_a_gate_over_credentials_names_sumsubs_code(code: Any) -> None:
    gate = Gate(scope="connection", reason=GateReason.CREDENTIALS, error_code=code.code)
    sentence = gate_sentence(gate)
    assert sentence.startswith(f"Sumsub rejects our credentials ({code.code}). {code.title}.")
    assert sentence.endswith(
        "No row is sent and none is lost. Whoever runs the server renews the app token in its "
        "environment or file; Settings checks it again."
    )


def test_a_gate_over_a_feature_names_the_feature() -> None:
    reuse = Gate(scope=GateScope.REUSE, reason=GateReason.DISABLED, error_code=10505)
    copy = Gate(scope=GateScope.COPY, reason=GateReason.DISABLED, error_code=10518)
    assert "has not enabled Reusable KYC for our workspace (10505)" in gate_sentence(reuse)
    assert "has not enabled Copy Applicant" in gate_sentence(copy)


def test_a_gate_over_parameters_repeats_sumsubs_words() -> None:
    gate = Gate(scope="import:3", reason=GateReason.PARAMETERS, detail="No such level: x")
    assert "“No such level: x”" in gate_sentence(gate)
