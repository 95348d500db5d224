"""When the next tick of a drain is worthwhile, so that no permit waits for it."""

from collections import deque
from collections.abc import Iterable, Sequence
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
    free for it. `permits_for` is the monotonic moment that the permits of the work are for.
    """

    work: Sequence[Work]
    wait: float
    permit_in: float | None = None
    permits_for: float | None = None


@dataclass(frozen=True)
class Rest:
    """Seconds that pass whatever comes back, then seconds that the next result ends."""

    sure: float
    more: float = 0.0


class Rhythm:
    """Ticks come a breath apart at least, for one row costs a tick as much as ten do.

    A sliding window gives a permit back a window after it was used: each moment that passes
    between its return and its use is lost for ever. So permits are taken for the moment at which
    their calls will leave, a commit later; a tick begins ahead of that moment by the time that
    ticks lately needed; and what comes back shortly before waits for it. The shortest of the last
    ways is counted on: who is early finds no permit, who is late only loses a moment of it.
    """

    def __init__(self, *, tick: float, breath: float) -> None:
        self._tick = tick
        self._breath = breath
        self._to_permits: deque[float] = deque(maxlen=REMEMBERED)
        self._to_leave: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def lead(self) -> float:
        """Seconds from a tick's beginning to the moment that its permits are for."""
        return COUNTED_ON * min(self._to_permits, default=0.0)

    @property
    def way_out(self) -> float:
        """Seconds from taking permits to the moment at which their calls leave."""
        return COUNTED_ON * min(self._to_leave, default=0.0)

    def note(self, turn: Turn[Work], *, began: float) -> None:
        """Learn from a tick that began at that monotonic moment."""
        if turn.permits_for is not None:
            self._to_permits.append(turn.permits_for - began)

    def note_left(self, ways: Iterable[float]) -> None:
        """Learn how many seconds after their claim the calls of one tick left, the quickest."""
        quickest = min(ways, default=None)
        if quickest is not None:
            self._to_leave.append(max(0.0, quickest))

    def rest_after(self, turn: Turn[Work], *, began: float, now: float) -> Rest:
        """How long to rest at `now` after the tick that began at `began` (monotonic)."""
        apart = self._breath if turn.work else self._tick
        least = max(self._tick, began + apart - now)
        more = max(0.0, turn.wait - least)
        if turn.permit_in is None:
            return Rest(least, more)
        permit = began + turn.permit_in - self.lead - now
        if permit <= self._breath:
            return Rest(max(least, permit))
        return Rest(least, min(more, permit - least))
