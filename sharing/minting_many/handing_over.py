"""The file of a batch, handed to its recipient by a link instead of being taken by us."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from accounts.models import User
from sharing.minting_many.files import Preset
from sharing.minting_many.standing import standing_of
from sharing.minting_many.taking import take_file
from sharing.models import HandedOver, MintBatch


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
