"""Telling whoever made a batch that it ended or stopped, under the bell and by e-mail.

These sentences leave the house by e-mail. They hold numbers and the partner's name, and never an
applicant, a file name or Sumsub's own words.
"""

from datetime import datetime

from django.urls import reverse

from accounts import notices
from accounts.look.figures import thousands
from accounts.models import NoticeKind
from accounts.occasions import Occasion
from sharing.models import MintBatch


def tell(batch: MintBatch, kind: NoticeKind, event: str, at: datetime) -> None:
    """Write the notice, in the transaction of what it tells."""
    if batch.created_by is None:
        return
    title, text = _SAID[event](batch)
    news = notices.News(
        about=f"mint_batch:{batch.pk}",
        event=event,
        occurred_at=at,
        kind=kind,
        title=title,
        text=text,
        link=reverse("sharing:mint_batch", args=[batch.pk]),
        occasion=Occasion.BATCH_ENDED,
    )
    notices.tell([batch.created_by], news)


def _stopped(batch: MintBatch) -> tuple[str, str]:
    return (
        f"Batch {batch.pk} for {batch.partner.name} stopped by itself",
        f"{thousands(batch.minted_count)} of {thousands(batch.total_count)} share tokens minted. "
        "Its page says why and what to do.",
    )


def _held(batch: MintBatch) -> tuple[str, str]:
    return (
        f"Batch {batch.pk} for {batch.partner.name} waits",
        f"{thousands(batch.minted_count)} of {thousands(batch.total_count)} share tokens minted. "
        f"Nothing is minted for {batch.partner.name} for now; its page says why. The batch goes on "
        "by itself when that changes.",
    )


def _finished(batch: MintBatch) -> tuple[str, str]:
    failed = f", {thousands(batch.failed_count)} failed" if batch.failed_count else ""
    end = "is minted" if batch.minted_count else "is finished, and nothing was minted"
    step = " Take the file before they die." if batch.minted_count else ""
    return (
        f"Batch {batch.pk} for {batch.partner.name} {end}",
        f"{thousands(batch.minted_count)} share tokens{failed}.{step}",
    )


_SAID = {"stopped": _stopped, "held": _held, "finished": _finished}
