"""Taking the one file of a batch: the share tokens leave, and are erased here in the same commit.

They are opened piece by piece while the file is sent. Between the commit and the last piece they
exist sealed in this process and nowhere else: a transfer that breaks off loses them, and they are
minted again.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from sharing.database_clock import database_now
from sharing.minting_many.books import Books
from sharing.minting_many.files import PAGE, Line, Preset, pages, written_header, written_lines
from sharing.minting_many.tick import bury_dead
from sharing.models import HandedOver, IssuedToken, MintBatch, MintRow
from sharing.sealing import CannotOpen, open_sealed


class FileGone(PlainRefusal):
    """There is no file to take. `sentence` says why, and what to do."""


Kept = tuple[MintRow, bytes]


def take_file(
    batch: MintBatch,
    preset: str = Preset.FULL,
    *,
    by: User | None = None,
    request: HttpRequest | None = None,
    way: HandedOver = HandedOver.FILE,
) -> Iterator[bytes]:
    """The file, once: from the commit on no share token of the batch is kept here any more.

    Whoever wants the file to exist before that commit calls this and uses it up inside a
    transaction of its own. `way` is how it leaves us, for the ledger. Raises FileGone when it was
    taken, erased, or is not ready, when every share token of it has died, or when a key is missing;
    then nothing is taken.
    """
    return _pieces(take_lines(batch, preset, by=by, request=request, way=way), preset)


def take_lines(
    batch: MintBatch,
    preset: str = Preset.FULL,
    *,
    by: User | None = None,
    request: HttpRequest | None = None,
    source: str = "",
    way: HandedOver = HandedOver.FILE,
) -> Iterator[Line]:
    """The same, as lines that are yet to be written."""
    trail = {"actor": by, "request": request, "source": source}
    kept = _taken(batch.pk, Preset(preset), by, way, trail)
    if kept is None:
        raise FileGone("Every share token of this batch has died of age. Mint them again.")
    return map(_opened, kept)


@transaction.atomic
def _taken(
    batch_id: int, preset: Preset, by: User | None, way: HandedOver, trail: dict[str, Any]
) -> list[Kept] | None:
    """All rows with their sealed tokens, which the database forgets; None when all have died."""
    books = Books([batch_id], database_now())
    batch = books.batches.get(batch_id)
    if batch is None or not batch.file_is_ready:
        raise FileGone(_why(batch))
    bury_dead(books, batch)
    kept = [(row, bytes(row.token_sealed or b"")) for rows in pages(batch) for row in rows]
    alive = sum(1 for _, sealed in kept if sealed)
    _check_keys(kept)
    if alive:
        _forget(books, batch, alive, by, way)
        audit.record(
            "minting.file_taken",
            subject=f"mint_batch:{batch.pk}",
            rows=alive,
            preset=preset.value,
            partner=batch.partner.client_id,
            **trail,
        )
    books.close()
    return kept if alive else None


def _forget(books: Books, batch: MintBatch, count: int, by: User | None, way: HandedOver) -> None:
    kept = MintRow.objects.of(batch).filter(token_sealed__isnull=False)
    IssuedToken.objects.of_rows(kept).note_handed_over(way)
    kept.update(token_sealed=None)
    batch.taken_at, batch.taken_by, batch.taken_count = books.now, by, count


def _check_keys(kept: list[Kept]) -> None:
    """Nothing is erased that could not be read."""
    try:
        for row, sealed in kept:
            if sealed:
                open_sealed(sealed, context=row.seal_context)
    except CannotOpen:
        raise FileGone(
            "The key that opens these share tokens is missing here. Whoever runs the server puts "
            "the former RELAY_KEYS back. Nothing was taken."
        ) from None


def _pieces(lines: Iterator[Line], preset: str) -> Iterator[bytes]:
    yield written_header(preset)
    while page := list(islice(lines, PAGE)):
        # A page may hold no row of this shape, and an empty piece would end the file.
        if piece := written_lines(page, preset):
            yield piece


def _opened(one: Kept) -> Line:
    row, sealed = one
    return Line(row, open_sealed(sealed, context=row.seal_context) if sealed else "")


def _why(batch: MintBatch | None) -> str:
    if batch is None:
        return "This batch was discarded."
    if batch.taken_at:
        return "This file was taken already, and it is produced once. Mint again for a new one."
    if batch.abandoned_at:
        return "The share tokens of this batch were erased. Mint again for new ones."
    if not batch.is_over:
        return "The file is produced when nothing of the batch moves any more."
    return "No share token of this batch is kept here."
