"""Celery's doors to this room. A message is only a bell: losing or doubling it is harmless."""

from celery import shared_task

from sharing import partner_news


@shared_task(name="sharing.tasks.tell", ignore_result=True)
def tell() -> None:
    """Look for what admins were not told yet about the register."""
    partner_news.tell()
