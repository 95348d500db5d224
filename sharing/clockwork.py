"""Keeping our clock: a 4004 corrects it, and only a second one is our fault."""

import time

from sumsub.clock import SumsubClock
from sumsub.errors import ClockRefused

# After so long another correction is nothing unusual.
CORRECTION_HOLDS_SECONDS = 600.0


class ClockKeeper:
    """Corrects the process's clock, and decides whether a refused timestamp is forgiven."""

    def __init__(self, clock: SumsubClock) -> None:
        self._clock = clock
        self._corrected_at: float | None = None

    def forgives(self, error: object, began: float) -> bool:
        """Take in the result of a call that began at that monotonic moment.

        True for a 4004 that was signed before our clock was corrected, or that brought the first
        correction for a while. A later one corrects the clock again and is not forgiven.
        """
        if not isinstance(error, ClockRefused) or error.server_time is None:
            return False
        if self._corrected_at is not None and began <= self._corrected_at:
            return True
        first = self._corrected_at is None or self._is_long_ago(self._corrected_at)
        self._clock.correct(error.server_time)
        self._corrected_at = time.monotonic()
        return first

    def _is_long_ago(self, corrected_at: float) -> bool:
        return time.monotonic() - corrected_at > CORRECTION_HOLDS_SECONDS
