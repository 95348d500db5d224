"""A tick: one short transaction that settles what came back and claims what may go out."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.plans import keep_plans_of_key_checks
from customers import breaker, control, decisions, gates, register_gates, reviews
from customers.books import Books
from customers.giving_up import give_up_some
from customers.models import Application, Gate, Import, ImportState, Row, RowState
from customers.outcomes import Answer, classify
from customers.redemption import asking, due
from customers.redemption.claims import Claimer
from customers.redemption.settling import Settlement
from customers.redemption.work import Asked, Probe, Probed, Result, ReviewSeen, Send, Sent, Work
from customers.timing import Timing
from sharing import budget
from sharing.clockwork import ClockKeeper
from sharing.database_clock import database_now
from sharing.rhythm import Rhythm, Turn
from sumsub.errors import Throttled
from sumsub.records import Applicant, Lookup

# How often a drain looks for ended leases, passed deadlines and outlived tokens (seconds).
SWEEP_EVERY = 1.0
# How often it looks for lookups and probes that are due (seconds), the same while rows need all
# lanes, and how often for reviews, which can wait and are cheaper by the dozen.
ASK_EVERY = 0.2
ASK_WHEN_BUSY_EVERY = 0.5
REVIEWS_EVERY = 1.0
# Rows that one sweep handles, so that no transaction grows long.
SWEEP_ROWS = 500
# Imports that one tick serves side by side.
SERVED_TOGETHER = 8

# Kind of call to the seconds that Sumsub asked to wait, None where it asked for nothing.
Throttling = dict[str, float | None]


@dataclass
class Ticker:
    """Runs ticks for one drain. Used from one thread, which holds the database connection."""

    owner: str
    timing: Timing
    clocks: ClockKeeper
    rhythm: Rhythm
    _swept_at: float = field(default=float("-inf"), init=False)
    _asked_at: float = field(default=float("-inf"), init=False)
    _reviewed_at: float = field(default=float("-inf"), init=False)
    _is_busy: bool = field(default=False, init=False)

    @transaction.atomic
    def tick(self, results: Sequence[Result], *, free: int) -> Turn[Work]:
        """Settle `results` and claim rows for `free` lanes, in one transaction.

        When it fails, nothing has happened, and the results may be given again. Locks are taken in
        one order: imports, rows, gates and partners, and the budget last.
        """
        keep_plans_of_key_checks()
        now = database_now()
        closed, with_work = list(Gate.objects.closed()), due.imports_with_work()
        waiting = due.imports_to_serve(now, closed, with_work)
        permit_in = self._permit_in(now) if waiting else 0.0
        to_serve = self._to_serve(waiting, free) if permit_in <= self.rhythm.lead else []
        sweep = self._sweep_rows(now)
        giving_up = [] if sweep is None else list(Import.objects.giving_up().order_by("pk"))
        involved = self._imports_involved(results, to_serve, sweep or [])
        books = Books(involved | {imported.pk for imported in giving_up})
        settlement = Settlement(books, now, self.timing)
        throttled = self._settle(settlement, results)
        self._sweep(settlement, sweep or [])
        settlement.store()
        books.write()
        left = self.timing.give_up_rows
        for imported in giving_up:
            left -= give_up_some(books, imported.pk, now=now, timing=self.timing, most=left)
        if sweep is not None:
            Row.objects.erase_outlived_tokens(now)
        register_gates.heed(with_work, closed)
        sends = self._claim(books, to_serve, free, now, permit_in)
        books.close()
        self._count_late(results)
        self._slow_down(throttled, now)
        self._is_busy = free > 0 and len(sends) == free
        # Rows that a permit would not have let go wait for something else.
        held_up = bool(to_serve) and not sends
        if not waiting or free <= 0 or held_up:
            return Turn(sends, wait=due.next_moment(now, self.timing))
        ready_at = sends[0].claimed_at + self.rhythm.way_out if sends else None
        return Turn(sends, self.timing.idle, self._permit_in(now), ready_at)

    @transaction.atomic
    def give_up(self, result: Result) -> None:
        """Take back what came back and cannot be stored: a person sees its row, a review waits."""
        now = database_now()
        if isinstance(result, Sent | Asked):
            books = Books([result.work.import_id])
            row = Row.objects.get(pk=result.work.row_id)
            if row.state in (RowState.PENDING, RowState.SENDING, RowState.CHECKING):
                settlement = Settlement(books, now, self.timing)
                named = next((one.id for one in _applicants_of(result) if one.id.isalnum()), "")
                at = settlement.circumstances(row)
                settlement.decided(row, decisions.unstorable(row, at, named))
                settlement.store()
            books.close()
        elif isinstance(result, ReviewSeen):
            application = Application.objects.get(pk=result.work.application_id)
            readings = reviews.Readings(now, self.timing)
            readings.postpone(application)
            readings.store()

    # ---- which imports --------------------------------------------------------------------

    def _to_serve(self, waiting: Sequence[Import], free: int) -> Sequence[Import]:
        return waiting[: max(0, min(free, SERVED_TOGETHER))]

    def _permit_in(self, now: datetime) -> float:
        gather = self.rhythm.breath
        return budget.next_permit_in(budget.POST, now=now.timestamp(), gather=gather)

    def _imports_involved(
        self, results: Sequence[Result], to_serve: Sequence[Import], sweep: Sequence[Row]
    ) -> set[int]:
        known = {r.work.import_id for r in results if isinstance(r, Sent | Asked)}
        reviewed = asking.imports_of_reviews([r for r in results if isinstance(r, ReviewSeen)])
        swept = {row.import_ref_id for row in sweep}
        return known | reviewed | swept | {imported.pk for imported in to_serve}

    # ---- settling -------------------------------------------------------------------------

    def _settle(self, settlement: Settlement, results: Sequence[Result]) -> Throttling:
        """Apply everything that came back; returns which budgets Sumsub asked to slow down."""
        sent = [r for r in results if isinstance(r, Sent)]
        asked = [r for r in results if isinstance(r, Asked)]
        seen = [r for r in results if isinstance(r, ReviewSeen)]
        rows = _rows_of(sent, asked)
        answers = [(one, self._answer(one)) for one in sent]
        settlement.look_for_owners(_applicants(sent, asked))
        for one, answer in answers:
            settlement.answered(rows[one.work.row_id], one.work.version, answer)
        asking.settle_asked(settlement, asked, rows)
        asking.settle_reviews(settlement, seen)
        self._settle_probes(settlement, [r for r in results if isinstance(r, Probed)])
        self._note_health(settlement.now, [answer for _, answer in answers])
        self._pause_dead_files(settlement.books)
        reads: list[Asked | ReviewSeen] = [*asked, *seen]
        for read in reads:
            self.clocks.forgives(read.result, read.began)
        return {
            budget.POST: _longest_wait([one.result for one in sent]),
            budget.GET: _longest_wait([one.result for one in reads]),
        }

    def _answer(self, sent: Sent) -> Answer:
        answer = classify(sent.result, external_user_id=sent.work.external_user_id)
        forgiven = self.clocks.forgives(sent.result, sent.began)
        return answer.without_gate() if forgiven else answer

    def _note_health(self, now: datetime, answers: Sequence[Answer]) -> None:
        counted = [a.is_definite for a in answers if a.is_definite or a.counts_for_breaker]
        breaker.note(counted, now=now, timing=self.timing)

    def _slow_down(self, throttled: Throttling, now: datetime) -> None:
        for kind, wait in throttled.items():
            if wait is not None:
                budget.throttled(kind, now=now.timestamp(), retry_after=wait)

    def _count_late(self, results: Sequence[Result]) -> None:
        """Tell the budget of calls that left later than their permits say."""
        sent = [one for one in results if isinstance(one, Sent)]
        self.rhythm.note_ways(one.began - one.work.claimed_at for one in sent)
        delays = [(one.work.permit_at, one.left - one.work.due_at) for one in sent]
        budget.left_late(budget.POST, delays)

    def _settle_probes(self, settlement: Settlement, probed: Sequence[Probed]) -> None:
        for one in probed:
            self.clocks.forgives(one.error, one.began)
            if one.work.gate_id is None:
                breaker.probed(one.error is None, now=settlement.now, timing=self.timing)
            elif one.error is None:
                gates.reopen(Gate.objects.get(pk=one.work.gate_id), by=None, source="probe")

    def _pause_dead_files(self, books: Books) -> None:
        for imported in books.imports.values():
            running = imported.state == ImportState.RUNNING
            run = imported.dead_token_run
            if running and run >= self.timing.dead_token_run:
                control.pause_dead_file(books, imported.pk, run=run, source="redemption")

    # ---- sweeping -------------------------------------------------------------------------

    def _sweep_rows(self, now: datetime) -> list[Row] | None:
        """Rows whose lease or deadline ended; None when it is too early to look again."""
        if time.monotonic() - self._swept_at < SWEEP_EVERY:
            return None
        self._swept_at = time.monotonic()
        found = list(Row.objects.lease_ended(now)[:SWEEP_ROWS])
        for imported in Import.objects.under_way():
            found += Row.objects.of(imported).past_deadline(now)[:SWEEP_ROWS]
        return found

    def _sweep(self, settlement: Settlement, found: Sequence[Row]) -> None:
        if not found:
            return
        # Read again under the imports' locks, behind what this tick settled: another drain, or an
        # answer that came as its lease ended, may have been quicker.
        settlement.books.write()
        for row in Row.objects.in_bulk([row.pk for row in found]).values():
            at = settlement.circumstances(row)
            if row.state == RowState.SENDING and row.lease_until and row.lease_until < at.now:
                settlement.decided(row, decisions.lease_ended(row, at))
            elif decisions.is_too_late(row, at):
                settlement.decided(row, decisions.expired(at))

    # ---- claiming -------------------------------------------------------------------------

    def _claim(
        self,
        books: Books,
        to_serve: Sequence[Import],
        free: int,
        now: datetime,
        permit_in: float,
    ) -> list[Send]:
        # What was settled just now may have closed a gate or paused an import.
        closed = list(Gate.objects.closed())
        mine = [books.imports[imported.pk] for imported in to_serve]
        running = [
            imported
            for imported in mine
            if imported.state == ImportState.RUNNING and not gates.closed_over(imported, closed)
        ]
        most = breaker.allowance(free) if running else 0
        if most <= 0:
            return []
        permits_from = now.timestamp() + permit_in
        claimer = Claimer(self.owner, self.timing, permits_from, self.rhythm.way_out)
        return claimer.claim(books, running, most, now)

    def asks(self, free: int) -> list[Work]:
        """Take lookups, probes and reviews that are due for `free` lanes; now and then only.

        Apart from the tick, whose rows must not wait for this, nor be lost when it fails. Reviews
        are read when no row needs the lanes.
        """
        rest = ASK_WHEN_BUSY_EVERY if self._is_busy else ASK_EVERY
        if free <= 0 or time.monotonic() - self._asked_at < rest:
            return []
        self._asked_at = time.monotonic()
        now = database_now()
        work: list[Work] = list(self._claim_probes(now))
        if free > len(work):
            work += asking.claim_asks(free - len(work), now, self.timing)
        if free > len(work):
            work += asking.claim_proofs(free - len(work), now)
        rested = time.monotonic() - self._reviewed_at >= REVIEWS_EVERY
        if rested and not self._is_busy and free > len(work):
            reviews_due = asking.claim_reviews(free - len(work), now, self.timing)
            # Where more wait than there are lanes, as soon as lanes are free again.
            full = len(reviews_due) == free - len(work)
            self._reviewed_at = float("-inf") if full else time.monotonic()
            work += reviews_due
        return work

    def _claim_probes(self, now: datetime) -> list[Probe]:
        probes = [Probe(gate.pk) for gate in gates.claim_probes(now, self.timing)]
        if breaker.claim_probe(now, self.timing):
            probes.append(Probe(None))
        return probes


def _rows_of(sent: Sequence[Sent], asked: Sequence[Asked]) -> dict[int, Row]:
    """The rows that these results are about: as they were claimed, or read if they moved since.

    A row as it was claimed is also moved by a tick that was then rolled back.
    """
    if not sent and not asked:
        return {}
    claimed = {one.work.row_id: one.work for one in sent}
    standing = Row.objects.filter(pk__in=claimed).values_list("pk", "version")
    unmoved = {
        row_id
        for row_id, version in standing
        if version == claimed[row_id].version == claimed[row_id].row.version
    }
    moved = [row_id for row_id in claimed if row_id not in unmoved]
    read = Row.objects.in_bulk(moved + [one.work.row_id for one in asked])
    return {row_id: claimed[row_id].row for row_id in unmoved} | read


def _applicants(sent: Sequence[Sent], asked: Sequence[Asked]) -> Iterator[Applicant]:
    """Every applicant that these results show."""
    yield from (one.result for one in sent if isinstance(one.result, Applicant))
    found = (one.result for one in asked if isinstance(one.result, Lookup))
    yield from (lookup.applicant for lookup in found if lookup.applicant is not None)


def _applicants_of(result: Sent | Asked) -> Iterator[Applicant]:
    return _applicants([result], []) if isinstance(result, Sent) else _applicants([], [result])


def _longest_wait(results: Sequence[object]) -> float | None:
    """Seconds that Sumsub asks to wait; None when it throttled nothing."""
    waits = [one.retry_after or 1.0 for one in results if isinstance(one, Throttled)]
    return max(waits, default=None)
