"""The file of a batch, handed to its recipient by a link instead of being taken by us."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from accounts.models import User
from sharing.minting_many.files import Preset
from sharing.minting_many.standing import standing_of
from sharing.minting_many.taking import take_file
from sharing.models import HandedOver, HandOver, MintBatch


@dataclass(frozen=True)
class BatchFile:
    """What `hand_overs.make` moves: the share tokens leave the batch for the hand-over, once."""

    batch: MintBatch
    preset: Preset
    by: User
    request: HttpRequest | None = None

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return subject_of(self.batch)

    @property
    def file_name(self) -> str:
        """What the recipient's file is called."""
        return f"share-tokens-batch-{self.batch.pk}.csv"

    @property
    def token_count(self) -> int:
        """How many share tokens the file holds, once it was taken."""
        return MintBatch.objects.get(pk=self.batch.pk).taken_count

    @property
    def redeem_by(self) -> datetime | None:
        """When the first of them dies; None when none lives."""
        return standing_of(self.batch).dies_first

    def take(self) -> Iterator[bytes]:
        """The file, inside the caller's transaction. Raises `taking.FileGone`."""
        return take_file(
            self.batch, self.preset, by=self.by, request=self.request, way=HandedOver.LINK
        )


def subject_of(batch: MintBatch) -> str:
    """How hand-overs and the audit trail name a batch."""
    return f"mint_batch:{batch.pk}"


def links_of(batches: Iterable[MintBatch]) -> dict[int, HandOver]:
    """The link that the file of each batch was put behind, by the batch's id, in one query.

    A batch has one file, but one that was revoked may have had a link before: the latest counts.
    """
    batch_ids = {subject_of(batch): batch.pk for batch in batches}
    found = HandOver.objects.of_subjects(batch_ids).order_by("pk")
    return {batch_ids[hand_over.subject]: hand_over for hand_over in found}
