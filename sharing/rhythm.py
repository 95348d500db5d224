"""When the next tick of a drain is worthwhile, so that no permit waits for it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Work = TypeVar("Work")

# Ticks whose way to the budget is remembered, and the part of the shortest that is counted on.
REMEMBERED = 16
COUNTED_ON = 0.8


@dataclass(frozen=True)
class Turn(Generic[Work]):
    """What a tick handed out, and when to look again; seconds from its beginning.

    `permit_in` is when the next permit can be had, None where no row waits for one or no lane is
    free for it. `asked_at` is the monotonic moment at which the tick asked the budget.
    """

    work: Sequence[Work]
    wait: float
    permit_in: float | None = None
    asked_at: float | None = None


@dataclass(frozen=True)
class Rest:
    """Seconds that pass whatever comes back, then seconds that the next result ends."""

    sure: float
    more: float = 0.0


class Rhythm:
    """Ticks come a breath apart at least, for one row costs a tick as much as ten do.

    A sliding window gives a permit back a window after it was used: each moment that passes between
    its return and its use is lost for ever. So a tick begins ahead of the permit, by the time that
    ticks need before they come to ask for it; and what comes back shortly before waits for it.
    """

    def __init__(self, *, tick: float, breath: float) -> None:
        self._tick = tick
        self._breath = breath
        self._ways: deque[float] = deque(maxlen=REMEMBERED)

    def note(self, turn: Turn[Work], *, began: float) -> None:
        """Learn from a tick that began at that monotonic moment."""
        if turn.asked_at is not None:
            self._ways.append(turn.asked_at - began)

    def rest_after(self, turn: Turn[Work], *, began: float, now: float) -> Rest:
        """How long to rest at `now` after the tick that began at `began` (monotonic)."""
        apart = self._breath if turn.work else self._tick
        least = max(self._tick, began + apart - now)
        more = max(0.0, turn.wait - least)
        if turn.permit_in is None:
            return Rest(least, more)
        permit = began + turn.permit_in - self._lead() - now
        if permit <= self._breath:
            return Rest(max(least, permit))
        return Rest(least, min(more, permit - least))

    def _lead(self) -> float:
        return COUNTED_ON * min(self._ways, default=0.0)
