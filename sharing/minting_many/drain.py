"""The drain: ticks and lanes in one loop, until nothing is due or it is told to stop."""

import threading
from collections.abc import Callable, Sequence

import uvloop

from sharing import budget, gateway, leaseholder
from sharing.clockwork import ClockKeeper
from sharing.database_clock import database_now
from sharing.drain_loop import DrainLoop, tried
from sharing.lanes import LanePool, breath_within, lanes_within
from sharing.minting_many.lanes import carry
from sharing.minting_many.tick import Ticker
from sharing.minting_many.timing import Timing
from sharing.minting_many.work import Mint, Result, Work
from sharing.models import MintBatch, MintRow
from sharing.rhythm import Rhythm, Turn


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
        or MintBatch.objects.held_and_clear().exists()
        or MintRow.objects.lease_ended(now).exists()
        or MintRow.objects.outlived(now).exists()
    )


class _Drain(DrainLoop[Work, Result]):
    def __init__(
        self, until: Callable[[], bool] | None, stop: threading.Event, timing: Timing
    ) -> None:
        pool = LanePool(gateway.new_lane, carry)
        limit = budget.limit(budget.POST)
        breath = breath_within(limit, tick=timing.tick, breath=timing.breath)
        rhythm = Rhythm(tick=timing.tick, breath=breath, paced=limit.calls > 0)
        super().__init__(pool, rhythm, until=until, stop=stop, shutdown=timing.shutdown)
        self._timing = timing
        clocks = ClockKeeper(gateway.clock())
        self._ticker = Ticker(leaseholder.this_thread(), timing, clocks, rhythm)
        self._lanes = timing.lanes or lanes_within(limit)
        self._minting = 0
        self._finding = 0

    def _tick(self, results: Sequence[Result], *, claims: bool) -> Turn[Work]:
        free = self._lanes - self._minting if claims else 0
        return tried(lambda: self._ticker.tick(results, free=free))

    def _ask(self) -> Sequence[Work]:
        return self._ticker.finds(self._timing.asking_lanes - self._finding)

    def _nothing_is_due(self) -> bool:
        return not is_anything_due()

    def _count(self, work: Work, by: int) -> None:
        if isinstance(work, Mint):
            self._minting += by
        else:
            self._finding += by
