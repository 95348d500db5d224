"""Waiting for something to become true: bounded, and no longer than needed.

A limit says when a test gives up, not how quick something is: it costs nothing where all is well,
and on a machine with much else to do a process may take minutes to start.
"""

import time
from collections.abc import Callable

PATIENCE = 300.0
"""Seconds after which a test says that something will not happen any more."""


def wait_until(reached: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Poll until `reached()` is true; fails with the sentence `what` when it never becomes so."""
    until = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:g} s in vain until {what}")
        time.sleep(0.02)
