"""On duty: a worker process has a thread that drains whenever something is due.

A second one looks first: it asks Sumsub's preview about rows that people want to know about before
they are sent. A third looks at Sumsub's webhooks that were stored, a fourth sends webhooks to the
company's own systems, a fifth compares customers with each other and tidies up. Each has a thread
of its own because a drain must never wait for it.
"""

import threading
from collections.abc import Callable

from customers import inbox, redemption
from customers.duplicates import comparing
from customers.forecast import looker
from customers.outgoing import delivering
from customers.timing import Timing
from sharing import duty


def drain_what_is_due(stop: threading.Event) -> None:
    """Send rows, look up those in doubt, read reviews, until nothing is due soon."""
    if redemption.is_anything_due(within=Timing.current().linger):
        redemption.drain(stop=stop)


def look_at_what_is_due(stop: threading.Event) -> None:
    """Ask Sumsub's preview until no look is due."""
    if looker.is_anything_due(within=0):
        looker.look(stop)


def look_at_webhooks(stop: threading.Event) -> None:
    """Apply the webhooks that were stored until none is due."""
    inbox.look_at_events(stop)


def deliver_what_is_due(stop: threading.Event) -> None:
    """Send webhooks to the company's own systems until none is due."""
    if delivering.is_anything_due(within=0):
        delivering.deliver(stop)


_forgetting = delivering.Forgetting()


def run_errands(stop: threading.Event) -> None:
    """Small things that hurry nobody: compare new customers, let go of old deliveries."""
    while not stop.is_set() and comparing.compare():
        pass
    _forgetting.now_and_then()


class Duty(duty.Duty):
    """A thread for one kind of the row engine's work."""

    def __init__(self, work: Callable[[threading.Event], None] = drain_what_is_due) -> None:
        super().__init__(work, _look_every)


def _look_every() -> float:
    try:
        return Timing.current().look
    except TypeError:
        # Already told by `_look`: a setting that names no wait.
        return Timing().look
