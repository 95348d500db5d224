"""What people do with a forecast: import those that pass, try another level; each exactly once."""

import pytest

from accounts.models import AuditEvent, User
from customers import intake
from customers.control import NotPossible
from customers.forecast.beginning import begin
from customers.forecast.deciding import import_passing, try_level
from customers.forecast.groups import Group, groups_of, parts_of
from customers.intake import AlreadyStarted, NotAllowed
from customers.models import Forecast, ImportState, LookKind, LookState, Outlook, Row, RowState
from customers.reasons import Reason
from customers.wording import story
from sharing.models import Partner, PartnerState
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
from tests.parts.partners import make_partner


def mixed(far_end: Sandbox) -> bytes:
    """Two of each: approved, documents requested, refused with 10513."""
    kinds = ("approved", "documents_requested", "refused:10513")
    lines = [line for kind in kinds for line in tokens(far_end, 2, outcome(kind)).split()[1:]]
    return b"token\n" + b"\n".join(lines) + b"\n"


def test_only_those_that_pass_are_sent_and_the_others_say_why_not(
    far_end: Sandbox, officer: User
) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    assert events(far_end)["redeemed"] == 0
    assert import_passing(imported.pk, with_documents=True, by=officer) == 4
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 4, RowState.CANCELLED: 2}
    ledger_agrees(far_end, imported)
    row = Row.objects.of(imported).in_state(RowState.CANCELLED).select_related("forecast").first()
    assert row is not None
    assert (row.reason, row.error_code, row.token_sealed) == (Reason.FORECAST, 10513, None)
    assert "Not sent: Sumsub's preview spoke against it. Document type" in story(row).what
    event = AuditEvent.objects.get(deed="import.started")
    assert (event.actor, event.details["rows"], event.details["not_sent"]) == (officer, 4, 2)


def test_documents_requested_need_not_count_as_passing(far_end: Sandbox) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    assert import_passing(imported.pk, with_documents=False, by=None) == 2
    assert states(imported) == {RowState.PENDING: 2, RowState.CANCELLED: 4}


def test_a_second_click_starts_nothing(far_end: Sandbox) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    import_passing(imported.pk, with_documents=True, by=None)
    with pytest.raises(AlreadyStarted):
        import_passing(imported.pk, with_documents=True, by=None)
    with pytest.raises(AlreadyStarted):
        intake.start(imported.pk, by=None)
    with pytest.raises(AlreadyStarted):
        begin(imported.pk, LookKind.ALL, by=None)


def test_after_a_sample_nobody_knows_which_would_pass(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 60, outcome("approved")))
    looked(imported, LookKind.SAMPLE)
    with pytest.raises(NotPossible, match="Not every row"):
        import_passing(imported.pk, with_documents=True, by=None)


def test_when_no_row_passes_nothing_is_started(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 2, outcome("refused:10507")))
    looked(imported)
    with pytest.raises(NotPossible, match="No row would pass"):
        import_passing(imported.pk, with_documents=True, by=None)
    assert states(imported) == {RowState.STAGED: 2}
    assert imported.state == ImportState.STAGED


def test_a_partner_paused_meanwhile_starts_nothing(far_end: Sandbox) -> None:
    partner = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)
    imported = stored(tokens(far_end, 2, outcome("approved")), partner=partner)
    looked(imported)
    Partner.objects.update(state=PartnerState.PAUSED)
    with pytest.raises(NotAllowed):
        import_passing(imported.pk, with_documents=True, by=None)


def test_everything_can_be_imported_whatever_the_forecast(far_end: Sandbox) -> None:
    imported = stored(mixed(far_end))
    looked(imported)
    intake.start(imported.pk, by=None)
    assert drain_to_the_end(imported) == {RowState.IMPORTED: 4, RowState.REFUSED: 2}


def test_a_used_share_token_that_came_before_is_sent_to_its_lookup(far_end: Sandbox) -> None:
    contents = tokens(far_end, 2, outcome("approved"))
    imported = stored(contents)
    looked(imported)
    some = Row.objects.of(imported).on_lines([2])
    some.update(look_first=True)
    Forecast.objects.filter(row__in=some).update(outlook=Outlook.REFUSED, reason=Reason.TOKEN_DEAD)
    import_passing(imported.pk, with_documents=True, by=None)
    row = some.get()
    assert row.state == RowState.PENDING
    assert row.next_lookup_at is not None


# ---- another level ----------------------------------------------------------------------------


def test_a_few_refused_rows_are_tried_at_the_other_levels(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 3, outcome("refused:10513")))
    look = looked(imported)
    assert look.at_levels
    assert {tried["asked"] for tried in look.at_levels} == {3}
    assert any(tried["passes"] + tried["documents"] == 3 for tried in look.at_levels)
    assert look.refused_count == 3
    assert events(far_end)["redeemed"] == 0


def test_rows_of_a_reason_are_looked_at_again_at_another_level(
    far_end: Sandbox, officer: User
) -> None:
    imported = stored(mixed(far_end))
    look = looked(imported)
    (group,) = [one for one in groups_of(look) if one.outlook == Outlook.REFUSED]
    better = max(
        look.at_levels or [], key=lambda tried: (tried["group"] == group.key, tried["passes"])
    )
    assert try_level(imported.pk, group.key, better["level"], by=officer) == 2
    look = look_of(imported)
    assert (look.state, look.refused_count, look.answered) == (LookState.ASKING, 0, 4)
    ask()
    look = look_of(imported)
    assert (look.is_whole, look.refused_count, look.answered) == (True, 0, 6)
    moved = Row.objects.of(imported).filter(level_name=better["level"])
    assert moved.count() == 2
    event = AuditEvent.objects.get(deed="import.level_changed")
    assert (event.actor, event.details["rows"], event.details["level"]) == (
        officer,
        2,
        better["level"],
    )


def test_a_level_is_not_changed_while_sumsub_is_being_asked(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 2))
    begin(imported.pk, LookKind.ALL, by=None)
    with pytest.raises(NotPossible, match="Wait"):
        try_level(imported.pk, "refused", "id-relaxed", by=None)
    with pytest.raises(NotPossible, match="already"):
        begin(imported.pk, LookKind.ALL, by=None)


def test_a_group_that_is_none_moves_nothing(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 2, outcome("approved")))
    looked(imported)
    for key in ("refused", "nonsense", "refused.rule.99999999999.x."):
        with pytest.raises(NotPossible, match="None of these rows"):
            try_level(imported.pk, key, "id-relaxed", by=None)


def test_a_sample_too_tells_which_level_would_take_its_refused_rows(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 60, outcome("refused:10513")))
    look = looked(imported, LookKind.SAMPLE)
    assert look.refused_count == 50
    assert any(tried["passes"] + tried["documents"] for tried in look.at_levels or [])


def test_a_groups_key_names_it_whatever_its_error_is_called() -> None:
    group = Group(Outlook.REFUSED, Reason.RULE, 10599, "a.b%2E.c", "STEP.1,STEP2", 3)
    named = (group.outlook, group.reason, group.error_code, group.error_name, group.steps)
    assert parts_of(group.key) == named
