"""The queue's door to this room."""

from celery import shared_task

from accounts.sealing import seal_events


@shared_task(name="accounts.tasks.seal_audit")
def seal_audit() -> None:
    """Seal what was committed since the last tick."""
    seal_events()
