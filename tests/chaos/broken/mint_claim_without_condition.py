"""Claim without condition: no lock on the batch, and whoever read a row as waiting mints for it.

Every answer counts, whichever claim it comes back to.
"""

import time
from collections.abc import Iterable
from datetime import datetime

from sharing.minting_many import books, settling
from sharing.minting_many.work import Minted, Result
from sharing.models import MintBatch, MintRow

# Between reading and writing, so that two workers meet at once and not only under load.
THINKS_SECONDS = 0.1
_opened, _closed, _void = books.Books.__init__, books.Books.close, settling.Settlement._void


def _unlocked(self: books.Books, batch_ids: Iterable[int], now: datetime) -> None:
    wanted = set(batch_ids)
    _opened(self, [], now)
    found = MintBatch.objects.filter(pk__in=wanted).select_related("partner", "created_by")
    self.batches = {batch.pk: batch for batch in found}


def _slowly(self: books.Books) -> None:
    time.sleep(THINKS_SECONDS)
    _closed(self)


def _counts_all_the_same(self: settling.Settlement, one: Result) -> None:
    row = MintRow.objects.select_related("applicant").get(pk=one.work.row_id)
    if isinstance(one, Minted):
        self._settle_minted(row, one)
    else:
        _void(self, one)


books.Books.__init__ = _unlocked  # type: ignore[method-assign]
books.Books.close = _slowly  # type: ignore[method-assign]
settling.Settlement._void = _counts_all_the_same  # type: ignore[method-assign]
