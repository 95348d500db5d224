"""A far end to talk to, and both ways of talking to it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import uvloop

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


def run_in(loop: str, story: Coroutine[Any, Any, Any]) -> Any:
    """What a story ends in on an event loop: `asyncio`, or `uvloop` as in the drain."""
    factory = uvloop.new_event_loop if loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(story)


@pytest.fixture(params=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> str:
    """Both event loops, one after the other, for `run_in`."""
    return str(request.param)


@pytest.fixture(params=["client", "asyncio", "uvloop"])
def send(
    request: pytest.FixtureRequest, far_end: FarEnd, credentials: Credentials, clock: SumsubClock
) -> Send:
    """Makes a call the blocking way, and in a lane on either event loop: one law for all."""

    def blocking(call: Call[Any], url: str = far_end.url, **options: Any) -> Any:
        with Client(url, credentials, clock=clock, **options) as client:
            return client.send(call)

    async def in_lane(call: Call[Any], url: str = far_end.url, **options: Any) -> Any:
        async with Lane(url, credentials, clock=clock, **options) as lane:
            return await lane.send(call)

    def looped(call: Call[Any], **options: Any) -> Any:
        return run_in(request.param, in_lane(call, **options))

    return blocking if request.param == "client" else looped
