"""The drain: ticks and lanes in one loop, until nothing is due or it is told to stop."""

import gc
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cache

import uvloop

from accounts.interpreter import collect_seldom, take_short_turns
from customers.redemption.due import is_anything_due
from customers.redemption.lanes import breath_for, carry, lanes_for
from customers.redemption.tick import Ticker
from customers.redemption.work import Result, Send, Work
from customers.timing import Timing
from sharing import budget, gateway, leaseholder
from sharing.clockwork import ClockKeeper
from sharing.drain_loop import CONNECTION_LOST, DrainLoop, tried
from sharing.lanes import LanePool
from sharing.rhythm import Rhythm, Turn

logger = logging.getLogger(__name__)


def drain(*, until: Callable[[], bool] | None = None, stop: threading.Event | None = None) -> None:
    """Serve every running import from this process.

    Without `until` it returns when nothing is due soon; with it, it goes on until `until()` is
    true (asked from the thread that holds the database connection). `stop` ends it early: no
    new row is claimed, and answers still on the wire are waited for a few seconds. Several
    drains, in this process or elsewhere, may run at once.
    """
    _tune_the_process()
    uvloop.run(_Drain(until, stop or threading.Event(), Timing.current()).run())


@cache
def _tune_the_process() -> None:
    """Let the garbage collector pass over what was loaded by now: a tenth of a row's CPU.

    And let the thread that ticks have the interpreter soon when the database answers it, though
    lanes are busy: without a limit, a tenth more rows a second.
    """
    take_short_turns()
    gc.collect()
    gc.freeze()
    collect_seldom()


class _Drain(DrainLoop[Work, Result]):
    def __init__(
        self, until: Callable[[], bool] | None, stop: threading.Event, timing: Timing
    ) -> None:
        pool = LanePool(gateway.new_lane, carry)
        limit = budget.limit(budget.POST)
        breath = breath_for(limit, timing)
        rhythm = Rhythm(tick=timing.tick, breath=breath, paced=limit.calls > 0)
        super().__init__(pool, rhythm, until=until, stop=stop, shutdown=timing.shutdown)
        self._timing = timing
        clocks = ClockKeeper(gateway.clock())
        self._ticker = Ticker(leaseholder.this_thread(), timing, clocks, rhythm)
        self._send_lanes = lanes_for(limit, timing)
        self._sending = 0
        self._asking = 0

    def _tick(self, results: Sequence[Result], *, claims: bool) -> Turn[Work]:
        return self._stored(results, self._send_lanes - self._sending if claims else 0)

    def _ask(self) -> Sequence[Work]:
        return self._ticker.asks(self._timing.ask_lanes - self._asking)

    def _stored(self, results: Sequence[Result], free: int) -> Turn[Work]:
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
        return Turn([], wait=self._timing.tick)

    def _stored_alone(self, result: Result) -> None:
        try:
            self._tried([result], 0)
        except CONNECTION_LOST:
            raise
        except Exception as error:
            logger.error("a result cannot be stored: %s", type(error).__name__)
            self._ticker.give_up(result)

    def _tried(self, results: Sequence[Result], free: int) -> Turn[Work]:
        return tried(lambda: self._ticker.tick(results, free=free))

    def _nothing_is_due(self) -> bool:
        return not is_anything_due(within=self._timing.linger)

    def _count(self, work: Work, by: int) -> None:
        if isinstance(work, Send):
            self._sending += by
        else:
            self._asking += by
