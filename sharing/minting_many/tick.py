"""A tick: one short transaction that settles what came back and claims what may go out.

A row is *minting* on disk, under a lease, before its socket is written to; permits are taken in
the same commit.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, zip_longest

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.compiled import Compiled
from accounts.plans import keep_plans_of_key_checks
from sharing import budget
from sharing.clockwork import ClockKeeper
from sharing.database_clock import Moment, database_now
from sharing.minting import MintRefused, refuse_unless_sharing
from sharing.minting_many.books import Books
from sharing.minting_many.settling import Settlement, Throttling
from sharing.minting_many.timing import Timing
from sharing.minting_many.work import Find, Mint, Minted, Result, Work
from sharing.models import BatchState, MintBatch, MintRow, MintState, Way
from sharing.rhythm import Rhythm, Turn

# Batches that one tick serves side by side, and rows that one sweep handles.
SERVED_TOGETHER = 8
SWEEP_ROWS = 500
# An applicant and the steps of its level are two calls.
CALLS_TO_FIND = 2
# Claims of one row that may end with their process before the row counts as failed.
MOST_LOST_CLAIMS = 10
_LOST = (
    "Ten calls for this row were begun, and each ended with its process. Tell whoever runs the "
    "server, then retry it."
)


@dataclass
class Ticker:
    """Runs ticks for one drain. Used from one thread, which holds the database connection."""

    owner: str
    timing: Timing
    clocks: ClockKeeper
    rhythm: Rhythm
    _swept_at: float = field(default=float("-inf"), init=False)

    def tick(self, results: Sequence[Result], *, free: int) -> Turn[Work]:
        """Settle `results` and claim rows to mint for `free` lanes.

        When it fails, nothing has happened, and the results may be given again.
        """
        turn, throttled = self._ticked(results, free)
        for kind, wait in throttled.items():
            with transaction.atomic():
                budget.throttled(kind, now=database_now().timestamp(), retry_after=wait)
        return turn

    def finds(self, free: int) -> list[Work]:
        """Claim rows to look up for `free` lanes."""
        waiting = _TO_FIND()
        # Asked outside of a transaction: mostly there is nothing to look up.
        return self._claim_finds(waiting, free) if waiting and free > 0 else []

    @transaction.atomic
    def _claim_finds(self, waiting: Sequence[int], free: int) -> list[Work]:
        now = database_now()
        books = Books(waiting, now)
        rows = self._rows(books, waiting, MintState.FINDING, free, now)
        at = Moment.read(write_within=self.timing.write_within)
        wanted = len(rows) * CALLS_TO_FIND
        permits = budget.take(budget.GET, wanted, now=at.now.timestamp()) // CALLS_TO_FIND
        mine = self._claim(rows[:permits], MintState.FINDING, at.now)
        books.close()
        return [
            Find(
                row.pk,
                row.batch_id,
                row.version,
                row.sumsub_id,
                row.external_id,
                at.not_after,
            )
            for row in mine
        ]

    @transaction.atomic
    def _ticked(self, results: Sequence[Result], free: int) -> tuple[Turn[Work], Throttling]:
        keep_plans_of_key_checks()
        now = database_now()
        waiting = _TO_SERVE() if free > 0 else []
        permit_in = self._permit_in(now) if waiting else 0.0
        to_serve = waiting if permit_in <= self.rhythm.lead else []
        swept = self._batches_to_sweep(now)
        books = Books({one.work.batch_id for one in results} | {*to_serve, *swept}, now)
        settlement = Settlement(books, self.timing, self.clocks)
        settlement.settle(results)
        settlement.store()
        if swept:
            self._sweep(books)
        work = self._claim_mints(books, to_serve, free, now.timestamp() + permit_in)
        books.close()
        self._count_late(results)
        # Rows that a permit would not have let go wait for something else.
        held_up = bool(to_serve) and not work
        return Turn(
            work,
            wait=self.timing.idle,
            permit_in=self._permit_in(now) if waiting and not held_up else None,
            ready_at=work[0].claimed_at + self.rhythm.way_out if work else None,
        ), settlement.throttled

    # ---- claiming --------------------------------------------------------------------------

    def _permit_in(self, now: datetime) -> float:
        gather = self.rhythm.breath
        return budget.next_permit_in(budget.POST, now=now.timestamp(), gather=gather)

    def _claim_mints(
        self, books: Books, to_serve: Sequence[int], free: int, permits_from: float
    ) -> list[Mint]:
        """Claim rows, with permits for `permits_from`, or for when calls can leave, if later."""
        rows = self._rows(books, to_serve, MintState.WAITING, free, books.now)
        if not rows:
            return []
        # A clock read anew: what came before in this transaction took its time.
        at = Moment.read(write_within=self.timing.write_within)
        permit_at = max(permits_from, at.now.timestamp() + self.rhythm.way_out)
        permits = budget.take(budget.POST, len(rows), now=permit_at)
        mine = self._claim(rows[:permits], MintState.MINTING, at.now)
        for row in mine:
            books.count(row.batch_id, MintState.WAITING, MintState.MINTING)
            books.batches[row.batch_id].served_at = at.now
        return [_mint(books.batches[row.batch_id], row, at, permit_at) for row in mine]

    def _rows(
        self, books: Books, ids: Iterable[int], state: MintState, most: int, now: datetime
    ) -> list[MintRow]:
        """Rows that may go out now, fairly from each batch that may still go on."""
        batches = [books.batches[pk] for pk in ids if pk in books.batches]
        queues = [
            list(MintRow.objects.of(batch).due(state, now)[:most])
            for batch in batches
            if _may_go_on(books, batch, state)
        ]
        fairly = chain.from_iterable(zip_longest(*queues))
        return [row for row in fairly if row is not None][:most]

    def _claim(self, rows: Sequence[MintRow], state: MintState, now: datetime) -> Sequence[MintRow]:
        if rows:
            MintRow.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=state,
                version=F("version") + 1,
                lease_until=now + timedelta(seconds=self.timing.lease),
                lease_owner=self.owner,
                claimed_at=now,
                not_before=None,
            )
        for row in rows:
            row.version += 1
        return rows

    # ---- sweeping --------------------------------------------------------------------------

    def _batches_to_sweep(self, now: datetime) -> set[int]:
        if time.monotonic() - self._swept_at < self.timing.sweep:
            return set()
        self._swept_at = time.monotonic()
        lost = MintRow.objects.lease_ended(now).order_by().values_list("batch_id", flat=True)
        dead = MintRow.objects.outlived(now).order_by().values_list("batch_id", flat=True)
        done = MintBatch.objects.without_open_rows().values_list("pk", flat=True)
        clear = MintBatch.objects.held_and_clear().values_list("pk", flat=True)
        return {*lost.distinct(), *dead.distinct(), *done, *clear}

    def _sweep(self, books: Books) -> None:
        mine = MintRow.objects.filter(batch__in=books.batches)
        for row in mine.lease_ended(books.now)[:SWEEP_ROWS]:
            self._take_back(books, row)
        books.write()
        for batch in books.batches.values():
            bury_dead(books, batch)
            if batch.state == BatchState.HELD and batch.partner.bar(Way.OUT) is None:
                books.let_go_on(batch)

    def _take_back(self, books: Books, row: MintRow) -> None:
        """Its process vanished or froze. What it may have minted, nobody read."""
        row.attempts += 1
        row.unread_count += row.state == MintState.MINTING
        back = MintState.WAITING if row.state == MintState.MINTING else MintState.FINDING
        if books.batches[row.batch_id].state == BatchState.CANCELLED:
            books.move(row, MintState.CANCELLED)
        elif row.attempts >= MOST_LOST_CLAIMS:
            books.move(row, MintState.FAILED, reason=_LOST, settled_at=books.now)
        else:
            books.move(row, back)

    def _count_late(self, results: Sequence[Result]) -> None:
        """Tell the budget of calls that left later than their permits say."""
        minted = [one for one in results if isinstance(one, Minted)]
        self.rhythm.note_ways(one.began - one.work.claimed_at for one in minted)
        delays = [(one.work.permit_at, one.left - one.work.due_at) for one in minted]
        budget.left_late(budget.POST, delays)


# The numbers of the batches that were served longest ago, asked for at every tick.
_TO_SERVE = Compiled(
    lambda: MintBatch.objects.running().filter(waiting_count__gt=0).to_serve(SERVED_TOGETHER)
)
_TO_FIND = Compiled(
    lambda: MintBatch.objects.under_way().filter(finding_count__gt=0).to_serve(SERVED_TOGETHER)
)


def _mint(batch: MintBatch, row: MintRow, at: Moment, permit_at: float) -> Mint:
    return Mint(
        row_id=row.pk,
        batch_id=batch.pk,
        version=row.version,
        applicant_id=row.sumsub_id,
        client_id=batch.partner.client_id,
        ttl_seconds=batch.ttl_seconds,
        issued_at=at.now,
        permit_at=permit_at,
        due_at=at.monotonic_at(permit_at),
        claimed_at=at.monotonic,
        not_after=at.not_after,
    )


def bury_dead(books: Books, batch: MintBatch) -> int:
    """Erase the share tokens of a batch that died of age before anybody took them."""
    dead = MintRow.objects.of(batch).outlived(books.now)
    # Named one by one: SQLite updates no joined tables.
    gone = MintRow.objects.filter(pk__in=list(dead.values_list("pk", flat=True)))
    buried = books.move_many(batch, gone, MintState.EXPIRED, token_sealed=None)
    if buried:
        audit.record(
            "minting.tokens_died", actor=None, subject=f"mint_batch:{batch.pk}", rows=buried
        )
    return buried


def _may_go_on(books: Books, batch: MintBatch, state: MintState) -> bool:
    """Whether a locked batch is still under way, and its recipient one that may be shared with."""
    if state == MintState.FINDING:
        return batch.state in (BatchState.DRAFT, BatchState.RUNNING) and not batch.stop_sentence
    if batch.state != BatchState.RUNNING:
        return False
    try:
        refuse_unless_sharing(batch.partner)
    except MintRefused as refused:
        books.hold(batch, refused.sentence)
        return False
    return True
