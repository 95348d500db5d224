"""What people do about a draft: choose, look its applicants up, start it, discard it.

Each deed locks the batch, writes its audit event in the same transaction, and raises MintRefused
with a sentence when the batch does not stand so that it could be done.
"""

from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest

from accounts.models import User
from sharing.bell import ring_to_mint
from sharing.database_clock import database_now
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many import words
from sharing.minting_many.books import Books
from sharing.minting_many.checking import note_live_tokens
from sharing.minting_many.locked import locked, note
from sharing.models import (
    BatchState,
    Concern,
    MintBatch,
    MintRow,
    MintRowQuerySet,
    MintState,
    Partner,
)
from sharing.precheck import STALE_AFTER


@transaction.atomic
def choose(
    batch_id: int,
    *,
    partner: Partner,
    ttl_seconds: int,
    mints_refusable: bool,
    mints_live: bool,
) -> None:
    """Choose recipient, time to live, and what to do about rows with a concern, before the start.

    A choice is no deed yet, so the trail hears of it at the start.
    """
    books, batch = locked(batch_id, BatchState.DRAFT)
    another = partner.pk != batch.partner_id
    batch.partner, batch.ttl_seconds = partner, ttl_seconds
    batch.mints_refusable, batch.mints_live = mints_refusable, mints_live
    books.close()
    if another:
        note_live_tokens(batch)


@transaction.atomic
def look_up(batch_id: int, *, by: User, request: HttpRequest) -> int:
    """Ask Sumsub about every waiting applicant that it was not asked about for a day.

    Returns how many will be asked about.
    """
    books, batch = locked(batch_id, BatchState.DRAFT)
    batch.stop_sentence, batch.unanswered = "", 0
    asked = books.move_many(batch, to_look_up(batch), MintState.FINDING, attempts=0)
    books.close()
    note("minting.looked_up", batch, by, request, rows=asked)
    ring_to_mint(batch.pk)
    return asked


def to_look_up(batch: MintBatch) -> MintRowQuerySet:
    """Rows of a draft whose applicant Sumsub was not asked about for a day, or ever."""
    old = Q(applicant__looked_up_at=None) | Q(
        applicant__looked_up_at__lt=database_now() - STALE_AFTER
    )
    found = MintRow.objects.of(batch).in_state(MintState.WAITING).filter(old)
    # Named one by one where they are to be changed: a join cannot be.
    return MintRow.objects.filter(pk__in=found.order_by().values("pk"))


@transaction.atomic
def start(
    batch_id: int, *, by: User | None, request: HttpRequest | None = None, source: str = ""
) -> MintBatch:
    """Mint from now on. Rows that were not chosen are left out, each with its reason."""
    books, batch = locked(batch_id, BatchState.DRAFT)
    refuse_unless_sharing(batch.partner)
    # Two batches for one recipient start one after the other: the second sees the first's rows.
    Partner.objects.select_for_update().get(pk=batch.partner_id)
    note_live_tokens(batch)
    leave_out(books, batch)
    if not batch.open_count:
        raise MintRefused("Nothing is left to mint: every row is left out.")
    batch.state, batch.started_at, batch.stop_sentence = BatchState.RUNNING, books.now, ""
    books.close()
    note(
        "minting.started",
        batch,
        by,
        request,
        source=source,
        rows=batch.open_count,
        left_out=batch.skipped_count,
        partner=batch.partner.client_id,
        ttl_seconds=batch.ttl_seconds,
        refusable=batch.mints_refusable,
        live=batch.mints_live,
    )
    ring_to_mint(batch.pk)
    return batch


@transaction.atomic
def close_without_start(batch_id: int) -> None:
    """Let the rows of a draft of which nothing is left to mint say why."""
    books, batch = locked(batch_id, BatchState.DRAFT)
    leave_out(books, batch)
    books.close()


def leave_out(books: Books, batch: MintBatch) -> None:
    """Leave the waiting rows out that the batch does not mint as it was chosen."""
    rows = MintRow.objects.to_leave_out(batch, books.now)
    refusable = rows.filter(concern=Concern.REFUSABLE)
    if not batch.mints_refusable:
        books.move_many(batch, refusable, MintState.SKIPPED, reason=F("concern_sentence"))
    books.move_many(batch, rows, MintState.SKIPPED, reason=words.LIVE_TOKEN)
    if not batch.mints_live:
        elsewhere = MintRow.objects.under_way_elsewhere(batch)
        books.move_many(batch, elsewhere, MintState.SKIPPED, reason=words.UNDER_WAY)


@transaction.atomic
def discard(
    batch_id: int, *, by: User | None, request: HttpRequest | None = None, source: str = ""
) -> None:
    """Forget a draft: nothing was minted for it."""
    _, batch = locked(batch_id, BatchState.DRAFT)
    note("minting.discarded", batch, by, request, source=source, rows=batch.total_count)
    batch.delete()
