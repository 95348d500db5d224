"""The queue's door to this room."""

from celery import shared_task

from accounts.notice_mail import post_due
from accounts.sealing import seal_events


@shared_task(name="accounts.tasks.seal_audit")
def seal_audit() -> None:
    """Seal what was committed since the last tick."""
    seal_events()


@shared_task(name="accounts.tasks.post_notices")
def post_notices() -> None:
    """Send the e-mails of notices that wait for it."""
    post_due()
