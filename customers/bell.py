"""The bell: a Celery message that tells workers there is something to do."""

import logging
from functools import partial

from django.db import transaction

from sharing.bell import publish

logger = logging.getLogger(__name__)

RING = "customers.tasks.ring"


def ring_on_commit(import_id: int | None) -> None:
    """Ring when the transaction under way has committed, or at once outside of one."""
    transaction.on_commit(partial(ring, import_id))


def ring(import_id: int | None) -> None:
    """Publish the message. A broker that is down only delays: beat rings every few seconds."""
    if not publish(RING, import_id):
        logger.warning("the broker is not there; the beat will ring for import %s", import_id)
