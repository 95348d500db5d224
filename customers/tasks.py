"""Celery's doors to the row engine. A message is only a bell: losing or doubling it is harmless."""

import logging
from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_shutdown, worker_shutting_down

from customers import announcing
from customers.applicant_link import making
from customers.duty import (
    Duty,
    deliver_what_is_due,
    look_at_webhooks,
    look_at_what_is_due,
    run_errands,
)
from customers.timing import Timing

logger = logging.getLogger(__name__)

# Beyond the answers that a stopping drain waits for: to store them, and to close its connections.
LETTING_GO_SECONDS = 5.0

duty = Duty()
look_duty = Duty(look_at_what_is_due)
inbox_duty = Duty(look_at_webhooks)
delivery_duty = Duty(deliver_what_is_due)
errand_duty = Duty(run_errands)
_ALL = (duty, look_duty, inbox_duty, delivery_duty, errand_duty)


@shared_task(name="customers.tasks.ring", ignore_result=True)
def ring(import_id: int | None = None) -> None:
    """Wake this process: running imports are drained, looks asked for, webhooks delivered.

    `import_id` only tells a reader of the queue which import rang.
    """
    _wake()


@shared_task(name="customers.tasks.tell", ignore_result=True)
def tell() -> None:
    """Look for what people were not told yet, and for applicants' links that ran out."""
    making.expire()
    announcing.tell()


@celeryd_after_setup.connect
def begin(instance: Any = None, **_: Any) -> None:
    """A worker is on duty from its start, also where it finds no broker."""
    if "prefork" in str(getattr(instance, "pool_cls", "")):
        logger.warning("use --pool=threads: bells reach only the children of a forking pool")
    _wake()


@worker_shutting_down.connect
def stop(**_: Any) -> None:
    """A warm shutdown: no new row is claimed, and answers on the wire are waited for briefly."""
    for one in _ALL:
        one.stop()


@worker_shutdown.connect
def end(**_: Any) -> None:
    """The process ends after this."""
    stop()
    for one in _ALL:
        one.end(within=Timing.current().shutdown + LETTING_GO_SECONDS)


def _wake() -> None:
    for one in _ALL:
        one.wake()
