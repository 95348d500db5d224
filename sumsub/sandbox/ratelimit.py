"""The rate limit: per client id and class of method (Sumsub: rate limits)."""

from __future__ import annotations

import math
import re
import time
from collections import deque
from dataclasses import dataclass

# Up to eleven days: longer windows and finer ones would only be slips of the pen.
_SHAPE = re.compile(r"([0-9]{1,9})/([0-9]{1,6}(?:\.[0-9]{1,3})?)s?")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``calls`` within any ``seconds``."""

    calls: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.calls}/{self.seconds:g}s"


def parse_limit(text: str) -> Limit | None:
    """Read ``50/5s``; ``0`` and ``none`` mean unlimited. Raises ValueError with a sentence."""
    if text.strip().lower() in {"0", "none", ""}:
        return None
    shape = _SHAPE.fullmatch(text.strip().lower())
    if shape is None or int(shape[1]) == 0 or float(shape[2]) == 0:
        raise ValueError(f"A limit is written like 50/5s, or none; {text!r} is neither.")
    return Limit(int(shape[1]), float(shape[2]))


class RateLimiter:
    """Remembers when each caller's allowed calls came in; refused calls do not count."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, bool], deque[float]] = {}

    def wait_seconds(
        self, client_id: str, *, write: bool, limit: Limit | None, fixed: bool = False
    ) -> int:
        """0 when the call may pass (and is counted), else whole seconds until one may.

        The window slides, or with ``fixed`` begins anew at every multiple of its length.
        """
        if limit is None:
            return 0
        now = time.monotonic()
        calls = self._calls.setdefault((client_id, write), deque())
        opened = now - now % limit.seconds if fixed else now - limit.seconds
        # A fixed window owns its first moment, a sliding one has just lost it.
        while calls and (calls[0] < opened if fixed else calls[0] <= opened):
            calls.popleft()
        if len(calls) < limit.calls:
            calls.append(now)
            return 0
        free_at = (opened if fixed else calls[len(calls) - limit.calls]) + limit.seconds
        return max(1, math.ceil(free_at - now))
