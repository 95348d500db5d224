"""Lanes: how many one process keeps on the wire, how often it looks for more, and their pool."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sharing.limits import Limit
from sumsub.client import Lane

Work = TypeVar("Work")
Result = TypeVar("Result")

# A call may take this long at Sumsub; lanes = rate x this x headroom keep the budget busy.
LONG_LATENCY = 1.5
HEADROOM = 1.3
MOST_LANES = 400
LANES_WITHOUT_LIMIT = 400


def lanes_within(limit: Limit) -> int:
    """How many calls one process keeps on the wire so that the budget is the limit."""
    if not limit.calls:
        return LANES_WITHOUT_LIMIT
    return min(MOST_LANES, max(4, math.ceil(limit.per_second * LONG_LATENCY * HEADROOM)))


def breath_within(limit: Limit, *, tick: float, breath: float) -> float:
    """Seconds between two ticks of a drain that waste no permit of `limit`.

    A tick costs the same for one row as for ten, so at a limit it takes what has gathered. Half of
    the burst gathers at most: a tick that comes late finds the other half, and loses nothing.
    """
    if not limit.calls:
        return tick
    return max(tick, min(breath, limit.burst * limit.interval / 2))


async def hold_until(moment: float) -> None:
    """Hold a call back until the monotonic moment that its permit is for."""
    if (early := moment - time.monotonic()) > 0:
        await asyncio.sleep(early)


class LanePool(Generic[Work, Result]):
    """Lanes made when they are first needed and used again, the warmest first.

    `carry` takes one piece of work over a lane; failures come back as results, never as exceptions.
    """

    def __init__(
        self, make: Callable[[], Lane], carry: Callable[[Lane, Work], Awaitable[Result]]
    ) -> None:
        self._make = make
        self._carry = carry
        self._idle: list[Lane] = []

    def warm_up(self) -> None:
        """Make the first lane now: what is built once must not delay the first permit's use."""
        self._idle.append(self._make())

    async def carry(self, work: Work) -> Result:
        """Do one piece of work over the warmest lane."""
        lane = self._idle.pop() if self._idle else self._make()
        try:
            return await self._carry(lane, work)
        finally:
            self._idle.append(lane)

    async def close(self) -> None:
        """Close all idle lanes."""
        while self._idle:
            await self._idle.pop().aclose()
