"""The drain: ticks and lanes in one loop, until nothing is due or it is told to stop."""

import asyncio
import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache

import uvloop

from customers.redemption.due import is_anything_due
from customers.redemption.lanes import breath_for, carry, lanes_for
from customers.redemption.tick import Ticker
from customers.redemption.work import Result, Send, Work
from customers.timing import Timing
from sharing import budget, gateway, leaseholder
from sharing.clockwork import ClockKeeper
from sharing.drain_loop import CONNECTION_LOST, DrainLoop, tried
from sharing.lanes import LanePool

logger = logging.getLogger(__name__)

# New objects after which the collector looks for cycles, of which a drain makes few.
COLLECT_AFTER = (20_000, 20, 50)


def drain(*, until: Callable[[], bool] | None = None, stop: threading.Event | None = None) -> None:
    """Serve every running import from this process.

    Without `until` it returns when nothing is due soon; with it, it goes on until `until()` is
    true (asked from the thread that holds the database connection). `stop` ends it early: no
    new row is claimed, and answers still on the wire are waited for a few seconds. Several
    drains, in this process or elsewhere, may run at once.
    """
    _spare_the_collector()
    uvloop.run(_Drain(until, stop or threading.Event(), Timing.current()).run())


@cache
def _spare_the_collector() -> None:
    """Let the garbage collector pass over what was loaded by now: a tenth of a row's CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class _Drain(DrainLoop[Work, Result]):
    def __init__(
        self, until: Callable[[], bool] | None, stop: threading.Event, timing: Timing
    ) -> None:
        pool = LanePool(gateway.new_lane, carry)
        super().__init__(pool, until=until, stop=stop, shutdown=timing.shutdown)
        self._timing = timing
        self._ticker = Ticker(leaseholder.this_thread(), timing, ClockKeeper(gateway.clock()))
        limit = budget.limit(budget.POST)
        self._send_lanes = lanes_for(limit, timing)
        self._breath = breath_for(limit, timing)
        self._sending = 0
        self._asking = 0

    async def _round(self) -> float:
        wait = await self._tick(self._send_lanes - self._sending)
        # The rows of the tick are on their way: now lookups, probes and reviews that are due.
        await self._asked(self._ticker.asks, self._timing.ask_lanes - self._asking)
        return wait

    async def _last_tick(self) -> None:
        await self._tick(0)

    async def _tick(self, free: int) -> float:
        work, wait = await self._with_results(lambda results: self._stored(results, free))
        self._hand_over(work)
        return wait

    def _stored(self, results: Sequence[Result], free: int) -> tuple[list[Work], float]:
        """A tick. When one of its results cannot be stored, the others are, one by one."""
        try:
            return self._tried(results, free)
        except CONNECTION_LOST:
            raise
        except Exception as error:
            if not results:
                raise
            # Only its kind is told: the text of a database error holds personal data.
            logger.error("a tick broke (%s); its results go one by one", type(error).__name__)
        for one in results:
            self._stored_alone(one)
        return [], self._timing.tick

    def _stored_alone(self, result: Result) -> None:
        try:
            self._tried([result], 0)
        except CONNECTION_LOST:
            raise
        except Exception as error:
            logger.error("a result cannot be stored: %s", type(error).__name__)
            self._ticker.give_up(result)

    def _tried(self, results: Sequence[Result], free: int) -> tuple[list[Work], float]:
        return tried(lambda: self._ticker.tick(results, free=free))

    def _nothing_is_due(self) -> bool:
        return not is_anything_due(within=self._timing.linger)

    def _count(self, work: Work, by: int) -> None:
        if isinstance(work, Send):
            self._sending += by
        else:
            self._asking += by

    async def _pause(self, seconds: float, *, since: float) -> None:
        """A tick's time passes at least, and a breath since the last one began."""
        breath = max(self._timing.tick, since + self._breath - time.monotonic())
        await asyncio.sleep(breath)
        if not self._finished:
            await self._woken_within(min(seconds, self._timing.idle) - breath)
