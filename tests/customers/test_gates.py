"""Gates: what is not a row's fault holds rows back, burns none, and is one notice."""

from collections import Counter

import pytest
from pytest_django.fixtures import Settings

from accounts.keyring import generate_keys
from accounts.models import AuditEvent
from customers import control
from customers.models import Gate, GateReason, Import, ImportMode, Row, RowState
from sharing.models import Budget
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
from tests.parts.partners import make_partner

APPROVED = outcome("approved")


def closed_gates() -> list[tuple[str, str]]:
    return list(Gate.objects.closed().values_list("scope", "reason"))


def test_wrong_credentials_hold_all_rows_back_and_burn_none(
    far_end: Sandbox, settings: Settings
) -> None:
    right, settings.SUMSUB_SECRET_KEY = settings.SUMSUB_SECRET_KEY, "wrong-secret"
    imported = started(tokens(far_end, 30, APPROVED))
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [("connection", GateReason.CREDENTIALS)]
    assert states(imported) == {RowState.PENDING: 30}
    assert AuditEvent.objects.filter(deed="gate.closed").count() == 1
    settings.SUMSUB_SECRET_KEY = right
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 30}
    assert AuditEvent.objects.filter(deed="gate.opened").count() == 1
    ledger_agrees(far_end, imported)


def test_donors_that_are_no_partners_are_one_notice_and_a_person_reopens(
    far_end: Sandbox,
) -> None:
    contents = tokens(far_end, 20, APPROVED)
    far_end.set_workspace("recipient", {"partners": []})
    imported = started(contents)
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [(f"import:{imported.pk}", GateReason.NOT_PARTNERS)]
    assert states(imported) == {RowState.PENDING: 20}
    far_end.set_workspace("recipient", {"partners": [far_end.donor.client_id]})
    control.open_gate(Gate.objects.closed().get().pk, by=None)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 20}


def test_an_unknown_level_holds_the_import_back(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 8, APPROVED), level_name="no such level")
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [(f"import:{imported.pk}", GateReason.PARAMETERS)]
    assert states(imported) == {RowState.PENDING: 8}


def test_a_closed_gate_holds_back_only_what_is_behind_it(far_end: Sandbox) -> None:
    stuck = started(tokens(far_end, 3, APPROVED), level_name="no such level")
    drain_until(Gate.objects.closed().exists)
    free = started(tokens(far_end, 3, APPROVED))
    assert drain_to_the_end(free) == {RowState.IMPORTED: 3}
    assert states(stuck) == {RowState.PENDING: 3}


def test_a_skewed_clock_corrects_itself_and_burns_no_row(far_end: Sandbox) -> None:
    contents = tokens(far_end, 10, APPROVED + "&ttl=3600")
    far_end.set_faults({"clock_offset_seconds": 300, "review_delay_ms": 300})
    imported = started(contents)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 10}
    assert closed_gates() == []


def test_a_clock_that_is_wrong_again_burns_no_row_and_needs_nobody(far_end: Sandbox) -> None:
    early, late = (tokens(far_end, 6, APPROVED + "&ttl=3600") for _ in range(2))
    far_end.set_faults({"clock_offset_seconds": 300, "review_delay_ms": 300})
    assert drain_both_ways(far_end, started(early), started(late)) == {RowState.IMPORTED: 6}
    assert closed_gates() == []


def drain_both_ways(far_end: Sandbox, first: Import, second: Import) -> Counter[str]:
    """One drain meets one clock for the first import and another for the second."""
    control.pause(second.pk, by=None)
    turned: list[bool] = []

    def turn_when_first_is_done() -> bool:
        if not turned and not Row.objects.of(first).undecided().exists():
            far_end.set_faults({"clock_offset_seconds": -300, "review_delay_ms": 300})
            control.resume(second.pk, by=None)
            turned.append(True)
        return bool(turned) and not Row.objects.of(second).undecided().exists()

    drain_until(turn_when_first_is_done)
    return states(second)


def test_a_contradicted_partnership_closes_the_partners_gate_and_is_noted_in_the_register(
    far_end: Sandbox,
) -> None:
    partner = make_partner(name="Donor", client_id="donor.example", is_donor=True)
    contents = tokens(far_end, 4, APPROVED)
    far_end.set_workspace("recipient", {"partners": []})
    imported = started(contents, partner=partner)
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [(f"partner:{partner.pk}", GateReason.NOT_PARTNERS)]
    assert states(imported) == {RowState.PENDING: 4}
    partner.refresh_from_db()
    assert partner.contradicted_at is not None


@pytest.mark.parametrize(
    ("change", "back", "scope", "reason"),
    [
        (
            {"permissions": ["view_applicants", "share_applicants"]},
            {"permissions": ["view_applicants", "share_applicants", "create_applicants"]},
            "connection",
            GateReason.PERMISSION,
        ),
        ({"reuse_enabled": False}, {"reuse_enabled": True}, "reuse", GateReason.DISABLED),
    ],
    ids=["no permission to create applicants", "Reusable KYC switched off"],
)
def test_what_only_sumsubs_side_can_mend_waits_for_a_person(
    far_end: Sandbox,
    change: dict[str, object],
    back: dict[str, object],
    scope: str,
    reason: GateReason,
) -> None:
    contents = tokens(far_end, 6, APPROVED)
    far_end.set_workspace("recipient", change)
    imported = started(contents)
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [(scope, reason)]
    assert states(imported) == {RowState.PENDING: 6}
    far_end.set_workspace("recipient", back)
    control.open_gate(Gate.objects.closed().get().pk, by=None)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 6}
    ledger_agrees(far_end, imported)


def test_copying_switched_off_holds_copies_back_and_nothing_else(far_end: Sandbox) -> None:
    to_copy, to_reuse = tokens(far_end, 4, APPROVED), tokens(far_end, 3, APPROVED)
    far_end.set_workspace("recipient", {"copy_enabled": False})
    copies = started(to_copy, mode=ImportMode.COPY)
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [("copy", GateReason.DISABLED)]
    assert drain_to_the_end(started(to_reuse)) == {RowState.IMPORTED: 3}
    assert states(copies) == {RowState.PENDING: 4}
    far_end.set_workspace("recipient", {"copy_enabled": True})
    control.open_gate(Gate.objects.closed().get().pk, by=None)
    assert drain_to_the_end(copies) == {RowState.IMPORTED: 4}


def test_share_tokens_that_no_key_opens_hold_the_import_back(
    far_end: Sandbox, settings: Settings
) -> None:
    imported = started(tokens(far_end, 3, APPROVED))
    right, settings.RELAY_KEYS = settings.RELAY_KEYS, generate_keys()
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [(f"import:{imported.pk}", GateReason.KEYS)]
    settings.RELAY_KEYS = right
    control.open_gate(Gate.objects.closed().get().pk, by=None)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 3}


def test_lookups_without_permission_close_the_gate_instead_of_proving_absence(
    far_end: Sandbox,
) -> None:
    far_end.set_faults({"rules": [{"call": "reuse", "do": "drop_after_commit", "times": 1}]})
    imported = started(tokens(far_end, 1, APPROVED))
    far_end.set_workspace("recipient", {"permissions": ["create_applicants"]})
    drain_until(Gate.objects.closed().exists)
    assert closed_gates() == [("connection", GateReason.PERMISSION)]
    assert states(imported) == {RowState.CHECKING: 1}
    assert Row.objects.of(imported).get().absents == 0


def test_an_absence_without_positive_control_is_no_evidence(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING |= {"control_fresh": 0.0, "resend": False}
    drain_to_the_end(started(tokens(far_end, 1, APPROVED)))
    blind = [
        {"call": "reuse", "do": "drop_after_commit", "times": 1},
        {"call": "lookup", "do": "stale"},
    ]
    far_end.set_faults({"rules": blind, "review_delay_ms": 300})
    imported = started(tokens(far_end, 1, APPROVED))
    asked = Row.objects.of(imported).filter(lookups__gte=3)
    drain_until(asked.exists)
    row = Row.objects.of(imported).get()
    assert (row.state, row.absents) == (RowState.CHECKING, 0)
    far_end.set_faults({"rules": []})
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 1}


def test_a_throttled_lookup_slows_the_reading_budget(far_end: Sandbox, settings: Settings) -> None:
    settings.SUMSUB_GET_LIMIT = "300/5s"
    rules = [
        {"call": "reuse", "do": "drop_after_commit", "times": 1},
        {"call": "lookup", "do": "throttle", "times": 1},
    ]
    far_end.set_faults({"rules": rules})
    drain_to_the_end(started(tokens(far_end, 1, APPROVED)))
    assert Budget.objects.get(kind="get").pace < 1
