"""When the next tick of a drain is worthwhile, so that no permit waits for it."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sharing.budget import AHEAD

Work = TypeVar("Work")

# Ticks whose ways are remembered, and the part of them that may be longer than what is counted on.
REMEMBERED = 16
SLOWER = 0.25
# Seconds of a way that are counted on at most: one that takes longer is an accident. The budget
# knows permits for later moments, but not for much later ones.
LONGEST = AHEAD / 2


@dataclass(frozen=True)
class Turn(Generic[Work]):
    """What a tick handed out, and when to look again; seconds from its beginning.

    `permit_in` is when the next permit can be had, None where no row waits for one or no lane is
    free for it. `ready_at` is the monotonic moment at which the calls of the work can leave.
    """

    work: Sequence[Work]
    wait: float
    permit_in: float | None = None
    ready_at: float | None = None


@dataclass(frozen=True)
class Rest:
    """Seconds that pass whatever comes back, then seconds that the next result ends."""

    sure: float
    more: float = 0.0


class Rhythm:
    """Results are settled a breath apart, for one row costs a tick as much as ten do.

    A permit is worth a tick of its own: a sliding window gives it back a window after it was used,
    and each moment that passes between its return and its use is lost for ever. So a tick begins
    ahead of that moment by the time that most ticks lately needed, takes permits for it, and lanes
    hold the calls back until it comes. What comes back shortly before waits for that tick.

    Not `paced`, where no limit binds, nothing is held back.
    """

    def __init__(self, *, tick: float, breath: float, paced: bool = True) -> None:
        self.breath = breath
        self._tick = tick
        self._paced = paced
        self._to_ready: deque[float] = deque(maxlen=REMEMBERED)
        self._to_leave: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def lead(self) -> float:
        """Seconds that a tick begins ahead of the moment that its permits are for."""
        return _longest_but_for_few(self._to_ready) if self._paced else 0.0

    @property
    def way_out(self) -> float:
        """Seconds from taking permits to the moment at which their calls can leave."""
        return _longest_but_for_few(self._to_leave) if self._paced else 0.0

    def note(self, turn: Turn[Work], *, began: float) -> None:
        """Learn from a tick that began at that monotonic moment."""
        if turn.ready_at is not None:
            self._to_ready.append(turn.ready_at - began)

    def note_ways(self, ways: Iterable[float]) -> None:
        """Learn how many seconds after their claim the calls of one tick could leave."""
        slowest = max(ways, default=None)
        if slowest is not None:
            self._to_leave.append(max(0.0, slowest))

    def rest_after(self, turn: Turn[Work], *, began: float, now: float) -> Rest:
        """How long to rest at `now` after the tick that began at `began` (monotonic)."""
        apart = self.breath if turn.work else self._tick
        least = max(self._tick, began + apart - now)
        more = max(0.0, turn.wait - least)
        if turn.permit_in is None:
            return Rest(least, more)
        permit = began + turn.permit_in - self.lead - now
        if permit <= self.breath:
            return Rest(max(self._tick, permit))
        return Rest(least, min(more, permit - least))


def _longest_but_for_few(ways: Sequence[float]) -> float:
    """The way that only a few of these are longer than, as far as LONGEST; 0 without any."""
    return min(LONGEST, sorted(ways)[int(len(ways) * (1 - SLOWER))]) if ways else 0.0
