"""Going on with a batch that a command began and did not end."""

from sharing.minting_many import deeds, drafts
from sharing.models import BatchState, MintBatch


def go_on(batch: MintBatch, *, source: str) -> None:
    """Let everything of a begun batch run that has no living share token."""
    if batch.state == BatchState.DRAFT:
        drafts.start(batch.pk, by=None, source=source)
    if batch.failed_count:
        deeds.retry_failed(batch.pk, by=None, source=source)
    deeds.bury(batch.pk)
    batch.refresh_from_db()
    if batch.expired_count:
        deeds.renew(batch.pk, by=None, source=source)
    batch.refresh_from_db()
    if batch.state == BatchState.PAUSED:
        deeds.resume(batch.pk, by=None, source=source)
