"""The inbox at work: events are looked at until none is due, and old ones are forgotten."""

import logging
import threading
import time

from customers.inbox import applying, sweeping
from customers.models import SumsubEvent
from customers.timing import Timing
from sharing.database_clock import database_now
from sharing.drain_loop import CONNECTION_LOST

logger = logging.getLogger(__name__)

# How often a process looks for events to forget (seconds).
SWEEP_EVERY = 3600.0


def is_anything_due() -> bool:
    """True when an event waits to be looked at now."""
    return SumsubEvent.objects.due(database_now()).exists()


def look_at_events(stop: threading.Event) -> None:
    """Look at what is due, batch by batch, until nothing is or `stop` is set."""
    timing = Timing.current()
    while not stop.is_set() and is_anything_due() and _apply(timing):
        pass
    if _sweep_is_due():
        while not stop.is_set() and sweeping.sweep(timing):
            pass


def _apply(timing: Timing) -> int:
    """A batch; where one of its events breaks, each by itself, and the broken ones set aside."""
    try:
        return applying.apply_some(timing)
    except CONNECTION_LOST:
        raise
    except Exception as error:
        # Only its kind is told: the text of a database error holds personal data.
        logger.error("webhooks broke (%s); they go one by one", type(error).__name__)
    return sum(_apply_one(timing) for _ in range(applying.MOST))


def _apply_one(timing: Timing) -> int:
    try:
        return applying.apply_some(timing, most=1)
    except CONNECTION_LOST:
        raise
    except Exception as error:
        logger.error("a webhook cannot be applied: %s", type(error).__name__)
        applying.set_aside()
        return 1


_swept_at = float("-inf")


def _sweep_is_due() -> bool:
    global _swept_at
    if time.monotonic() - _swept_at < SWEEP_EVERY:
        return False
    _swept_at = time.monotonic()
    return True
