"""The inbox at work: events are looked at until none is due, and old ones are forgotten."""

import threading
import time

from customers.inbox import applying, sweeping
from customers.models import SumsubEvent
from customers.timing import Timing
from sharing.database_clock import database_now

# How often a process looks for events to forget (seconds).
SWEEP_EVERY = 3600.0


def is_anything_due() -> bool:
    """True when an event waits to be looked at now."""
    return SumsubEvent.objects.due(database_now()).exists()


def look_at_events(stop: threading.Event) -> None:
    """Look at what is due, batch by batch, until nothing is or `stop` is set."""
    timing = Timing.current()
    while not stop.is_set() and is_anything_due() and applying.apply_some(timing):
        pass
    if _sweep_is_due():
        while not stop.is_set() and sweeping.sweep(timing):
            pass


_swept_at = float("-inf")


def _sweep_is_due() -> bool:
    global _swept_at
    if time.monotonic() - _swept_at < SWEEP_EVERY:
        return False
    _swept_at = time.monotonic()
    return True
