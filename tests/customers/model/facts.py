"""A row as the few facts that rules depend on, and back into a row with every column."""

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import NamedTuple, TypeVar

from django.db.models.base import ModelState

from customers.decisions import deadline
from customers.models import Import, ImportMode, ImportState, Row, RowState
from customers.outcomes import OTHER_LEVEL_CODES
from customers.reasons import REFUSALS, Reason
from customers.timing import Timing

Stored = TypeVar("Stored", Import, Row)

T = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ROW, IMPORT = 7, 48
LEVEL, OTHER_LEVEL = "id-only", "id-and-selfie"
# Few lookups and absents, so that the graph stays small; every other wait has its real length.
TIMING = Timing(
    lookup_offsets=(2, 5), lookup_hours=1, absents=2, resend_absents=2, dead_token_run=10**6
)


class Moment(IntEnum):
    """When something is, seen from now: only what the rules tell apart."""

    GONE = -2  # longer ago than any wait
    PASSED = -1  # a deadline that was just now
    NOW = 0
    LATER = 2


_REAL = {
    Moment.GONE: T - timedelta(days=9),
    Moment.PASSED: T - timedelta(seconds=1),
    Moment.NOW: T,
    Moment.LATER: T + timedelta(days=9),
}


class Facts(NamedTuple):
    """The columns of a row that decide what may become of it.

    What merely takes a while (the wait after a 429, the next lookup, the span of absences) may be
    over at any time here: that allows more than the engine does, never less.
    """

    state: RowState
    token: bool = True
    doubt: bool = False
    look_first: bool = False
    other_level: bool = False
    lease: Moment | None = None
    sent: Moment | None = None
    asked: bool = False
    kept: bool = False
    lookups: int = 0
    absents: int = 0
    after_success: bool = False
    resends: int = 0
    cleared: bool = False
    wrong: int = 0
    code: int | None = None
    reason: str = ""

    def __str__(self) -> str:
        changed = [
            f"{name}={value.name if isinstance(value, Moment) else value}"
            for name, value in zip(self._fields, self, strict=True)
            if name not in self._field_defaults or value != self._field_defaults[name]
        ]
        return f"{self.state.value} {' '.join(changed[1:])}"


class Place(NamedTuple):
    """The import around the row."""

    state: ImportState = ImportState.RUNNING
    own_ids: bool = False


class Life(NamedTuple):
    """The share token's deadline, and whether the file declared it."""

    until: Moment
    declared: bool


def an_import(place: Place, life: Life) -> Import:
    """The import, unsaved."""
    return _like(_import(place, life))


@cache
def _import(place: Place, life: Life) -> Import:
    return Import(
        pk=IMPORT,
        state=place.state,
        mode=ImportMode.REUSE,
        level_name=LEVEL,
        sends_external_ids=place.own_ids,
        created_at=_REAL[life.until] - timedelta(seconds=TIMING.assumed_ttl),
        change=1,
        **{f"{state}_count": 1 for state in RowState},
    )


def a_row(facts: Facts, life: Life) -> Row:
    """The row, unsaved. Its version is 5; whatever was taken earlier has another."""
    return _like(_row(facts, life))


@cache
def _row(facts: Facts, life: Life) -> Row:
    until = _REAL[life.until]
    return Row(
        pk=ROW,
        import_ref_id=IMPORT,
        line=2,
        state=facts.state,
        version=5,
        external_user_id="kr-1",
        token_sealed=b"sealed" if facts.token else None,
        doubt=facts.doubt,
        look_first=facts.look_first,
        level_name=OTHER_LEVEL if facts.other_level else "",
        lease_until=_real(facts.lease),
        first_sent_at=_real(facts.sent),
        sent_at=_real(facts.sent),
        checking_since=T,
        next_lookup_at=T if facts.asked else None,
        token_until=until if facts.kept else None,
        deadline_at=until if life.declared else None,
        attempts=1,
        lookups=facts.lookups,
        absents=facts.absents,
        first_absent_at=_REAL[Moment.GONE] if facts.absents else None,
        last_absent_at=_REAL[Moment.GONE] if facts.absents else None,
        after_success=facts.after_success,
        resends=facts.resends,
        resend_cleared=facts.cleared,
        wrong_requests=facts.wrong,
        error_code=facts.code,
        reason=facts.reason,
    )


def _like(known: Stored) -> Stored:
    """Another object with the same values, for a fraction of what a new one costs."""
    made = type(known).__new__(type(known))
    made.__dict__.update(known.__dict__)
    made._state = ModelState()
    made._state.__dict__.update(known._state.__dict__)
    return made


def facts_of(row: Row, imported: Import) -> Facts:
    """What of a row is remembered from one step to the next."""
    state = RowState(row.state)
    if state == RowState.IMPORTED:
        return Facts(state, token=row.token_sealed is not None)
    open_ = state in (RowState.CHECKING, RowState.NEEDS_PERSON, RowState.SENDING)
    if row.token_until is not None:
        assert row.token_until == deadline(row, imported, TIMING), "kept for another time"
    return Facts(
        state=state,
        token=row.token_sealed is not None,
        doubt=row.doubt,
        look_first=row.look_first and state in (RowState.STAGED, RowState.PENDING),
        other_level=row.level_name == OTHER_LEVEL,
        lease=_moment(row.lease_until),
        sent=_moment(row.sent_at or row.checking_since) if open_ else None,
        asked=row.next_lookup_at is not None,
        kept=row.token_until is not None,
        lookups=row.lookups if row.next_lookup_at else 0,
        absents=min(row.absents, TIMING.absents) if open_ else 0,
        after_success=row.after_success,
        resends=row.resends,
        cleared=row.resend_cleared,
        wrong=row.wrong_requests,
        code=_code(row.error_code),
        reason=_reason(row.reason),
    )


def _real(moment: Moment | None) -> datetime | None:
    return None if moment is None else _REAL[moment]


def _moment(value: datetime | None) -> Moment | None:
    if value is None:
        return None
    if value > T:
        return Moment.LATER
    return Moment.NOW if value == T else Moment.GONE


def _code(code: int | None) -> int | None:
    """One code stands for all that are treated alike."""
    if code is None:
        return None
    return 10513 if code in OTHER_LEVEL_CODES else 10507


def _reason(reason: str) -> str:
    if reason in (Reason.ID_IN_USE, Reason.APPLICANT_OWNED):
        return Reason.ID_IN_USE.value
    return Reason.RULE.value if reason in REFUSALS else ""
