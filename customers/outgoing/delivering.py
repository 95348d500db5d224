"""Sending what is due, from a thread of its own on duty: the database is the queue.

This thread alone speaks with the database; the POSTs are carried by a few others, so a receiver
that answers slowly delays its own deliveries. A worker that is killed leaves a lease behind that
ends, and another sends the same message again under the same id: at least once, never lost.
"""

import contextlib
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings

from customers.models import Delivery, OutgoingEvent
from customers.outgoing import claiming, distributing
from customers.outgoing.claiming import Parcel
from customers.outgoing.pace import Pace
from customers.outgoing.settling import settle
from outward.posting import Posted, post
from sharing.database_clock import database_now

# How often one process looks for deliveries that were kept long enough (seconds).
FORGET_EVERY = 600.0


def is_anything_due(within: float) -> bool:
    """Whether an event waits to be distributed, or a delivery is due within so many seconds.

    Reads only: where nothing is subscribed, that is all that outgoing webhooks ever do.
    """
    if OutgoingEvent.objects.undistributed().exists():
        return True
    horizon = database_now() + timedelta(seconds=within)
    return Delivery.objects.to_active().due(horizon).exists()


def deliver(stop: threading.Event) -> None:
    """Distribute and send until nothing is due soon, or told to stop."""
    Round(stop, Pace.current()).run()


class Round:
    """One stretch of work. Used from one thread, which holds the database connection."""

    def __init__(self, stop: threading.Event, pace: Pace) -> None:
        self._stop = stop
        self._pace = pace
        self._back: queue.SimpleQueue[tuple[Parcel, Posted]] = queue.SimpleQueue()
        self._under_way = 0
        self._pool = ThreadPoolExecutor(pace.lanes, thread_name_prefix="webhook")

    def run(self) -> None:
        """Work until nothing is due within `linger`; then wait briefly for what is under way."""
        try:
            while not self._stop.is_set():
                self._step()
                if not self._under_way and not is_anything_due(within=self._pace.linger):
                    return
                self._take_in(self._pace.idle)
        finally:
            self._finish()

    def _step(self) -> None:
        distributing.distribute(database_now())
        free = self._pace.lanes - self._under_way
        if free > 0 and Delivery.objects.to_active().due(database_now()).exists():
            for parcel in claiming.claim(free, self._pace):
                self._under_way += 1
                self._pool.submit(self._carry, parcel)

    def _carry(self, parcel: Parcel) -> None:
        """In a thread of the pool: one POST."""
        posted = Posted(None, 0, "Sending broke on our side.")
        try:
            private = settings.WEBHOOK_ALLOW_PRIVATE
            posted = post(parcel.url, parcel.body, parcel.headers, allow_private=private)
        finally:
            self._back.put((parcel, posted))

    def _take_in(self, seconds: float) -> None:
        """Wait for an answer up to so many seconds, and store all that are here."""
        with contextlib.suppress(queue.Empty):
            self._store(*self._back.get(timeout=seconds))
            while True:
                self._store(*self._back.get_nowait())

    def _store(self, parcel: Parcel, posted: Posted) -> None:
        self._under_way -= 1
        settle(parcel, posted, self._pace)

    def _finish(self) -> None:
        until = time.monotonic() + self._pace.shutdown
        while self._under_way and (left := until - time.monotonic()) > 0:
            self._take_in(left)
        # What got no answer by now is sent again by whoever finds its lease over.
        self._pool.shutdown(wait=False, cancel_futures=True)


class Forgetting:
    """Remembers when this process last let go of what is old."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def now_and_then(self) -> None:
        """Let go of old deliveries, at most every ten minutes unless much is left."""
        if time.monotonic() - self._last < FORGET_EVERY:
            return
        if distributing.forget(database_now(), Pace.current()) < distributing.FORGOTTEN_AT_ONCE:
            self._last = time.monotonic()
