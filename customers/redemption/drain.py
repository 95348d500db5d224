"""The drain: ticks and lanes in one loop, until nothing is due or it is told to stop."""

import asyncio
import contextlib
import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar, TypeVarTuple, Unpack

import uvloop
from django.db import InterfaceError, InternalError, OperationalError, connections

from customers.redemption.due import is_anything_due
from customers.redemption.lanes import LanePool, breath_for, lanes_for
from customers.redemption.tick import Ticker
from customers.redemption.work import Result, Send, Work
from customers.timing import Timing
from sharing import budget, gateway, leaseholder
from sharing.clockwork import ClockKeeper

logger = logging.getLogger(__name__)

# A tick that the database refused is tried again; then the drain ends.
TICK_TRIES = 6
TICK_RETRY_SECONDS = 0.5
# How often a drain asks whether it is done (seconds).
ASK_EVERY = 0.25

# New objects after which the collector looks for cycles, of which a drain makes few.
COLLECT_AFTER = (20_000, 20, 50)

# A deadlock, a restart, a connection that was ended: what may go well when it is tried again.
CONNECTION_LOST = (OperationalError, InterfaceError, InternalError)

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


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


class _Drain:
    def __init__(
        self, until: Callable[[], bool] | None, stop: threading.Event, timing: Timing
    ) -> None:
        self._until = until
        self._stop = stop
        self._timing = timing
        self._ticker = Ticker(leaseholder.this_thread(), timing, ClockKeeper(gateway.clock()))
        self._pool = LanePool(gateway.new_lane)
        limit = budget.limit(budget.POST)
        self._send_lanes = lanes_for(limit, timing)
        self._breath = breath_for(limit, timing)
        self._finished: list[Result] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._sending = 0
        self._asking = 0
        self._woken = asyncio.Event()
        self._asked_at = float("-inf")

    async def run(self) -> None:
        """Tick until done; then settle what is on the wire, and let go of lanes and connections.

        Raises what the database raises when it stays away.
        """
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="drain-database") as database:
            try:
                self._pool.warm_up()
                try:
                    await self._serve(database)
                finally:
                    await self._finish(database)
            finally:
                await self._abandon()
                await self._pool.close()
                await _in(database, connections.close_all)

    async def _serve(self, database: ThreadPoolExecutor) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            wait = await self._tick(database)
            await self._ask(database)
            if await self._is_done(database):
                return
            await self._pause(wait, since=began)

    async def _tick(self, database: ThreadPoolExecutor, *, claiming: bool = True) -> float:
        results, self._finished = self._finished, []
        free = self._send_lanes - self._sending if claiming else 0
        try:
            work, wait = await _in(database, self._stored, results, free)
        except BaseException:
            self._finished = results + self._finished
            raise
        self._hand_over(work)
        return wait

    async def _ask(self, database: ThreadPoolExecutor) -> None:
        """Send lookups, probes and reviews that are due; the rows of the tick are on their way."""
        free = self._timing.ask_lanes - self._asking
        try:
            work = await _in(database, self._ticker.asks, free)
        except CONNECTION_LOST as error:
            logger.warning("nothing was asked (%s)", type(error).__name__)
        else:
            self._hand_over(work)

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
        for attempt in range(1, TICK_TRIES):
            try:
                return self._ticker.tick(results, free=free)
            except CONNECTION_LOST as error:
                logger.warning("the database refused a tick (%s)", type(error).__name__)
                connections.close_all()
                time.sleep(TICK_RETRY_SECONDS * attempt)
        return self._ticker.tick(results, free=free)

    async def _is_done(self, database: ThreadPoolExecutor) -> bool:
        """Whether there is a reason to end; asked a few times a second only."""
        if time.monotonic() - self._asked_at < ASK_EVERY:
            return False
        self._asked_at = time.monotonic()
        if self._until is None and (self._under_way or self._finished):
            return False
        try:
            return await _in(database, self._until or self._nothing_is_due)
        except CONNECTION_LOST:
            # The next tick finds out whether the database is gone for good.
            return False

    def _nothing_is_due(self) -> bool:
        return not is_anything_due(within=self._timing.linger)

    # ---- lanes -----------------------------------------------------------------------------

    def _hand_over(self, work: Sequence[Work]) -> None:
        for one in work:
            self._count(one, +1)
            task = asyncio.get_running_loop().create_task(self._carry(one))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _carry(self, work: Work) -> None:
        try:
            result = await self._pool.carry(work)
            # Not in one line with the await: `_finished` is another list by then.
            self._finished.append(result)
        except Exception:
            # Nobody knows how far it came: its lease ends, and lookups find the truth.
            logger.exception("a lane broke")
        finally:
            self._count(work, -1)
            self._woken.set()

    def _count(self, work: Work, by: int) -> None:
        if isinstance(work, Send):
            self._sending += by
        else:
            self._asking += by

    # ---- waiting ---------------------------------------------------------------------------

    async def _pause(self, seconds: float, *, since: float) -> None:
        """Wait for the next result or the next due moment.

        A tick's time passes at least, and a breath since the last one began.
        """
        breath = max(self._timing.tick, since + self._breath - time.monotonic())
        await asyncio.sleep(breath)
        if self._finished:
            return
        self._woken.clear()
        rest = min(seconds, self._timing.idle) - breath
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), timeout=max(0.0, rest))

    async def _finish(self, database: ThreadPoolExecutor) -> None:
        """Settle what is still on the wire, for as long as a shutdown may take; claim nothing."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._timing.shutdown)
        if self._finished:
            await self._tick(database, claiming=False)

    async def _abandon(self) -> None:
        """Let go of what got no answer in time: its leases end, and lookups find the truth."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


async def _in(
    database: ThreadPoolExecutor,
    function: Callable[[Unpack[Arguments]], T],
    *given: *Arguments,
) -> T:
    """Run a blocking function in the thread that holds the database connection."""
    return await asyncio.get_running_loop().run_in_executor(database, function, *given)
