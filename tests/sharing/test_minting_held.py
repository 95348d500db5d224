"""Batches whose recipient the register bars meanwhile: they wait, and go on by themselves."""

import html
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, Notice, User
from sharing import register
from sharing.minting import MintRefused
from sharing.minting_many import deeds
from sharing.minting_many.drain import drain, is_anything_due
from sharing.models import MintBatch, Partner, PartnerState
from sumsub.sandbox.process import Sandbox
from tests.parts.far_end import connection_settings
from tests.sharing import minting
from tests.sharing.conftest import Browse

# The drain works in threads of its own, which see committed rows only.
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
LAST_YEAR = timedelta(days=365)


@pytest.fixture
def far(settings: Settings, fresh_sandbox: Sandbox) -> Sandbox:
    """A sandbox of one's own, to which this process is connected as the donor."""
    for name, value in connection_settings(fresh_sandbox, "donor").items():
        setattr(settings, name, value)
    settings.MINTING_TIMING = {"idle": 0.1}
    return fresh_sandbox


@pytest.fixture
def held(far: Sandbox, recipient: Partner, admin: User, donor_operator: User) -> MintBatch:
    """A batch of five whose recipient was paused before the first was minted."""
    batch = minting.started(minting.csv_of(far, 5), recipient, by=donor_operator)
    register.set_state(recipient, PartnerState.PAUSED, by=admin)
    drain()
    assert minting.states(batch) == {"waiting": 5}
    assert batch.state == "held"
    return batch


def trail(batch: MintBatch) -> list[str]:
    """What was done to a batch since it was started, in order."""
    events = AuditEvent.objects.filter(subject=f"mint_batch:{batch.pk}").order_by("pk")
    return list(events.values_list("deed", flat=True))[2:]


def test_it_waits_and_says_why_and_that_it_goes_on_by_itself(
    held: MintBatch, donor_operator: User, client_for: Browse
) -> None:
    page = client_for(donor_operator).get(f"/share-tokens/minting/{held.pk}/").content.decode()
    said = html.unescape(page)
    assert "Velmora Bank is paused, so nothing is minted for it." in said
    assert "Then the batch goes on by itself; pause it if it should not." in said
    assert "Waits for the partner" in said
    assert trail(held) == ["minting.held"]
    [notice] = Notice.objects.filter(event="held")
    assert notice.person == donor_operator
    assert "goes on by itself" in notice.text
    # A worker has nothing to do for it, and is not kept busy.
    assert not is_anything_due()


def test_it_goes_on_by_itself_when_the_partner_is_active_again(
    held: MintBatch, recipient: Partner, admin: User
) -> None:
    register.set_state(recipient, PartnerState.ACTIVE, by=admin)
    assert is_anything_due()
    drain()
    assert minting.states(held) == {"minted": 5}
    assert (held.state, held.stop_sentence) == ("finished", "")
    assert trail(held) == ["minting.held", "minting.went_on", "minting.finished"]
    went_on = AuditEvent.objects.get(deed="minting.went_on")
    assert went_on.actor is None


def test_an_agreement_that_ended_holds_it_until_there_is_one_in_force(
    far: Sandbox, recipient: Partner
) -> None:
    batch = minting.started(minting.csv_of(far, 3), recipient)
    yesterday = timezone.now().date() - timedelta(days=1)
    Partner.objects.update(agreement_ends_on=yesterday)
    drain()
    assert minting.states(batch) == {"waiting": 3}
    assert batch.state == "held"
    Partner.objects.update(agreement_ends_on=yesterday + LAST_YEAR)
    drain()
    assert minting.states(batch) == {"minted": 3}


def test_one_that_a_person_paused_waits_for_a_person(
    far: Sandbox, recipient: Partner, admin: User, donor_operator: User, rf: RequestFactory
) -> None:
    batch = minting.started(minting.csv_of(far, 3), recipient)
    deeds.pause(batch.pk, by=donor_operator, request=rf.post("/"))
    register.set_state(recipient, PartnerState.PAUSED, by=admin)
    drain()
    register.set_state(recipient, PartnerState.ACTIVE, by=admin)
    drain()
    assert minting.states(batch) == {"waiting": 3}
    assert batch.state == "paused"


def test_one_that_was_held_and_then_paused_waits_for_a_person(
    held: MintBatch, recipient: Partner, admin: User, donor_operator: User, rf: RequestFactory
) -> None:
    deeds.pause(held.pk, by=donor_operator, request=rf.post("/"))
    register.set_state(recipient, PartnerState.ACTIVE, by=admin)
    drain()
    assert minting.states(held) == {"waiting": 5}
    assert (held.state, held.stop_sentence) == ("paused", "")
    deeds.resume(held.pk, by=donor_operator)
    drain()
    assert minting.states(held) == {"minted": 5}


def test_nobody_lets_it_go_on_while_the_register_bars_the_recipient(held: MintBatch) -> None:
    with pytest.raises(MintRefused, match="Velmora Bank is paused"):
        deeds.resume(held.pk, by=None)
    held.refresh_from_db()
    assert held.state == "held"


def test_it_can_be_cancelled_while_it_waits(
    held: MintBatch, recipient: Partner, admin: User, donor_operator: User, rf: RequestFactory
) -> None:
    deeds.cancel(held.pk, by=donor_operator, request=rf.post("/"))
    register.set_state(recipient, PartnerState.ACTIVE, by=admin)
    drain()
    assert minting.states(held) == {"cancelled": 5}
    assert (held.state, held.stop_sentence) == ("cancelled", "")
