"""Our idea of Sumsub's time: a base clock plus a correction learned from Sumsub itself."""

import time
from collections.abc import Callable


class SumsubClock:
    """Unix time as Sumsub sees it, in seconds.

    Signatures are accepted within a minute of Sumsub's clock only, so a machine whose clock is off
    corrects itself from the `Date` header of a refusal. The correction is one float, replaced as a
    whole, so threads may share a clock.
    """

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self._skew = 0.0

    def now(self) -> float:
        """Unix seconds, corrected."""
        return self._base() + self._skew

    def correct(self, server_time: float) -> float:
        """Take over Sumsub's time (Unix seconds); returns by how much it is ahead of ours."""
        self._skew = server_time - self._base()
        return self._skew
