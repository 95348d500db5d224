"""When a lane wrote its request: the moment from which a call counts against the rate limit."""

import time

import pytest

from sumsub import calls
from sumsub.client import Lane
from sumsub.errors import LeaseEnded
from sumsub.signing import Credentials
from tests.sumsub.conftest import run_in
from tests.sumsub.far_end import FarEnd, answers

REUSE = calls.reuse("_act-sbx-0000-canary", "id-only", "cust-42")
APPLICANT = {"id": "66f1a0b2c3d4e5f607182930", "externalUserId": "cust-42"}


def test_a_lane_tells_when_it_wrote_and_that_it_did_not(
    far_end: FarEnd, credentials: Credentials, loop: str
) -> None:
    async def told() -> None:
        async with Lane(far_end.url, credentials) as lane:
            assert lane.wrote_at is None
            before = time.monotonic()
            await lane.send(REUSE)
            wrote_at = lane.wrote_at
            assert wrote_at is not None
            assert before < wrote_at < time.monotonic()
            with pytest.raises(LeaseEnded):
                await lane.send(REUSE, not_after=time.monotonic() - 1)
            assert lane.wrote_at is None

    far_end.will(answers(200, APPLICANT))
    run_in(loop, told())
