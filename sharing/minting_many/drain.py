"""The drain: ticks and lanes in one loop, until nothing is due or it is told to stop."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple, Unpack

import uvloop
from django.db import InterfaceError, InternalError, OperationalError, connections

from sharing import budget, gateway, leaseholder
from sharing.clockwork import ClockKeeper
from sharing.database_clock import database_now
from sharing.lanes import breath_within, lanes_within
from sharing.minting_many.lanes import LanePool
from sharing.minting_many.tick import Ticker
from sharing.minting_many.timing import Timing
from sharing.minting_many.work import Mint, Result, Work
from sharing.models import MintBatch, MintRow

logger = logging.getLogger(__name__)

# A tick that the database refused is tried again; then the drain ends.
TICK_TRIES = 6
TICK_RETRY_SECONDS = 0.5
# How often a drain asks whether it is done (seconds).
ASK_EVERY = 0.25
# A deadlock, a restart, a connection that was ended: what may go well when it is tried again.
CONNECTION_LOST = (OperationalError, InterfaceError, InternalError)

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


def drain(*, until: Callable[[], bool] | None = None, stop: threading.Event | None = None) -> None:
    """Mint for every running batch, and look applicants up, from this process.

    Without `until` it returns when nothing is due; with it, it goes on until `until()` is true
    (asked from the thread that holds the database connection). `stop` ends it early: no new row is
    claimed, and answers still on the wire are waited for a few seconds. Several drains, in this
    process or elsewhere, may run at once.
    """
    uvloop.run(_Drain(until, stop or threading.Event(), Timing.current()).run())


def is_anything_due() -> bool:
    """True when a drain would find something to do."""
    now = database_now()
    return (
        MintBatch.objects.under_way().exists()
        or MintRow.objects.lease_ended(now).exists()
        or MintRow.objects.outlived(now).exists()
    )


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
        self._lanes = timing.lanes or lanes_within(limit)
        self._breath = breath_within(limit, tick=timing.tick, breath=timing.breath)
        self._finished: list[Result] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._minting = 0
        self._finding = 0
        self._woken = asyncio.Event()
        self._asked_at = float("-inf")

    async def run(self) -> None:
        """Tick until done; then settle what is on the wire, and let go of lanes and connections."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="mint-database") as database:
            try:
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
            await self._tick(database)
            self._hand_over(
                await _in(database, self._ticker.finds, self._timing.asking_lanes - self._finding)
            )
            if await self._is_done(database):
                return
            await self._pause(since=began)

    async def _tick(self, database: ThreadPoolExecutor, *, claiming: bool = True) -> None:
        results, self._finished = self._finished, []
        free = self._lanes - self._minting if claiming else 0
        try:
            work = await _in(database, self._ticked, results, free)
        except BaseException:
            self._finished = results + self._finished
            raise
        self._hand_over(work)

    def _ticked(self, results: Sequence[Result], free: int) -> list[Work]:
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
        return await _in(database, self._until or _nothing_is_due)

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
            # Nobody knows how far it came: its lease ends, and the row goes again.
            logger.exception("a lane broke")
        finally:
            self._count(work, -1)
            self._woken.set()

    def _count(self, work: Work, by: int) -> None:
        if isinstance(work, Mint):
            self._minting += by
        else:
            self._finding += by

    # ---- waiting ---------------------------------------------------------------------------

    async def _pause(self, *, since: float) -> None:
        """Wait for the next result, or no longer than a breath while rows wait for permits."""
        await asyncio.sleep(max(self._timing.tick, since + self._breath - time.monotonic()))
        if self._finished or self._ticker.has_more:
            return
        self._woken.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), timeout=self._timing.idle)

    async def _finish(self, database: ThreadPoolExecutor) -> None:
        """Settle what is still on the wire, for as long as a shutdown may take; claim nothing."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._timing.shutdown)
        if self._finished:
            await self._tick(database, claiming=False)

    async def _abandon(self) -> None:
        """Let go of what got no answer in time: its leases end, and the rows go again."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


def _nothing_is_due() -> bool:
    return not is_anything_due()


async def _in(
    database: ThreadPoolExecutor,
    function: Callable[[Unpack[Arguments]], T],
    *given: *Arguments,
) -> T:
    """Run a blocking function in the thread that holds the database connection."""
    return await asyncio.get_running_loop().run_in_executor(database, function, *given)
