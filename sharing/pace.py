"""How fast permits come now, after Sumsub asked us to slow down, and when a number of calls is out.

The rule is that of `sharing.budget`: a 429 halves the pace, which doubles again every
RECOVERY_SECONDS until it is whole.
"""

import math
from dataclasses import dataclass

from sharing.budget import RECOVERY_SECONDS, pace_now


@dataclass(frozen=True)
class Pace:
    """`factor` is the part of the limit that is used now, 1 at full pace; none goes before `rest`
    seconds are over."""

    factor: float = 1.0
    rest: float = 0.0

    @property
    def is_full(self) -> bool:
        """True when nothing slows us down."""
        return self.factor >= 1 and self.rest <= 0

    @property
    def seconds_to_full(self) -> float:
        """Seconds until the limit is used again."""
        return max(self.rest, RECOVERY_SECONDS * math.log2(1 / self.factor))

    def seconds_for(self, calls: float, rate: float) -> float:
        """Seconds until so many calls are out, at `rate` a second once the pace is full."""
        halves = math.log(2) / RECOVERY_SECONDS
        slow = RECOVERY_SECONDS * math.log2(1 / self.factor)
        while_slow = rate * (1 - self.factor) / halves
        if calls >= while_slow:
            return self.rest + slow + (calls - while_slow) / rate
        return self.rest + math.log1p(calls * halves / (rate * self.factor)) / halves


def pace_of(kind: str, *, now: float) -> Pace:
    """The pace of `post` or `get` calls at `now` (epoch seconds)."""
    factor, rest = pace_now(kind, now=now)
    return Pace(factor, rest)
