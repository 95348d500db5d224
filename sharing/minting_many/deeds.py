"""What people do about a batch: choose, look up, start, pause, resume, cancel, retry, renew, erase.

Each deed locks the batch, writes its audit event in the same transaction, and raises MintRefused
with a sentence when the batch does not stand so that it could be done.
"""

from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from sharing.bell import ring_to_mint
from sharing.database_clock import database_now
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many import words
from sharing.minting_many.books import Books
from sharing.minting_many.checking import note_live_tokens
from sharing.minting_many.storing import Order, lines_again, store_lines
from sharing.models import (
    BatchState,
    Concern,
    MintBatch,
    MintRow,
    MintRowQuerySet,
    MintSource,
    MintState,
    Partner,
)
from sharing.precheck import STALE_AFTER

_ENDS_TO_GO_ON = (
    BatchState.RUNNING,
    BatchState.PAUSED,
    BatchState.FINISHED,
    BatchState.CANCELLED,
)


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
    books, batch = _open(batch_id, BatchState.DRAFT)
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
    books, batch = _open(batch_id, BatchState.DRAFT)
    batch.stop_sentence, batch.unanswered = "", 0
    asked = books.move_many(batch, to_look_up(batch), MintState.FINDING, attempts=0)
    books.close()
    _note("minting.looked_up", batch, by, request, rows=asked)
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
    books, batch = _open(batch_id, BatchState.DRAFT)
    refuse_unless_sharing(batch.partner)
    note_live_tokens(batch)
    leave_out(books, batch)
    if not batch.open_count:
        raise MintRefused("Nothing is left to mint: every row is left out.")
    batch.state, batch.started_at, batch.stop_sentence = BatchState.RUNNING, books.now, ""
    books.close()
    _note(
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


def leave_out(books: Books, batch: MintBatch) -> None:
    """Leave the waiting rows out that the batch does not mint as it was chosen."""
    rows = MintRow.objects.to_leave_out(batch, books.now)
    refusable = rows.filter(concern=Concern.REFUSABLE)
    if not batch.mints_refusable:
        books.move_many(batch, refusable, MintState.SKIPPED, reason=F("concern_sentence"))
    books.move_many(batch, rows, MintState.SKIPPED, reason=words.LIVE_TOKEN)


@transaction.atomic
def pause(batch_id: int, *, by: User, request: HttpRequest) -> None:
    """Claim no further row."""
    books, batch = _open(batch_id, BatchState.RUNNING)
    batch.state = BatchState.PAUSED
    books.close()
    _note("minting.paused", batch, by, request)


@transaction.atomic
def resume(
    batch_id: int, *, by: User | None, request: HttpRequest | None = None, source: str = ""
) -> None:
    """Go on, also after a stop by itself."""
    books, batch = _open(batch_id, BatchState.PAUSED)
    refuse_unless_sharing(batch.partner)
    _run(books, batch)
    _note("minting.resumed", batch, by, request, source=source)


@transaction.atomic
def cancel(batch_id: int, *, by: User, request: HttpRequest) -> None:
    """Give up what is not minted yet. What is minted stays, and its file may be taken."""
    books, batch = _open(batch_id, BatchState.RUNNING, BatchState.PAUSED)
    open_rows = MintRow.objects.of(batch).filter(lease_until=None)
    given_up = books.move_many(
        batch, open_rows.in_state(MintState.WAITING, MintState.FINDING), MintState.CANCELLED
    )
    batch.state, batch.finished_at = BatchState.CANCELLED, books.now
    books.close()
    _note("minting.cancelled", batch, by, request, rows=given_up, minted=batch.minted_count)


@transaction.atomic
def retry_failed(
    batch_id: int, *, by: User | None, request: HttpRequest | None = None, source: str = ""
) -> int:
    """Let failed rows go again; returns how many."""
    books, batch = _with_its_file(batch_id)
    failed = MintRow.objects.of(batch).in_state(MintState.FAILED)
    fresh = {"attempts": 0, "reason": "", "said": "", "error_code": None, "not_before": None}
    count = books.move_many(batch, failed.filter(sumsub_id=""), MintState.FINDING, **fresh)
    count += books.move_many(batch, failed, MintState.WAITING, **fresh)
    _run_if_any(books, batch, count, "No row of this batch has failed.")
    _note("minting.retried", batch, by, request, source=source, rows=count)
    return count


@transaction.atomic
def renew(
    batch_id: int, *, by: User | None, request: HttpRequest | None = None, source: str = ""
) -> int:
    """Mint again for the rows whose share token died before it was taken; returns how many."""
    books, batch = _with_its_file(batch_id)
    dead = MintRow.objects.of(batch).in_state(MintState.EXPIRED)
    count = books.move_many(batch, dead, MintState.WAITING, attempts=0, live_until=None)
    _run_if_any(books, batch, count, "No share token of this batch has died.")
    _note("minting.renewed", batch, by, request, source=source, rows=count)
    return count


@transaction.atomic
def abandon(batch_id: int, *, by: User, request: HttpRequest) -> None:
    """Erase the share tokens of a batch unseen. They work for nobody, and die of age."""
    books, batch = _open(batch_id, BatchState.FINISHED, BatchState.CANCELLED)
    if not batch.file_is_ready:
        raise MintRefused("No share token of this batch is kept here.")
    kept = MintRow.objects.of(batch).filter(token_sealed__isnull=False)
    erased = kept.update(token_sealed=None)
    batch.abandoned_at = books.now
    books.close()
    _note("minting.abandoned", batch, by, request, rows=erased)


@transaction.atomic
def discard(batch_id: int, *, by: User, request: HttpRequest) -> None:
    """Forget a draft: nothing was minted for it."""
    _, batch = _open(batch_id, BatchState.DRAFT)
    _note("minting.discarded", batch, by, request, rows=batch.total_count)
    batch.delete()


def again(batch: MintBatch, *, failed_only: bool, by: User, request: HttpRequest) -> MintBatch:
    """A new draft of a batch whose file was taken: of its failed rows, or of all of them.

    All of them is for a file that was lost, so share tokens that still live are no reason to leave
    a row out. Raises FileRefused when there is no such row.
    """
    states = [MintState.FAILED] if failed_only else [MintState.MINTED, MintState.EXPIRED]
    order = Order(
        partner=batch.partner,
        ttl_seconds=batch.ttl_seconds,
        source=MintSource.AGAIN,
        created_by=by,
        file_name=batch.file_name,
        again_of=batch,
        mints_live=not failed_only,
    )
    return store_lines(lines_again(batch, *states), order, request=request)


# ---- what deeds share ---------------------------------------------------------------------------

_REFUSALS = {
    BatchState.DRAFT: "This batch was not started yet.",
    BatchState.RUNNING: "This batch is running.",
    BatchState.PAUSED: "This batch is paused.",
    BatchState.FINISHED: "This batch is finished.",
    BatchState.CANCELLED: "This batch was cancelled.",
}


def _open(batch_id: int, *states: BatchState) -> tuple[Books, MintBatch]:
    books = Books([batch_id], database_now())
    batch = books.batches.get(batch_id)
    if batch is None:
        raise MintRefused("This batch was discarded.")
    if batch.state not in states:
        raise MintRefused(_REFUSALS[BatchState(batch.state)])
    return books, batch


def _with_its_file(batch_id: int) -> tuple[Books, MintBatch]:
    """A started batch whose one file can still grow."""
    books, batch = _open(batch_id, *_ENDS_TO_GO_ON)
    if batch.taken_at or batch.abandoned_at:
        raise MintRefused(
            "The file of this batch was produced already. Make a new batch of these rows."
        )
    refuse_unless_sharing(batch.partner)
    return books, batch


def _run_if_any(books: Books, batch: MintBatch, count: int, otherwise: str) -> None:
    if not count:
        raise MintRefused(otherwise)
    _run(books, batch)


def _run(books: Books, batch: MintBatch) -> None:
    batch.state, batch.finished_at, batch.stop_sentence = BatchState.RUNNING, None, ""
    batch.unanswered = batch.refused_run = 0
    books.close()
    ring_to_mint(batch.pk)


def _note(
    deed: str,
    batch: MintBatch,
    by: User | None,
    request: HttpRequest | None,
    *,
    source: str = "",
    **details: Any,
) -> None:
    audit.record(
        deed,
        actor=by,
        subject=f"mint_batch:{batch.pk}",
        request=request,
        source=source,
        **details,
    )
