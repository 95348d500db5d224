"""A donor that may not share any more: its running imports wait, and go on by themselves."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from customers import announcing, control, intake
from customers.control import NotPossible
from customers.forecast.beginning import begin
from customers.intake import NotAllowed
from customers.models import Gate, GateReason, Import, ImportState, LookKind, RowState
from sharing import register
from sharing.models import Partner, PartnerRefusal, PartnerState
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_until, outcome, started, states, stored, tokens
from tests.parts.partners import make_partner

pytestmark = pytest.mark.django_db(transaction=True)
Browse = Callable[[User], Client]


@pytest.fixture
def donor(far_end: Sandbox) -> Partner:
    """The sandbox's workspace `donor`, with an agreement in force."""
    return make_partner(name="Ostermoor Pay", client_id=far_end.donor.client_id, is_donor=True)


def _redeemed(far_end: Sandbox) -> int:
    return Counter(entry["event"] for entry in far_end.ledger())["redeemed"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change",
    [
        {"state": PartnerState.PAUSED},
        {"state": PartnerState.REMOVED},
        {"agreement_ends_on": timezone.now().date() - timedelta(days=1)},
        {"agreement_reference": ""},
    ],
    ids=["paused", "removed", "agreement ended", "agreement gone"],
)
def test_rows_of_a_running_import_wait_while_the_register_stops_their_donor(
    far_end: Sandbox, donor: Partner, change: dict[str, object]
) -> None:
    imported = started(tokens(far_end, 3, outcome("approved")), partner=donor)
    before, whole = _redeemed(far_end), Partner.objects.values(*change).get()
    Partner.objects.update(**change)
    drain_until(Gate.objects.closed().exists)
    gate = Gate.objects.closed().get()
    assert (gate.scope, gate.reason) == (f"register:{donor.pk}", GateReason.REGISTER)
    assert "Ostermoor Pay" in gate.detail
    assert states(imported) == {RowState.PENDING: 3}
    assert _redeemed(far_end) == before
    Partner.objects.update(**whole)
    drain_until(lambda: states(imported) == {RowState.IMPORTED: 3})
    assert not Gate.objects.closed().exists()
    deeds = AuditEvent.objects.of_deed("gate").order_by("pk").values_list("deed", flat=True)
    assert list(deeds) == ["gate.closed", "gate.opened"]


def test_imports_of_other_donors_and_of_nobody_go_on(far_end: Sandbox, donor: Partner) -> None:
    held = started(tokens(far_end, 1, outcome("approved")), partner=donor)
    Partner.objects.update(state=PartnerState.PAUSED)
    free = started(tokens(far_end, 2, outcome("approved")))
    drain_until(lambda: states(free) == {RowState.IMPORTED: 2})
    assert states(held) == {RowState.PENDING: 1}


def test_nobody_opens_the_registers_gate_by_hand_and_the_page_says_who_can(
    far_end: Sandbox, donor: Partner, officer: User, client_for: Browse
) -> None:
    imported = started(tokens(far_end, 1, outcome("approved")), partner=donor)
    Partner.objects.update(state=PartnerState.PAUSED)
    drain_until(Gate.objects.closed().exists)
    gate, client = Gate.objects.get(), client_for(officer)
    page = client.get(f"/imports/{imported.pk}/").content.decode()
    assert "The register stops this donor." in page
    assert "Ostermoor Pay is paused, so nothing is imported from it." in page
    assert "Open the gate" not in page
    answer = client.post(f"/gates/{gate.pk}/open/", follow=True)
    assert "The gate opens by itself then." in answer.content.decode()
    with pytest.raises(NotPossible):
        control.open_gate(gate.pk, by=officer)
    assert Gate.objects.closed().exists()


def test_without_a_drain_the_gate_closes_and_opens_all_the_same_and_people_are_told(
    far_end: Sandbox, donor: Partner, officer: User
) -> None:
    imported = started(tokens(far_end, 1, outcome("approved")), partner=donor)
    Import.objects.update(created_by=officer)
    Partner.objects.update(state=PartnerState.PAUSED)
    announcing.tell()
    assert Notice.objects.get(person=officer).title.endswith("The register stops this donor")
    control.cancel(imported.pk, by=officer)
    announcing.tell()
    assert not Gate.objects.closed().exists(), "nothing is held any more"


def test_the_words_of_the_gate_follow_what_the_register_says(
    far_end: Sandbox, donor: Partner
) -> None:
    started(tokens(far_end, 1, outcome("approved")), partner=donor)
    Partner.objects.update(state=PartnerState.PAUSED)
    announcing.tell()
    Partner.objects.update(state=PartnerState.REMOVED)
    announcing.tell()
    assert "is removed from the register" in Gate.objects.closed().get().detail
    assert AuditEvent.objects.of_deed("gate").count() == 1


# ---- every door ---------------------------------------------------------------------------------


def test_a_stored_import_says_on_its_page_why_it_cannot_start(
    far_end: Sandbox, donor: Partner, officer: User, client_for: Browse
) -> None:
    imported = stored(tokens(far_end, 1, outcome("approved")), partner=donor)
    Partner.objects.update(agreement_signed_on=None)
    client = client_for(officer)
    page = client.get(f"/imports/{imported.pk}/").content.decode()
    assert "has no day of signature yet, so nothing is imported from it." in page
    answer = client.post(f"/imports/{imported.pk}/start/", follow=True)
    assert "has no day of signature yet" in answer.content.decode()
    imported.refresh_from_db()
    assert imported.state == ImportState.STAGED


@pytest.mark.parametrize("kind", LookKind)
def test_nothing_is_looked_at_of_a_donor_that_may_not_share(
    far_end: Sandbox, donor: Partner, kind: LookKind
) -> None:
    imported = stored(tokens(far_end, 1, outcome("approved")), partner=donor)
    Partner.objects.update(state=PartnerState.PAUSED)
    with pytest.raises(NotAllowed, match="Ostermoor Pay is paused"):
        begin(imported.pk, kind, by=None)


def test_new_share_tokens_for_rows_of_a_stopped_donor_do_not_come_in_unstated(
    far_end: Sandbox, donor: Partner
) -> None:
    old = started(tokens(far_end, 1, outcome("refused:10507")), partner=donor)
    Partner.objects.update(state=PartnerState.PAUSED)
    old.refresh_from_db()
    with pytest.raises(NotAllowed, match="Ostermoor Pay is paused"):
        stored(tokens(far_end, 1, outcome("approved")), renews=Import.objects.get(pk=old.pk))


def test_an_import_whose_donor_was_left_unstated_says_so_in_the_trail(far_end: Sandbox) -> None:
    stored(tokens(far_end, 1, outcome("approved")))
    assert AuditEvent.objects.get(deed="import.created").details["donor"] == "not stated"


def test_a_stopped_donor_is_no_choice_and_the_page_says_why(
    far_end: Sandbox, donor: Partner, officer: User, client_for: Browse
) -> None:
    client = client_for(officer)
    assert "cannot be chosen" not in client.get("/customers/add/").content.decode()
    Partner.objects.update(agreement_reference="")
    page = client.get("/customers/add/").content.decode()
    assert f"Ostermoor Pay ({donor.client_id})" not in page
    assert "No agreement with Ostermoor Pay is recorded, so nothing is imported from it." in page


def test_an_import_started_before_its_donor_was_stopped_is_refused_at_its_end_of_storing(
    far_end: Sandbox, donor: Partner
) -> None:
    donor.refresh_from_db()
    Partner.objects.update(state=PartnerState.PAUSED)
    with pytest.raises(NotAllowed):
        intake.check_partner(Partner.objects.get())


# ---- health -------------------------------------------------------------------------------------


def test_the_register_learns_of_refusals_by_reason(far_end: Sandbox, donor: Partner) -> None:
    contents = tokens(far_end, 2, outcome("refused:10507"))
    imported = started(contents, partner=donor)
    drain_until(lambda: states(imported) == {RowState.REFUSED: 2})
    counted = PartnerRefusal.objects.get()
    assert (counted.partner, counted.error_code, counted.count) == (donor, 10507, 2)
    assert counted.title
    donor.refresh_from_db()
    assert donor.refused_count == 2
    register.record_redeemed(donor.pk, 1)
