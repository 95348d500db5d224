"""A far end to talk to, and both ways of talking to it."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sumsub.calls import Call
from sumsub.client import Client, Lane
from sumsub.clock import SumsubClock
from sumsub.signing import Credentials
from tests.sumsub import far_end as servers
from tests.sumsub.far_end import FarEnd

Send = Callable[..., Any]
"""send(call, url=..., **timeouts): one call over a client of its own."""


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    with servers.far_end() as server:
        yield server


@pytest.fixture
def credentials() -> Credentials:
    return Credentials("sbx:app-token-canary.part-two", "secret-key-canary")


@pytest.fixture
def clock() -> SumsubClock:
    """A clock that stands at 2026-11-20 00:00:00 UTC."""
    return SumsubClock(lambda: 1795132800.0)


@pytest.fixture(params=["client", "lane"])
def send(
    request: pytest.FixtureRequest, far_end: FarEnd, credentials: Credentials, clock: SumsubClock
) -> Send:
    """Makes a call the blocking way and the async way: what goes for one goes for the other."""

    def blocking(call: Call[Any], url: str = far_end.url, **options: Any) -> Any:
        with Client(url, credentials, clock=clock, **options) as client:
            return client.send(call)

    async def in_lane(call: Call[Any], url: str = far_end.url, **options: Any) -> Any:
        async with Lane(url, credentials, clock=clock, **options) as lane:
            return await lane.send(call)

    def looped(call: Call[Any], **options: Any) -> Any:
        return asyncio.run(in_lane(call, **options))

    return blocking if request.param == "client" else looped
