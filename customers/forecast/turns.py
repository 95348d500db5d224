"""A turn: some seconds in which a process asks Sumsub's preview for one look.

Each round takes permits that have gathered, asks as many rows, and stores what came back; answers
still on the wire are waited for in later rounds. What comes back after the turn is dropped, and
asked again in the next.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from customers import breaker, gates, register_gates
from customers.forecast import leases, rest, storing
from customers.forecast.meaning import (
    UNANSWERED,
    Meaning,
    code_of,
    hindrance,
    is_to_be_asked_again,
    meaning,
)
from customers.forecast.next_rows import NextRows
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
from customers.timing import Timing
from sharing import gateway
from sharing.clockwork import ClockKeeper
from sharing.database_clock import database_now
from sharing.sealing import CannotOpen
from sumsub.errors import Throttled

logger = logging.getLogger(__name__)

# The longest wait of a round for its first answer (seconds).
ROUND_SECONDS = 1.0
# The longest wait of a turn for its last: shorter, and a slow Sumsub would be asked in vain by all.
LAST_SECONDS = 10.0


@dataclass
class Turn:
    """Some seconds of asking for one look, or all of it while no other waits."""

    look: Look
    owner: str
    timing: Timing
    lanes: Lanes
    stop: threading.Event
    kept: dict[int, Trials]
    """Trials of looks that this process began in earlier turns, by the look's number."""
    _imported: Import = field(init=False)
    _again: deque[Question] = field(default_factory=deque)
    _silent: int = 0
    _is_over: bool = False

    def __post_init__(self) -> None:
        self._imported = self.look.import_ref
        self._clock = ClockKeeper(gateway.clock())
        self._pace = Pace(self.timing)
        self._rows = NextRows(self.look, self._imported)
        self._trials = self.kept.pop(self.look.pk, None)
        if self._trials is not None and self._trials.fits(self.look):
            self._trials.go_on()
        else:
            self._trials = None

    def run(self) -> None:
        """Ask until the look is over, its turn is, or there is nothing to ask now."""
        ends = time.monotonic() + self.timing.preview_turn
        try:
            while not self._is_over and not self.stop.is_set() and self._goes_on():
                self._round(database_now())
                if time.monotonic() > ends and leases.is_anything_due(database_now()):
                    break
            patience = ROUND_SECONDS if self.stop.is_set() else LAST_SECONDS
            self._settle(self.lanes.wait_for_all(patience) if self.lanes.busy else [])
            if self._trials is not None and not self._is_over:
                self.kept[self.look.pk] = self._trials
        finally:
            leases.let_go(self.look, self.owner)

    def _goes_on(self) -> bool:
        """Whether the look is still ours and still wanted, read anew."""
        if not leases.renew(self.look, self.owner, database_now(), self.timing):
            return False
        self.look.refresh_from_db()
        self._imported.refresh_from_db()
        fits = ImportState.RUNNING if self._is_each else ImportState.STAGED
        return self.look.state in LookState.to_go_on() and self._imported.state == fits

    @property
    def _is_each(self) -> bool:
        return self.look.kind == LookKind.EACH

    def _round(self, now: datetime) -> None:
        if self.look.state == LookState.ENDING:
            self._is_over = rest.send_some(self.look, now, self.timing)
            self.stop.wait(self.timing.breath)
            return
        held = self._is_held()
        room = 0 if held else self._room(now)
        questions = self._permitted(self._questions(room, now), now)
        self.lanes.put(questions, self)
        if self.lanes.busy:
            self._settle(self.lanes.wait(self._pace.breath, ROUND_SECONDS))
        elif self._again or not self._ends(now):
            self.stop.wait(self._wait(room, held=held))

    def _wait(self, room: int, *, held: bool) -> float:
        """Seconds until there may be something to ask again."""
        if held:
            return self.timing.look
        return self._pace.wait_for_room if self._is_each and room <= 0 else self.timing.breath

    # ---- what to ask ---------------------------------------------------------------------

    def _is_held(self) -> bool:
        """Whether a row that passes could not be sent, so that none is asked about.

        Of a donor that may not share nothing is asked at all.
        """
        if register_gates.is_barred(self._imported):
            return True
        if not self._is_each:
            return False
        held = gates.closed_over(self._imported, Gate.objects.closed())
        return bool(held) or breaker.link().breaker == BreakerState.OPEN

    def _room(self, now: datetime) -> int:
        """How many more rows may be asked about now."""
        free = self._pace.room(self.lanes.busy, now)
        if not self._is_each:
            return free
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
        rows = self._rows.take(room, from_top=not (self.lanes.busy or self._again))
        if self._is_each:
            rows = self._without_untold(rows, now)
        return [question_about(row, self._imported) for row in rows]

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

    def _settle(self, came: Sequence[Reply]) -> None:
        """Take in what was asked in this turn; an earlier turn's was for another look, perhaps."""
        now = database_now()
        replies = [reply for reply in came if reply.asker is self]
        answers: list[tuple[Question, Meaning]] = []
        for reply in replies:
            said = self._said(reply, now)
            if said is None:
                continue
            if not reply.question.trial:
                answers.append((reply.question, said))
            elif self._trials is not None:
                self._trials.take(reply.question, said)
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
        if self._rows.are_left():
            self._trials = None
            return False
        if self._trials is not None:
            storing.keep_trials(self.look, self._trials.found())
        elif not self._is_each and self.look.at_levels is None:
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
