"""Waiting for something to become true: bounded, and no longer than needed."""

import time
from collections.abc import Callable


def wait_until(reached: Callable[[], object], what: str, seconds: float = 20) -> None:
    """Poll until `reached()` is true; fails with the sentence `what` when it never becomes so."""
    until = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:g} s in vain until {what}")
        time.sleep(0.02)
