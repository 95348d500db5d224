"""The batches that one transaction is about, locked, and the rows of theirs that it moves.

Counts are written in the transaction that moves the rows, so they equal the rows at every commit.
Locks are taken in one order: batches by number, then rows, then the budget.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection

from accounts import audit, sheets
from accounts.models import NoticeKind
from sharing.minting_many import telling
from sharing.models import BatchState, MintBatch, MintRow, MintRowQuerySet

_WRITTEN = (
    "state",
    "sumsub_id",
    "external_id",
    "applicant",
    "concern",
    "concern_sentence",
    "live_until",
    "same_as_line",
    "attempts",
    "unread_count",
    "lease_until",
    "lease_owner",
    "not_before",
    "error_code",
    "reason",
    "said",
    "issued",
    "settled_at",
)
_ATTRIBUTES = {field.name: field.attname for field in MintRow._meta.concrete_fields}
_values = attrgetter("pk", *(_ATTRIBUTES[name] for name in _WRITTEN))


class Books:
    """Call inside a transaction; `close` writes everything."""

    def __init__(self, batch_ids: Iterable[int], now: datetime) -> None:
        self.now = now
        locked = MintBatch.objects.filter(pk__in=set(batch_ids)).order_by("pk")
        self.batches = {
            batch.pk: batch
            for batch in locked.select_related("partner", "created_by").select_for_update(
                of=("self",)
            )
        }
        self._moved: dict[int, MintRow] = {}
        self._sealed: dict[int, bytes] = {}

    def move(self, row: MintRow, to: str, **changes: Any) -> None:
        """Let a row leave its state and its holder; `changes` are further columns of it."""
        self.count(row.batch_id, row.state, to)
        row.state, row.lease_until, row.lease_owner = to, None, ""
        for name, value in changes.items():
            setattr(row, name, value)
        self._moved[row.pk] = row
        if "token_sealed" in changes:
            self._sealed[row.pk] = changes["token_sealed"]

    def move_many(self, batch: MintBatch, rows: MintRowQuerySet, to: str, **changes: Any) -> int:
        """Move rows of one batch that are all in one state; returns how many."""
        left = dict.fromkeys(rows.order_by().values_list("state", flat=True).distinct())
        moved = 0
        for state in left:
            count = rows.filter(state=state).update(
                state=to, lease_until=None, lease_owner="", **changes
            )
            self.count(batch.pk, state, to, count)
            moved += count
        return moved

    def count(self, batch_id: int, leaves: str, enters: str, rows: int = 1) -> None:
        """Note that rows of a batch went from one state to another."""
        batch = self.batches[batch_id]
        setattr(batch, f"{leaves}_count", batch.count(leaves) - rows)
        setattr(batch, f"{enters}_count", batch.count(enters) + rows)

    def stop(
        self, batch: MintBatch, sentence: str, error: str = "", error_code: int | None = None
    ) -> None:
        """A batch stops by itself, once: `sentence` says why. Lookups of a draft stop likewise."""
        if batch.stop_sentence or batch.state not in (BatchState.RUNNING, BatchState.DRAFT):
            return
        batch.stop_sentence = sentence
        if batch.state == BatchState.RUNNING:
            batch.state = BatchState.PAUSED
        audit.record(
            "minting.stopped",
            actor=None,
            subject=f"mint_batch:{batch.pk}",
            error=error,
            error_code=error_code,
        )
        telling.tell(batch, NoticeKind.STOPPED, "stopped", self.now)

    def hold(self, batch: MintBatch, sentence: str) -> None:
        """The register bars the recipient of a running batch: `sentence` says why it waits."""
        if batch.state != BatchState.RUNNING:
            return
        batch.state, batch.stop_sentence = BatchState.HELD, sentence
        audit.record("minting.held", actor=None, subject=f"mint_batch:{batch.pk}")
        telling.tell(batch, NoticeKind.STOPPED, "held", self.now)

    def let_go_on(self, batch: MintBatch) -> None:
        """Nothing stands against the recipient of a held batch any more."""
        batch.state, batch.stop_sentence = BatchState.RUNNING, ""
        audit.record("minting.went_on", actor=None, subject=f"mint_batch:{batch.pk}")

    def write(self) -> None:
        """Write the rows moved so far."""
        rows, self._moved = list(self._moved.values()), {}
        sealed, self._sealed = self._sealed, {}
        if rows:
            sheets.update(MintRow, _WRITTEN, map(_values, rows), where=("id",))
        if sealed:
            _write_sealed(sealed)

    def close(self) -> None:
        """Write rows, counts and what is finished."""
        self.write()
        for batch in self.batches.values():
            goes_on = batch.state in (BatchState.RUNNING, BatchState.HELD)
            if goes_on and not batch.open_count:
                self._finish(batch)
            batch.save()

    def _finish(self, batch: MintBatch) -> None:
        batch.state, batch.finished_at = BatchState.FINISHED, self.now
        batch.stop_sentence = ""
        audit.record(
            "minting.finished",
            actor=None,
            subject=f"mint_batch:{batch.pk}",
            minted=batch.minted_count,
            failed=batch.failed_count,
            left_out=batch.skipped_count,
        )
        kind = NoticeKind.NEEDS if batch.minted_count else NoticeKind.DONE
        telling.tell(batch, kind, "finished", self.now)


def _write_sealed(tokens: Mapping[int, bytes]) -> None:
    """Keep sealed share tokens by the rows' numbers; bytes do not travel in a sheet."""
    table = connection.ops.quote_name(MintRow._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET token_sealed = %s WHERE id = %s",
            [(sealed, row_id) for row_id, sealed in tokens.items()],
        )
