"""What people decide about single rows, and what the row is afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from customers import retrying
from customers.control import NotPossible
from customers.models import Import, ImportState, Row, RowState
from customers.reasons import Reason
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    drain_to_the_end,
    ledger_agrees,
    outcome,
    started,
    states,
    tokens,
)
from tests.parts.import_maker import make_import

S = RowState
LONG_AGO = timezone.now() - timedelta(hours=2)


def a_row(state: RowState, of: ImportState = ImportState.FINISHED, **columns: Any) -> Row:
    """The only row of an import."""
    imported = make_import(state, state=of)
    Row.objects.of(imported).update(**columns)
    return Row.objects.of(imported).get()


def refused(**columns: Any) -> Row:
    """A refused row whose share token is kept."""
    soon = timezone.now() + timedelta(minutes=9)
    kept: dict[str, Any] = {"token_sealed": b"sealed", "token_until": soon, "deadline_at": soon}
    return a_row(S.REFUSED, **(kept | columns))


@pytest.mark.both_databases
def test_a_refused_row_goes_again_at_another_level(officer: User) -> None:
    row = retrying.at_another_level(refused().pk, "id-relaxed", by=officer)
    row.refresh_from_db()
    assert (row.state, row.level_name, row.error_code) == (S.PENDING, "id-relaxed", None)
    assert (row.token_sealed, row.token_until) == (b"sealed", None)
    assert states(row.import_ref) == {S.PENDING: 1}
    assert row.import_ref.state == ImportState.RUNNING
    event = AuditEvent.objects.get(deed="row.retried")
    assert (event.actor, event.details["level"]) == (officer, "id-relaxed")


@pytest.mark.parametrize(
    "columns",
    [
        {"error_code": 10507},
        {"token_sealed": None},
        {"deadline_at": LONG_AGO, "token_until": LONG_AGO},
    ],
    ids=["another level does not help", "the share token is erased", "its deadline passed"],
)
def test_no_other_level_is_tried_in_vain(officer: User, columns: dict[str, Any]) -> None:
    row = refused(**columns)
    with pytest.raises(NotPossible):
        retrying.at_another_level(row.pk, "id-relaxed", by=officer)
    assert Row.objects.get(pk=row.pk).version == row.version


def test_a_row_whose_token_was_uploaded_again_is_not_retried(officer: User) -> None:
    heir = a_row(S.PENDING, ImportState.RUNNING)
    with pytest.raises(NotPossible):
        retrying.at_another_level(refused(replaced_by=heir).pk, "id-relaxed", by=officer)


def test_the_same_level_and_a_cancelled_import_are_refused(officer: User) -> None:
    with pytest.raises(NotPossible, match="another level"):
        retrying.at_another_level(refused().pk, "id-only", by=officer)
    row = refused()
    Import.objects.filter(pk=row.import_ref_id).update(state=ImportState.CANCELLED)
    with pytest.raises(NotPossible, match="cancelled"):
        retrying.at_another_level(row.pk, "id-relaxed", by=officer)


def test_the_level_that_refused_takes_the_row_again_once_it_was_changed(officer: User) -> None:
    row = retrying.at_another_level(refused().pk, "id-only", level_changed=True, by=officer)
    row.refresh_from_db()
    assert (row.state, row.level_name) == (S.PENDING, "id-only")
    details = AuditEvent.objects.get(deed="row.retried").details
    assert (details["level"], details["level_changed"]) == ("id-only", True)


def test_only_who_may_decide_decides(viewer: User) -> None:
    row = a_row(S.NEEDS_PERSON, sent_at=LONG_AGO)
    with pytest.raises(NotPossible):
        retrying.at_another_level(refused().pk, "id-relaxed", by=viewer)
    with pytest.raises(NotPossible):
        retrying.ask_again(row.pk, "seen", by=viewer)
    with pytest.raises(NotPossible):
        retrying.close_as_absent(row.pk, "seen", by=viewer)
    assert not AuditEvent.objects.filter(deed__startswith="row.").exists()


@pytest.mark.both_databases
def test_asking_again_puts_the_row_in_doubt_and_looks_it_up_at_once(officer: User) -> None:
    row = a_row(S.NEEDS_PERSON, token_sealed=b"sealed", token_until=timezone.now())
    row = retrying.ask_again(row.pk, "  It is in the\ndashboard. ", by=officer)
    row.refresh_from_db()
    assert (row.state, row.doubt, row.token_until) == (S.CHECKING, True, None)
    assert row.next_lookup_at is not None
    assert row.next_lookup_at <= timezone.now()
    assert row.import_ref.state == ImportState.RUNNING
    told = AuditEvent.objects.get(deed="row.asked_again").details["words"]
    assert told == "It is in the dashboard."


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("columns", "ends"),
    [
        ({}, S.NOT_IMPORTED),
        ({"error_code": 10507}, S.REFUSED),
        ({"reason": Reason.APPLICANT_OWNED}, S.REFUSED),
    ],
    ids=["nothing known", "Sumsub said no", "another row's applicant"],
)
def test_a_row_is_closed_with_the_persons_words(
    officer: User, columns: dict[str, Any], ends: RowState
) -> None:
    row = a_row(S.NEEDS_PERSON, token_sealed=b"sealed", sent_at=LONG_AGO, **columns)
    row = retrying.close_as_absent(row.pk, "Not in the dashboard.", by=officer)
    row.refresh_from_db()
    assert (row.state, row.token_sealed) == (ends, None)
    assert AuditEvent.objects.get(deed="row.closed").details["after"] == ends
    assert states(row.import_ref) == {ends: 1}


def test_a_row_is_not_closed_while_sumsub_may_be_at_work(officer: User) -> None:
    row = a_row(S.NEEDS_PERSON, sent_at=timezone.now())
    with pytest.raises(NotPossible, match="may still be working"):
        retrying.close_as_absent(row.pk, "Not in the dashboard.", by=officer)


def test_words_are_needed_and_the_row_must_wait_for_a_person(officer: User) -> None:
    with pytest.raises(NotPossible, match="Say what you saw"):
        retrying.close_as_absent(a_row(S.NEEDS_PERSON).pk, " ", by=officer)
    with pytest.raises(NotPossible, match="does not wait"):
        retrying.ask_again(a_row(S.NOT_IMPORTED).pk, "seen", by=officer)


def test_another_level_takes_what_the_first_refused(far_end: Sandbox, officer: User) -> None:
    imported = started(tokens(far_end, 1, outcome("refused:10513")))
    assert drain_to_the_end(imported) == {S.REFUSED: 1}
    retrying.at_another_level(Row.objects.of(imported).get().pk, "id-relaxed", by=officer)
    assert drain_to_the_end(imported) == {S.IMPORTED: 1}
    assert imported.state == ImportState.FINISHED
    ledger_agrees(far_end, imported)
