"""Time passes: a review goes from pending to queued to its verdict, which follows from data.

Sumsub documents the states but not the pace: ours spends half of ``review_delay_ms`` in each.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from sumsub.sandbox.clock import Clock
from sumsub.sandbox.ledger import Entry, Event, Ledger
from sumsub.sandbox.outbox import TYPE_OF_STATUS, Outbox
from sumsub.sandbox.records import Answer, Recheck, Review, ReviewStatus
from sumsub.sandbox.store import Store
from sumsub.sandbox.world import Due, World

# How many reviews are looked at between two looks at the watch, and how long one turn may last:
# calls wait for no more than a turn, however many reviews are due at once.
SLICE = 25
TURN_SECONDS = 0.015

# Our guess of the words; labels as in Sumsub's list of rejection labels.
_FOUND: dict[Recheck, Review] = {
    Recheck.CLEAN: Review(ReviewStatus.COMPLETED, Answer.GREEN),
    Recheck.WATCH_LIST: Review(ReviewStatus.ON_HOLD),
    Recheck.FORGED: Review(
        ReviewStatus.COMPLETED,
        Answer.RED,
        reject_type="FINAL",
        labels=("FORGERY",),
        client_comment="The identity document is forged.",
        moderation_comment="We could not verify your profile.",
    ),
    Recheck.BLURRED: Review(
        ReviewStatus.COMPLETED,
        Answer.RED,
        reject_type="RETRY",
        labels=("UNSATISFACTORY_PHOTOS",),
        client_comment="Blurred document",
        moderation_comment="Please upload a sharper photo.",
    ),
    Recheck.USER_MUST_ACT: Review(ReviewStatus.AWAITING_USER),
}


class Reviews:
    """Starts reviews and brings them on when their time has come."""

    def __init__(
        self,
        store: Store,
        world: World,
        outbox: Outbox,
        ledger: Ledger,
        clock: Clock,
        delay_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._world = world
        self._outbox = outbox
        self._ledger = ledger
        self._clock = clock
        self._delay_ms = delay_ms

    def begun(self, now_ms: int) -> Review:
        """A review that starts now; it is queued after half of the delay."""
        return Review(ReviewStatus.PENDING, due_ms=now_ms + self._delay_ms() // 2)

    def pass_on(self) -> bool:
        """Bring on what is due, for one turn at most; whether more is due at once."""
        ends = time.monotonic() + TURN_SECONDS
        with self._store.transaction():
            while True:
                due = self._world.due(self._clock.now_ms(), SLICE)
                for one in due:
                    self._step(one)
                if len(due) < SLICE:
                    return False
                if time.monotonic() >= ends:
                    return True

    def _step(self, due: Due) -> None:
        now_ms = self._clock.now_ms()
        if due.review.status is ReviewStatus.PENDING:
            self._queue(due, now_ms)
        else:
            self._decide(due, now_ms)

    def _queue(self, due: Due, now_ms: int) -> None:
        """Checks done, verdict to come: measured from when this was due, not from now."""
        delay_ms = self._delay_ms()
        ends_ms = (due.review.due_ms or now_ms) + delay_ms - delay_ms // 2
        queued = replace(due.review, status=ReviewStatus.QUEUED, due_ms=ends_ms)
        self._keep(due, queued)
        if ends_ms <= now_ms:
            self._decide(replace(due, review=queued), now_ms)

    def _decide(self, due: Due, now_ms: int) -> None:
        found = _FOUND[self._recheck(due)]
        over = found.status is ReviewStatus.COMPLETED
        attempts = due.review.attempts + over
        review = replace(found, attempts=attempts, decided_ms=now_ms if over else None)
        self._keep(due, review)
        if over:
            entry = Entry(
                Event.REVIEWED,
                due.client_id,
                applicant_id=due.applicant_id,
                external_user_id=due.external_user_id,
            )
            self._ledger.write(now_ms, entry)

    def _recheck(self, due: Due) -> Recheck:
        """What the checks find: a matter of the data that was shared."""
        whose = self._world.find(due.source_id or due.applicant_id)
        return Recheck.CLEAN if whose is None else whose.profile.recheck

    def _keep(self, due: Due, review: Review) -> None:
        self._world.decide(due.applicant_id, review)
        if self._outbox.wanted(due.client_id):
            applicant = self._world.find(due.applicant_id)
            if applicant is not None:
                self._outbox.announce(applicant, TYPE_OF_STATUS[review.status])
