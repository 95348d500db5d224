"""The loop of every engine here: ticks in the database, and meanwhile calls that lanes carry.

An engine says what a round is and what its last tick stores; what is the same for all of them, how
work goes out, how results come back and how it ends, is here.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, TypeVar, TypeVarTuple, Unpack

from django.db import InterfaceError, InternalError, OperationalError, connections

from sharing.lanes import LanePool
from sharing.rhythm import Rest, Rhythm, Turn

logger = logging.getLogger(__name__)

# What the database refused is tried again so often; then the drain ends.
TRIES = 6
RETRY_SECONDS = 0.5
# How often a drain asks whether it is done (seconds).
ASK_EVERY = 0.25
# A deadlock, a restart, a connection that was ended: what may go well when it is tried again.
CONNECTION_LOST = (OperationalError, InterfaceError, InternalError)

Work = TypeVar("Work")
Result = TypeVar("Result")
T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


class DrainLoop(Generic[Work, Result]):
    """Turns until nothing is due, `until()` is true, or `stop` is set.

    `until` is asked from the thread that holds the database connection. At the end answers still on
    the wire are waited for `shutdown` seconds.
    """

    def __init__(
        self,
        pool: LanePool[Work, Result],
        rhythm: Rhythm,
        *,
        until: Callable[[], bool] | None,
        stop: threading.Event,
        shutdown: float,
    ) -> None:
        self._pool = pool
        self._rhythm = rhythm
        self._until = until
        self._stop = stop
        self._shutdown = shutdown
        self._finished: list[Result] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._asked_at = float("-inf")
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drain-database")

    # ---- what an engine says -----------------------------------------------------------------

    def _tick(self, results: Sequence[Result], *, claims: bool) -> Turn[Work]:
        """Store what came back and, where it `claims`, claim what may go out.

        Runs in the database's thread. When it fails, nothing has happened.
        """
        raise NotImplementedError

    def _ask(self) -> Sequence[Work]:
        """Claim what is to be looked up beside; runs in the database's thread."""
        raise NotImplementedError

    def _nothing_is_due(self) -> bool:
        """Whether to end where nobody said until when; asked in the database's thread."""
        raise NotImplementedError

    def _count(self, work: Work, by: int) -> None:
        """One more piece of work is on the wire, or one less."""
        raise NotImplementedError

    # ---- the loop ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Turn until done; then settle what is on the wire, and let go of lanes and connections.

        Raises what the database raises when it stays away.
        """
        with self._database:
            try:
                self._pool.warm_up()
                try:
                    await self._serve()
                finally:
                    await self._finish()
            finally:
                await self._abandon()
                await self._pool.close()
                await self._in_database(connections.close_all)

    async def _serve(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            turn = await self._turn(claims=True)
            self._rhythm.note(turn, began=began)
            # What the tick claimed is on its way: now lookups, which nobody waits for.
            await self._turn_to_lookups()
            if await self._is_done():
                return
            await self._rest(self._rhythm.rest_after(turn, began=began, now=time.monotonic()))

    async def _is_done(self) -> bool:
        """Whether there is a reason to end; asked a few times a second only."""
        if time.monotonic() - self._asked_at < ASK_EVERY:
            return False
        self._asked_at = time.monotonic()
        if self._until is None and (self._under_way or self._finished):
            return False
        try:
            return await self._in_database(self._until or self._nothing_is_due)
        except CONNECTION_LOST:
            # The next tick finds out whether the database is gone for good.
            return False

    async def _turn(self, *, claims: bool) -> Turn[Work]:
        """Tick with what has come back and hand the work over; what cannot be stored is kept."""
        results, self._finished = self._finished, []
        try:
            turn = await self._in_database(partial(self._tick, results, claims=claims))
        except BaseException:
            self._finished = results + self._finished
            raise
        self._hand_over(turn.work)
        return turn

    async def _turn_to_lookups(self) -> None:
        """Hand over what is to be looked up; a database that is away is asked next time."""
        try:
            work = await self._in_database(self._ask)
        except CONNECTION_LOST as error:
            logger.warning("nothing was asked (%s)", type(error).__name__)
        else:
            self._hand_over(work)

    async def _rest(self, rest: Rest) -> None:
        await asyncio.sleep(rest.sure)
        if rest.more > 0 and not self._finished:
            self._woken.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), timeout=rest.more)

    # ---- lanes -------------------------------------------------------------------------------

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
            # Nobody knows how far it came: its lease ends, and what follows is the engine's rule.
            logger.exception("a lane broke")
        finally:
            self._count(work, -1)
            self._woken.set()

    # ---- the end -----------------------------------------------------------------------------

    async def _finish(self) -> None:
        """Settle what is still on the wire, for as long as a shutdown may take; claim nothing."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._shutdown)
        if self._finished:
            await self._turn(claims=False)

    async def _abandon(self) -> None:
        """Let go of what got no answer in time: its leases end."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _in_database(
        self, function: Callable[[Unpack[Arguments]], T], *given: *Arguments
    ) -> T:
        """Run a blocking function in the thread that holds the database connection."""
        return await asyncio.get_running_loop().run_in_executor(self._database, function, *given)


def tried(function: Callable[[Unpack[Arguments]], T], *given: *Arguments) -> T:
    """Run a tick; where the database refuses it, again, a little later each time."""
    for attempt in range(1, TRIES):
        try:
            return function(*given)
        except CONNECTION_LOST as error:
            logger.warning("the database refused a tick (%s)", type(error).__name__)
            connections.close_all()
            time.sleep(RETRY_SECONDS * attempt)
    return function(*given)
