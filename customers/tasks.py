"""Celery's doors to the row engine. A message is only a bell: losing or doubling it is harmless."""

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

from customers import redemption
from customers.timing import Timing

_stop = threading.Event()
_draining = threading.Lock()


@shared_task(name="customers.tasks.ring", ignore_result=True)
def ring(import_id: int | None = None) -> None:
    """Drain all running imports, unless this process is doing so already.

    `import_id` only tells a reader of the queue which import rang.
    """
    if not _draining.acquire(blocking=False):
        return
    try:
        if redemption.is_anything_due(within=Timing.current().linger):
            redemption.drain(stop=_stop)
    finally:
        _draining.release()


@worker_shutting_down.connect
def stop_draining(**_: Any) -> None:
    """A warm shutdown: no new row is claimed, and answers on the wire are waited for briefly."""
    _stop.set()
