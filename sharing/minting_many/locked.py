"""What every deed about a batch begins and ends with: the lock, and the line in the trail."""

from typing import Any

from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from sharing.database_clock import database_now
from sharing.minting import MintRefused
from sharing.minting_many.books import Books
from sharing.models import BatchState, MintBatch

_REFUSALS = {
    BatchState.DRAFT: "This batch was not started yet.",
    BatchState.RUNNING: "This batch is running.",
    BatchState.HELD: "This batch waits for its recipient's register entry.",
    BatchState.PAUSED: "This batch is paused.",
    BatchState.FINISHED: "This batch is finished.",
    BatchState.CANCELLED: "This batch was cancelled.",
}


def locked(batch_id: int, *states: BatchState) -> tuple[Books, MintBatch]:
    """The batch, locked, in one of these states. Raises MintRefused when it stands otherwise."""
    books = Books([batch_id], database_now())
    batch = books.batches.get(batch_id)
    if batch is None:
        raise MintRefused("This batch was discarded.")
    if batch.state not in states:
        raise MintRefused(_REFUSALS[BatchState(batch.state)])
    return books, batch


def note(
    deed: str,
    batch: MintBatch,
    by: User | None,
    request: HttpRequest | None,
    *,
    source: str = "",
    **details: Any,
) -> None:
    """Write the deed into the audit trail, in its transaction."""
    audit.record(
        deed,
        actor=by,
        subject=f"mint_batch:{batch.pk}",
        request=request,
        source=source,
        **details,
    )
