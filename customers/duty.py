"""On duty: a worker process has a thread that drains whenever something is due.

A second one looks first: it asks Sumsub's preview about rows that people want to know about before
they are sent. A third sends webhooks to the company's own systems, a fourth compares
customers with each other and tidies up. Each has a thread of its own because a drain must never
wait for them.

The bell wakes it. It also looks for itself every few seconds, so a bell that was lost, or that only
a busy worker heard, delays an idle one by that much and no more; with no broker at all, everything
goes on.
"""

import logging
import threading
from collections.abc import Callable

from django.db import Error, close_old_connections, connections

from customers import redemption
from customers.duplicates import comparing
from customers.forecast import looker
from customers.outgoing import delivering
from customers.timing import Timing

logger = logging.getLogger(__name__)


def drain_what_is_due(stop: threading.Event) -> None:
    """Send rows, look up those in doubt, read reviews, until nothing is due soon."""
    if redemption.is_anything_due(within=Timing.current().linger):
        redemption.drain(stop=stop)


def look_at_what_is_due(stop: threading.Event) -> None:
    """Ask Sumsub's preview until no look is due."""
    if looker.is_anything_due(within=0):
        looker.look(stop)


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


class Duty:
    """The thread, and what wakes and ends it. Its methods may be called from any thread."""

    def __init__(self, work: Callable[[threading.Event], None] = drain_what_is_due) -> None:
        self._work = work
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Look now. Begins the thread where there is none yet."""
        self._wake.set()
        with self._beginning:
            alive = self._thread is not None and self._thread.is_alive()
            if not alive and not self._stop.is_set():
                self._thread = threading.Thread(target=self._serve, name="duty", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Claim no new row from now on; what is on the wire is waited for briefly."""
        self._stop.set()
        self._wake.set()

    def end(self, within: float) -> None:
        """Stop, and wait up to so many seconds until everything is let go of."""
        self.stop()
        if self._thread is not None:
            self._thread.join(within)

    def _serve(self) -> None:
        try:
            while not self._stop.is_set():
                self._wake.clear()
                self._look()
                if not self._stop.is_set():
                    self._wake.wait(_look_every())
        finally:
            # What belongs to this thread nobody else closes.
            connections.close_all()

    def _look(self) -> None:
        """Do what is due. Whatever goes wrong, the next look tries again."""
        try:
            close_old_connections()
            self._work(self._stop)
        except Error as error:
            # Only its kind is told: the text of a database error holds personal data.
            logger.warning("the database is not there (%s); looking again", type(error).__name__)
        except Exception:
            logger.exception("what was due broke; looking again")


def _look_every() -> float:
    try:
        return Timing.current().look
    except TypeError:
        # Already told by `_look`: a setting that names no wait.
        return Timing().look
