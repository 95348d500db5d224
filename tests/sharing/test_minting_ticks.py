"""What one tick of minting claims, and for how long it may be written to the wire."""

import pytest

from sharing.clockwork import ClockKeeper
from sharing.gateway import clock
from sharing.minting_many.tick import Ticker
from sharing.minting_many.timing import Timing
from sharing.minting_many.work import Find, Mint
from sharing.models import Partner
from sharing.rhythm import Rhythm
from tests.parts.freezing import freezing_at_the_clock
from tests.sharing import minting

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TIMING = Timing()


def ticker() -> Ticker:
    return Ticker("test", TIMING, ClockKeeper(clock()), Rhythm(tick=0.0, breath=0.0))


def test_a_process_that_freezes_while_it_claims_has_less_time_to_mint_and_not_more(
    recipient: Partner,
) -> None:
    minting.started(b"applicantId\n66f0c2a4e19b7d3500000009\n", recipient)
    with freezing_at_the_clock() as told:
        [mint] = ticker().tick([], free=1).work
    assert isinstance(mint, Mint)
    assert mint.not_after <= told[-1] + TIMING.write_within


def test_a_process_that_freezes_has_less_time_to_look_up_and_not_more(recipient: Partner) -> None:
    minting.stored(b"externalId\nours-1\n", recipient)
    with freezing_at_the_clock() as told:
        [find] = ticker().finds(free=1)
    assert isinstance(find, Find)
    assert find.not_after <= told[-1] + TIMING.write_within
