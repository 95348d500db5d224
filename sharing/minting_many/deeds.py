"""What people do about a started batch: pause, resume, cancel, retry, renew, erase, mint again.

Each deed locks the batch, writes its audit event in the same transaction, and raises MintRefused
with a sentence when the batch does not stand so that it could be done.
"""

from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from sharing.bell import ring_to_mint
from sharing.database_clock import database_now
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many.books import Books
from sharing.minting_many.locked import locked, note
from sharing.minting_many.storing import Order, lines_again, store_lines
from sharing.minting_many.tick import bury_dead
from sharing.models import (
    BatchState,
    MintBatch,
    MintRow,
    MintSource,
    MintState,
)

_ENDS_TO_GO_ON = (
    BatchState.RUNNING,
    BatchState.HELD,
    BatchState.PAUSED,
    BatchState.FINISHED,
    BatchState.CANCELLED,
)


@transaction.atomic
def pause(batch_id: int, *, by: User, request: HttpRequest | None = None) -> None:
    """Claim no further row; one that the register holds does not go on by itself any more."""
    books, batch = locked(batch_id, BatchState.RUNNING, BatchState.HELD)
    batch.state, batch.stop_sentence = BatchState.PAUSED, ""
    books.close()
    note("minting.paused", batch, by, request)


@transaction.atomic
def resume(
    batch_id: int, *, by: User | None, request: HttpRequest | None = None, source: str = ""
) -> None:
    """Go on, also after a stop by itself."""
    books, batch = locked(batch_id, BatchState.PAUSED, BatchState.HELD)
    refuse_unless_sharing(batch.partner)
    _run(books, batch)
    note("minting.resumed", batch, by, request, source=source)


@transaction.atomic
def cancel(batch_id: int, *, by: User, request: HttpRequest) -> None:
    """Give up what is not minted yet. What is minted stays, and its file may be taken."""
    books, batch = locked(batch_id, BatchState.RUNNING, BatchState.HELD, BatchState.PAUSED)
    open_rows = MintRow.objects.of(batch).filter(lease_until=None)
    given_up = books.move_many(
        batch, open_rows.in_state(MintState.WAITING, MintState.FINDING), MintState.CANCELLED
    )
    batch.state, batch.finished_at = BatchState.CANCELLED, books.now
    batch.stop_sentence = ""
    books.close()
    note("minting.cancelled", batch, by, request, rows=given_up, minted=batch.minted_count)


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
    note("minting.retried", batch, by, request, source=source, rows=count)
    return count


@transaction.atomic
def bury(batch_id: int) -> None:
    """Erase the share tokens of a batch that have died, without waiting for a worker's sweep."""
    books = Books([batch_id], database_now())
    for batch in books.batches.values():
        bury_dead(books, batch)
    books.close()


@transaction.atomic
def renew(
    batch_id: int, *, by: User | None, request: HttpRequest | None = None, source: str = ""
) -> int:
    """Mint again for the rows whose share token died before it was taken; returns how many."""
    books, batch = _with_its_file(batch_id)
    dead = MintRow.objects.of(batch).in_state(MintState.EXPIRED)
    count = books.move_many(batch, dead, MintState.WAITING, attempts=0, live_until=None)
    _run_if_any(books, batch, count, "No share token of this batch has died.")
    note("minting.renewed", batch, by, request, source=source, rows=count)
    return count


@transaction.atomic
def abandon(batch_id: int, *, by: User, request: HttpRequest) -> None:
    """Erase the share tokens of a batch unseen. They work for nobody, and die of age."""
    books, batch = locked(batch_id, BatchState.FINISHED, BatchState.CANCELLED)
    if not batch.file_is_ready:
        raise MintRefused("No share token of this batch is kept here.")
    kept = MintRow.objects.of(batch).filter(token_sealed__isnull=False)
    erased = kept.update(token_sealed=None)
    batch.abandoned_at = books.now
    books.close()
    note("minting.abandoned", batch, by, request, rows=erased)


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


def _with_its_file(batch_id: int) -> tuple[Books, MintBatch]:
    """A started batch whose one file can still grow."""
    books, batch = locked(batch_id, *_ENDS_TO_GO_ON)
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
