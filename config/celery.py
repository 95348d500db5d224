"""The Celery application: JSON only, ids as arguments, no results kept.

A lost or doubled message must change nothing (docs/architecture.md, "The database is the queue"),
so the broker is only a bell and needs no late acknowledgement.
"""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("kyc_relay")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_our_logging(**kwargs: Any) -> None:
    """Celery's own handlers would print past the redaction: its loggers use ours instead."""
    logging.config.dictConfig(settings.LOGGING)
