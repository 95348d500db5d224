"""The bell: a Celery message that tells workers there is something to do."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

MINT = "sharing.tasks.mint"
TAKE_IN = "sharing.tasks.take_in"


def publish(task: str, *numbers: int | None) -> bool:
    """Publish a message; returns False for a broker that is down, which only delays: beat rings."""
    try:
        current_app.send_task(task, args=list(numbers), retry=False, expires=60)
    except (OperationalError, RedisError, OSError):
        return False
    return True


def ring_to_mint(batch_id: int) -> None:
    """Wake the workers for a batch when the transaction under way has committed."""
    transaction.on_commit(partial(_ring, MINT, batch_id))


def ring_to_take_in(export_id: int) -> None:
    """Wake the workers for an export of applicants when the transaction under way has committed."""
    transaction.on_commit(partial(_ring, TAKE_IN, export_id))


def _ring(task: str, number: int) -> None:
    if not publish(task, number):
        logger.warning("the broker is not there; workers look for themselves (%s)", number)
