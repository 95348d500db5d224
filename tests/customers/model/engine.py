"""The row engine's own code at work on unsaved rows: its books and its settlement, on paper."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from customers import decisions
from customers.books import Books, LostRow
from customers.creation import Newcomers
from customers.decisions import Circumstances, Decision
from customers.models import GateReason, Import, Row, RowState
from customers.outcomes import Answer, classify
from customers.redemption.asking import evidence
from customers.redemption.claims import Claimer
from customers.redemption.settling import Settlement
from customers.redemption.work import Ask, Asked
from sharing.database_clock import Moment
from sumsub import errors
from sumsub.records import Applicant, Lookup
from tests.customers.model.facts import (
    IMPORT,
    OTHER_LEVEL,
    ROW,
    TIMING,
    Facts,
    Life,
    Place,
    T,
    a_row,
    an_import,
    facts_of,
)

VERSION = 5
OURS = Applicant(id="66f1", external_user_id="kr-1", created_at=T)
# An applicant that somebody else made under the same id, long before.
FOREIGN = Applicant(id="66f0", external_user_id="kr-1", created_at=T - timedelta(days=30))

RESULTS: dict[str, Applicant | errors.SumsubError] = {
    "created": OURS,
    "created, but unreadable": errors.Unclear(status=200, after_success=True),
    "no clear answer": errors.Unclear(status=502),
    "not delivered": errors.NotDelivered(reason="refused"),
    "permission missing": errors.PermissionRefused(status=403),
    "wrong request": errors.BadRequest(status=400),
    "refused by a rule": errors.RuleRefused(status=400, error_code=10507),
    "refused at this level": errors.RuleRefused(status=400, error_code=10513),
    "refused by an unknown rule": errors.UnknownRule(status=400, error_code=10599),
    "token refused": errors.TokenRefused(status=401),
    # These stay out of the graph, for each is treated as one above; a test holds them to it.
    "created under another id": Applicant(id="66f1", external_user_id="somebody"),
    "too late to write": errors.LeaseEnded(),
    "slow down": errors.Throttled(status=429, retry_after=1.0),
    "not partners": errors.NotPartners(status=400, error_code=10501),
    "too large": errors.TooLarge(status=413),
    "id in use": errors.Conflict(status=409),
}
ALIKE = {
    "created under another id": "created, but unreadable",
    "too late to write": "not delivered",
    "slow down": "not delivered",
    "not partners": "permission missing",
}
# Late, a refusal is a refusal: only its code is kept beside the doubt.
SAID_LATE = {"refused by an unknown rule": "refused by a rule"}
# Late answers that tell nothing new: the graph lets them go, and a test makes sure it may.
NOBODY_MINDS_LATE = (
    "no clear answer",
    "not delivered",
    "permission missing",
    "wrong request",
)
# What a lookup brings.
ABSENT, FOUND, FOUND_FOREIGN, UNANSWERED = "absent", "found", "found another's", "unanswered"
NO_SUCH_PAGE, CONTROL_FAILED = "404", "absent, but its control failed"

# The change that a broken engine makes to a decision, for the tests that the model can fail.
Break = Callable[[Row, Decision], Decision]


class Step(NamedTuple):
    """What a step of the engine left behind."""

    facts: Facts
    place: Place
    gate_closed: bool = False
    moved: bool = False


class Paper(Books):
    """Books on paper: one unsaved row, moved under the same condition as a stored one."""

    def __init__(self, imported: Import, row: Row) -> None:
        self.imports = {imported.pk: imported}
        self._deltas = {imported.pk: Counter()}
        self._touched = set()
        self._altered = {imported.pk: set()}
        self._moves = {}
        self._stored = (row.pk, str(row.state), row.version)

    def write(self) -> None:
        """Hold each move against the row that is stored."""
        for moved in self._moves.values():
            if (moved.row_id, str(moved.state), moved.version) != self._stored:
                raise LostRow
            self._stored = (moved.row_id, str(moved.to), moved.version + 1)
        self._moves = {}


class NobodyStored(Newcomers):
    """Customers are not what is looked at here."""

    def add(self, *_: Any, **__: Any) -> dict[str, object]:
        """No columns of the row depend on them."""
        return {}


@dataclass
class OnPaper(Settlement):
    """The settlement without a database, its decisions perhaps broken on purpose."""

    broken: Break | None = None
    gate_closed: bool = field(default=False, init=False)

    def _close(self, row: Row, reason: GateReason, error_code: int | None, detail: str) -> None:
        self.gate_closed = True

    def _apply(self, row: Row, decision: Decision) -> None:
        super()._apply(row, self.broken(row, decision) if self.broken else decision)


class Engine:
    """What the row engine does to a row, step by step; the same question is answered once."""

    def __init__(self, broken: Break | None = None, *, applicant_is_owned: bool = False) -> None:
        self._broken = broken
        self._owned = {OURS.id} if applicant_is_owned else set()
        self.settle = cache(self._settle)
        self.look = cache(self._look)
        self.prove = cache(self._prove)
        self.sweep = cache(self._sweep)
        self.claim = cache(self._claim)
        self.may_claim = cache(self._may_claim)
        self.is_too_late = cache(self._is_too_late)

    @staticmethod
    @cache
    def sound(*, applicant_is_owned: bool = False) -> "Engine":
        """The engine as it is. What it answered in one graph it need not find out in another."""
        return Engine(applicant_is_owned=applicant_is_owned)

    def _settle(
        self, facts: Facts, place: Place, life: Life, result: str, version: int, replaced: bool
    ) -> Step:
        """The answer to a redemption that was claimed as `version` is stored."""

        def answered(settlement: OnPaper, row: Row) -> None:
            row.replaced_by_id = 99 if replaced else None
            settlement.answered(row, version, _answer(result))

        return self._step(facts, place, life, answered)

    def _look(
        self, facts: Facts, place: Place, life: Life, seen: str, version: int, fresh: bool
    ) -> Step:
        """What a lookup of that version brought is stored."""

        def looked_up(settlement: OnPaper, row: Row) -> None:
            shown = evidence(_asked(seen, version, fresh=fresh), T, TIMING)
            settlement.looked_up(row, version, shown)
            if seen == NO_SUCH_PAGE:
                settlement.lookup_refused(row, errors.NotFound(status=404))

        return self._step(facts, place, life, looked_up)

    def _prove(self, facts: Facts, place: Place, life: Life) -> Step:
        """Proof of the applicant comes, from whatever was asked long before."""
        return self._look(facts, place, life, FOUND, 0, False)

    def _sweep(self, facts: Facts, place: Place, life: Life) -> Step:
        """The sender's time, or the declared deadline, is over."""

        def swept(settlement: OnPaper, row: Row) -> None:
            at = settlement.circumstances(row)
            sending = row.state == RowState.SENDING
            decided = decisions.lease_ended(row, at) if sending else decisions.expired(at)
            settlement.decided(row, decided)

        return self._step(facts, place, life, swept)

    def _claim(self, facts: Facts, place: Place, life: Life) -> Step:
        """The row is marked as sending, under a lease."""
        return self._step(
            facts,
            place,
            life,
            lambda settlement, row: _CLAIMER._send(
                settlement.books, row, "a share token", Moment(T, 0.0, 0.0), T.timestamp()
            ),
        )

    def _may_claim(self, facts: Facts, place: Place, life: Life) -> bool:
        """Whether the queue offers the row, and the claimer takes it."""
        waiting = facts.state == RowState.PENDING and not facts.look_first
        again = facts.state == RowState.CHECKING and facts.cleared
        row, imported = a_row(facts, life), an_import(place, life)
        return (waiting or again) and _CLAIMER._may_go(row, _at(imported))

    def _is_too_late(self, facts: Facts, place: Place, life: Life) -> bool:
        """Whether the sweep gives the row up for its declared deadline."""
        return decisions.is_too_late(a_row(facts, life), _at(an_import(place, life)))

    def decide(
        self, facts: Facts, place: Place, life: Life, deed: Callable[[Row, Circumstances], Decision]
    ) -> Facts:
        """A person's decision on the row."""

        def decided(settlement: OnPaper, row: Row) -> None:
            decision = deed(row, settlement.circumstances(row))
            settlement.books.move(row, decision.state, decision.changes)

        return self._step(facts, place, life, decided).facts

    def _step(
        self, facts: Facts, place: Place, life: Life, what: Callable[[OnPaper, Row], object]
    ) -> Step:
        imported, row = an_import(place, life), a_row(facts, life)
        books = Paper(imported, row)
        settlement = OnPaper(
            books, T, TIMING, set(self._owned), NobodyStored(), broken=self._broken
        )
        what(settlement, row)
        books.write()
        moved = row.version != VERSION
        return Step(facts_of(row, imported), place, settlement.gate_closed, moved)


def may_try_another_level(facts: Facts, place: Place, life: Life) -> bool:
    """Whether a person may send this row at another level."""
    at = _at(an_import(place, life))
    return decisions.may_try_another_level(a_row(facts, life), at)


def at_another_level(_: Row, __: Circumstances) -> Decision:
    """A person sends the row at another level."""
    return decisions.at_another_level(OTHER_LEVEL)


_CLAIMER = Claimer("a worker", TIMING)


def _at(imported: Import) -> Circumstances:
    return Circumstances(now=T, imported=imported, timing=TIMING)


@cache
def _answer(result: str) -> Answer:
    return classify(RESULTS[result], external_user_id="kr-1")


def _asked(seen: str, version: int, *, fresh: bool) -> Asked:
    asked_at = T if fresh else T - timedelta(seconds=TIMING.quiet / 2)
    work = Ask(ROW, IMPORT, version, "kr-1", "kr-known", asked_at)
    if seen in (ABSENT, CONTROL_FAILED):
        return Asked(work, Lookup(exists=False), 0.0, controlled=seen == ABSENT)
    if seen in (FOUND, FOUND_FOREIGN):
        applicant = OURS if seen == FOUND else FOREIGN
        return Asked(work, Lookup(exists=True, applicant=applicant), 0.0)
    return Asked(work, errors.Unclear(), 0.0)
