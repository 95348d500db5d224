"""Rate limits as Sumsub grants them: read from settings, counted in windows."""

import re
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

# How much longer our window is than Sumsub's (part of it): what calls may differ in the time they
# travel. Calls that left late are counted from when they left, so it need not cover our own delays.
SLACK = 0.006
# Part of the limit that may go out at once after a rest. It is also what a drain finds when its
# tick comes late, on a busy machine, so that nothing of the limit is lost.
BURST = 0.2


@dataclass(frozen=True)
class Limit:
    """`calls` per `seconds`, as Sumsub grants them to a workspace; calls 0 means no limit."""

    calls: int
    seconds: float
    slack: float = SLACK

    @property
    def burst(self) -> int:
        """Permits that may go out at the same moment after a rest."""
        return max(1, int(self.calls * BURST))

    @property
    def window(self) -> float:
        """Seconds over which we count our own permits."""
        return self.seconds * (1 + self.slack)

    @property
    def interval(self) -> float:
        """Seconds between two permits when they are spread evenly."""
        return self.window / max(1, self.calls)

    @property
    def per_second(self) -> float:
        """Permits a second at full pace, for forecasts; infinite without a limit."""
        return 1 / self.interval if self.calls else float("inf")


def parse_limit(text: str) -> Limit:
    """Read a limit such as `50/5s`; `0` or `none` means that there is no limit.

    Raises ImproperlyConfigured when the text is neither.
    """
    if text.strip().lower() in {"0", "none"}:
        return Limit(calls=0, seconds=1.0)
    found = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+(?:\.\d+)?)\s*s?\s*", text)
    if not found or not int(found[1]) or not float(found[2]):
        raise ImproperlyConfigured(f"A limit looks like 50/5s, not like {text!r}.")
    return Limit(calls=int(found[1]), seconds=float(found[2]))
