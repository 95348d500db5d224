"""Celery's doors to this room. A message is only a bell: losing or doubling it is harmless."""

import threading
from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_shutdown, worker_shutting_down

from sharing import budget_use, partner_news
from sharing.applicant_exports.taking import take_in_what_is_due
from sharing.database_clock import database_now
from sharing.duty import Duty
from sharing.minting_many.drain import drain, is_anything_due
from sharing.minting_many.timing import Timing

# Beyond the answers that a stopping drain waits for: to store them, and to close its connections.
LETTING_GO_SECONDS = 5.0


def mint_what_is_due(stop: threading.Event) -> None:
    """Mint, and look applicants up, until nothing is due."""
    if is_anything_due():
        drain(stop=stop)


def _look_every() -> float:
    try:
        return Timing.current().look
    except TypeError:
        # A setting that names no wait, which the drain itself tells about.
        return Timing().look


duty = Duty(mint_what_is_due, _look_every)
# A thread of its own: minting must never wait for a long file.
intake_duty = Duty(take_in_what_is_due, _look_every)
_ALL = (duty, intake_duty)


@shared_task(name="sharing.tasks.mint", ignore_result=True)
def mint(batch_id: int | None = None) -> None:
    """Wake this process: all running batches are served.

    `batch_id` only tells a reader of the queue which batch rang.
    """
    duty.wake()


@shared_task(name="sharing.tasks.take_in", ignore_result=True)
def take_in(export_id: int | None = None) -> None:
    """Wake this process: all exports that wait are taken in."""
    intake_duty.wake()


@shared_task(name="sharing.tasks.tell", ignore_result=True)
def tell() -> None:
    """Look for what admins were not told yet about the register."""
    partner_news.tell()


@shared_task(name="sharing.tasks.note_budget", ignore_result=True)
def note_budget() -> None:
    """Take a sample of the rate budget for the start page."""
    budget_use.note(database_now().timestamp())


@celeryd_after_setup.connect
def begin(**_: Any) -> None:
    """A worker is on duty from its start, also where it finds no broker."""
    for one in _ALL:
        one.wake()


@worker_shutting_down.connect
def stop(**_: Any) -> None:
    """A warm shutdown: no new row is claimed, and answers on the wire are waited for briefly."""
    for one in _ALL:
        one.stop()


@worker_shutdown.connect
def end(**_: Any) -> None:
    """The process ends after this."""
    for one in _ALL:
        one.stop()
    for one in _ALL:
        one.end(within=Timing.current().shutdown + LETTING_GO_SECONDS)
