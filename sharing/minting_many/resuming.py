"""Going on with a batch that a command began and did not end."""

from django.db import transaction

from sharing.minting_many import deeds, drafts
from sharing.minting_many.locked import note
from sharing.models import BatchState, MintBatch


@transaction.atomic
def choose_anew(
    batch: MintBatch, *, ttl_seconds: int | None, mints_live: bool, source: str
) -> None:
    """Let what is still to be minted live so long, also for those with a living share token."""
    changed = {} if ttl_seconds is None else {"ttl_seconds": ttl_seconds}
    changed |= {"mints_live": True} if mints_live and not batch.mints_live else {}
    if changed:
        MintBatch.objects.filter(pk=batch.pk).update(**changed)
        note("minting.chosen", batch, None, None, source=source, **changed)


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
    if batch.state in (BatchState.PAUSED, BatchState.HELD):
        deeds.resume(batch.pk, by=None, source=source)
