"""The looker: a worker's second thread asks Sumsub's preview, one look at a time.

Each round takes permits that have gathered, asks as many rows, and stores what came back; answers
still on the wire are waited for in later rounds. Nothing here can use a share token up, so a round
that is lost is simply asked again.
"""

import logging
import os
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from customers import breaker, gates
from customers.forecast import leases, storing
from customers.forecast.meaning import (
    UNANSWERED,
    Meaning,
    code_of,
    hindrance,
    is_to_be_asked_again,
    meaning,
)
from customers.forecast.pace import Pace
from customers.forecast.questions import Lanes, Question, Reply, question_about
from customers.forecast.trials import Trials
from customers.models import (
    BreakerState,
    Gate,
    GateReason,
    Import,
    ImportState,
    Look,
    LookKind,
    LookState,
    Outlook,
    Row,
)
from customers.models.row_queries import RowQuerySet
from customers.redemption.clockwork import ClockKeeper
from customers.timing import Timing
from sharing import gateway
from sharing.database_clock import database_now
from sharing.sealing import CannotOpen
from sumsub.errors import Throttled

logger = logging.getLogger(__name__)

# The longest wait of a round for its first answer (seconds).
ROUND_SECONDS = 1.0


def look(stop: threading.Event) -> None:
    """Ask for one look after the other until none is due, or it is told to stop."""
    timing = Timing.current()
    owner = f"{socket.gethostname()[:20]}:{os.getpid()}:{threading.get_ident() % 10**6}"[:40]
    lanes = Lanes()
    try:
        while not stop.is_set():
            mine = leases.take(owner, database_now(), timing)
            if mine is None:
                return
            _Turn(mine, owner, timing, lanes, stop).run()
    finally:
        lanes.close()


@dataclass
class _Turn:
    """Some seconds of asking for one look, or all of it while no other waits."""

    look: Look
    owner: str
    timing: Timing
    lanes: Lanes
    stop: threading.Event
    _imported: Import = field(init=False)
    _again: deque[Question] = field(default_factory=deque)
    _line: int = 0
    _silent: int = 0
    _trials: Trials | None = None
    _is_over: bool = False

    def __post_init__(self) -> None:
        self._imported = self.look.import_ref
        self._clock = ClockKeeper(gateway.clock())
        self._pace = Pace(self.timing)

    def run(self) -> None:
        """Ask until the look is over, its turn is, or there is nothing to ask now."""
        ends = time.monotonic() + self.timing.preview_turn
        while not self._is_over and not self.stop.is_set() and self._goes_on():
            now = database_now()
            if time.monotonic() > ends and leases.is_anything_due(now):
                break
            self._round(now)
        self._settle(self.lanes.wait(0.0, ROUND_SECONDS) if self.lanes.busy else [])
        leases.let_go(self.look, self.owner)

    def _goes_on(self) -> bool:
        """Whether the look is still ours and still wanted, read anew."""
        if not leases.renew(self.look, self.owner, database_now(), self.timing):
            return False
        self.look.refresh_from_db()
        self._imported.refresh_from_db()
        fits = ImportState.RUNNING if self._is_each else ImportState.STAGED
        return self.look.state == LookState.ASKING and self._imported.state == fits

    @property
    def _is_each(self) -> bool:
        return self.look.kind == LookKind.EACH

    def _round(self, now: datetime) -> None:
        questions = self._permitted(self._questions(self._room(now), now), now)
        self.lanes.put(questions)
        if self.lanes.busy:
            self._settle(self.lanes.wait(self._pace.breath, ROUND_SECONDS))
        elif self._again or not self._ends(now):
            self.stop.wait(self.timing.breath)

    # ---- what to ask ---------------------------------------------------------------------

    def _room(self, now: datetime) -> int:
        """How many more rows may be asked about now."""
        free = self._pace.room(self.lanes.busy, now)
        if not self._is_each:
            return free
        held = gates.closed_over(self._imported, Gate.objects.closed())
        if held or breaker.link().breaker == BreakerState.OPEN:
            return 0
        return min(free, self._pace.ahead() - self._imported.pending_count - self.lanes.busy)

    def _questions(self, room: int, now: datetime) -> list[Question]:
        if room <= 0:
            return []
        found = [self._again.popleft() for _ in range(min(room, len(self._again)))]
        if self._trials is not None:
            return found + self._trials.next(room - len(found))
        try:
            return found + self._about_rows(room - len(found), now)
        except CannotOpen:
            logger.error("no key opens a share token of import %s", self._imported.pk)
            self._stop(GateReason.KEYS, None, "", now)
            return []

    def _about_rows(self, room: int, now: datetime) -> list[Question]:
        rows = self._rows(room)
        if self._is_each:
            rows = self._without_untold(rows, now)
        return [question_about(row, self._imported) for row in rows]

    def _rows(self, room: int) -> list[Row]:
        """The next rows in file order; from the top again once the end is reached."""
        wanted = self._wanted()
        rows = list(wanted.after_line(self._line).order_by("line")[:room]) if room else []
        if not rows and self._line and not self.lanes.busy and not self._again:
            # What changed behind us, another level say, waits further up.
            self._line = 0
            rows = list(wanted.order_by("line")[:room])
        if rows:
            self._line = rows[-1].line
        return rows

    def _wanted(self) -> RowQuerySet:
        """The rows that are to be asked about; each that is not started, where each is."""
        mine = Row.objects.of(self._imported)
        if self._is_each:
            return mine.not_started()
        return mine.to_be_asked(chosen_only=self.look.kind == LookKind.SAMPLE)

    def _without_untold(self, rows: list[Row], now: datetime) -> list[Row]:
        """Rows that a preview can tell about; the others go to their turn at once."""
        untold = [
            row.pk for row in rows if row.look_first or (row.deadline_at and row.deadline_at < now)
        ]
        if untold:
            storing.send_unasked(self.look, untold, now)
        return [row for row in rows if row.pk not in untold]

    def _permitted(self, questions: list[Question], now: datetime) -> list[Question]:
        """As many as there are permits; the others wait for the next round."""
        if not questions:
            return []
        permits = self._pace.permits(len(questions), now)
        self._again.extendleft(reversed(questions[permits:]))
        return questions[:permits]

    # ---- what came back ------------------------------------------------------------------

    def _settle(self, replies: list[Reply]) -> None:
        now = database_now()
        answers: list[tuple[Question, Meaning]] = []
        for reply in replies:
            said = self._said(reply, now)
            if said is None:
                continue
            if reply.question.trial and self._trials is not None:
                self._trials.take(reply.question, said)
            else:
                answers.append((reply.question, said))
        if answers and not self._is_over:
            storing.store(self.look, answers, now, self.timing)
        if replies and not any(self._is_answered(reply) for reply in replies):
            self.stop.wait(self.timing.preview_pause)

    def _said(self, reply: Reply, now: datetime) -> Meaning | None:
        """What a reply forecasts; None when it is asked again, or ends the look."""
        result, question = reply.result, reply.question
        if isinstance(result, Throttled):
            self._pace.throttled(result.retry_after, now)
            self._again.append(question)
            return None
        if self._clock.forgives(result, reply.began):
            self._again.append(question)
            return None
        if is_to_be_asked_again(result):
            return self._unanswered(question, now)
        self._silent = 0
        reason = hindrance(result)
        if reason is not None and self._stops(reason, question):
            self._stop(reason, *code_of(result), now)
            return None
        return meaning(result) or UNANSWERED

    def _is_answered(self, reply: Reply) -> bool:
        return not is_to_be_asked_again(reply.result)

    def _unanswered(self, question: Question, now: datetime) -> Meaning | None:
        if question.tries < self.timing.preview_tries:
            self._again.append(question.again())
            return None
        self._silent += 1
        if self._silent >= self.timing.preview_silence:
            self._stop(None, None, "", now)
        return UNANSWERED

    def _stops(self, reason: GateReason, question: Question) -> bool:
        """Whether it is about the look and not about one row, or a level that is only tried."""
        if reason != GateReason.PARAMETERS:
            return True
        accepted = self.look.count(Outlook.PASSES) + self.look.count(Outlook.DOCUMENTS)
        return not (question.own_level or question.trial or accepted)

    def _stop(
        self, reason: GateReason | None, code: int | None, detail: str, now: datetime
    ) -> None:
        storing.stop(self.look, reason, code, detail, now, self.timing)
        self._is_over = not self._is_each

    def _ends(self, now: datetime) -> bool:
        """Whether everything was asked; tried levels come last. Called when nothing is open."""
        if self._wanted().exists():
            self._trials = None
            return False
        if self._trials is not None:
            storing.keep_trials(self.look, self._trials.found())
        elif self.look.kind == LookKind.ALL and self.look.at_levels is None:
            return self._tries(now)
        storing.finish(self.look, now)
        self._is_over = True
        return True

    def _tries(self, now: datetime) -> bool:
        """Begin to try other levels; True when that ended the look."""
        try:
            self._trials = Trials.of(self.look)
        except CannotOpen:
            self._stop(GateReason.KEYS, None, "", now)
        return self._is_over


def is_anything_due(within: float) -> bool:
    """True when a process should be looking within so many seconds."""
    return leases.is_anything_due(database_now() + timedelta(seconds=within))
