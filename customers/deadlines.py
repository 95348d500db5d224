"""What dies first in an import: the head of the line, and the rows at risk.

Reads a bounded number of rows through an index, whatever the size of the import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from accounts.compiled import Compiled
from customers.models import Import, ImportState, Row
from customers.models.row_queries import RowQuerySet
from customers.models.row_states import NO_DEADLINE
from customers.timing import Timing

# How many waiting rows are compared with their deadlines.
RISK_ROWS = 1000
# With less to spare rows are near to being lost.
NARROW_SECONDS = 60


@dataclass(frozen=True)
class Head:
    """The waiting row that goes first: how old its share token is and when that dies."""

    age_seconds: float
    dies_at: datetime
    declared: bool


@dataclass(frozen=True)
class Risk:
    """Rows whose share tokens die before their turn; `is_least` when there may be more of them.

    `spare_seconds` is how much earlier than its death each row is sent, at least. None when rows
    are at risk already, when none waits, or when no pace can be told.
    """

    rows: int = 0
    is_least: bool = False
    spare_seconds: float | None = None

    @property
    def is_near(self) -> bool:
        """True when no row is at risk yet but little is missing."""
        return self.spare_seconds is not None and self.spare_seconds < NARROW_SECONDS


def head_of_line(imported: Import, now: datetime) -> Head | None:
    """The row that goes first, None when none waits."""
    row = _first_in_line(imported) if _waiting(imported) else None
    if row is None:
        return None
    made = row.issued_at or imported.created_at
    dies = row.deadline_at or assumed_deadline(imported)
    return Head((now - made).total_seconds(), dies, declared=row.deadline_at is not None)


def assumed_deadline(imported: Import) -> datetime:
    """When share tokens die whose file did not say."""
    return imported.created_at + timedelta(seconds=Timing.current().assumed_ttl)


def rows_at_risk(imported: Import, head: Head | None, pace: float | None, now: datetime) -> Risk:
    """Which of the waiting rows die before their turn, sent at `pace` rows a second from now on.

    Rows stand in line by deadline, so nothing is at risk while the head's outlives the last turn.
    """
    if head is None or not pace:
        return Risk()
    waiting, assumed = _waiting(imported), assumed_deadline(imported)
    spare = min(head.dies_at, assumed) - now - timedelta(seconds=waiting / pace)
    if spare >= timedelta():
        return Risk(spare_seconds=spare.total_seconds())
    declared = _declared_first(imported) if head.declared else []
    undeclared = min(waiting, RISK_ROWS) - len(declared)
    spares = _spares([*declared, *[assumed] * undeclared], pace, now)
    late = sum(1 for one in spares if one < 0)
    tail = _late_tail(imported, assumed, pace, now)
    if late or tail:
        return Risk(max(late, tail), is_least=waiting > RISK_ROWS)
    return Risk(spare_seconds=min(spares))


def _waiting(imported: Import) -> int:
    """Rows that are to be sent, those among them that wait for a start or for the look before it;
    of a cancelled import none."""
    return 0 if imported.state == ImportState.CANCELLED else imported.unsent_count


def _lines(imported: Import) -> list[RowQuerySet]:
    """The rows that wait: those to send, and those that wait for a look or a start.

    Each is asked for by itself: an index knows its order, and none knows that of both.
    """
    mine = Row.objects.of(imported)
    return [
        _in_line(rows)
        for rows, count in (
            (mine.waiting(), imported.pending_count),
            (mine.not_started(), imported.staged_count),
        )
        if count
    ]


def _first_in_line(imported: Import) -> Row | None:
    """The row that goes first."""
    asked = ((_FIRST_WAITING, imported.pending_count), (_FIRST_STAGED, imported.staged_count))
    heads = [question.first(import_id=imported.pk) for question, count in asked if count]
    return min((row for row in heads if row is not None), key=_place, default=None)


def _in_line(rows: RowQuerySet) -> RowQuerySet:
    """Rows with what tells their place and their deadline, in the order of sending."""
    shown = rows.only("deadline_at", "issued_at", "claim_order", "line")
    return shown.order_by("claim_order", "line")


_FIRST_WAITING = Compiled(
    lambda import_id: _in_line(Row.objects.of(import_id).waiting())[:1], import_id=int
)
_FIRST_STAGED = Compiled(
    lambda import_id: _in_line(Row.objects.of(import_id).not_started())[:1], import_id=int
)


_LAST_WAITING = Compiled(
    lambda import_id: _in_line(Row.objects.of(import_id).waiting()).reverse()[:1], import_id=int
)
_LAST_STAGED = Compiled(
    lambda import_id: _in_line(Row.objects.of(import_id).not_started()).reverse()[:1],
    import_id=int,
)


def _declared_first(imported: Import) -> list[datetime]:
    """The declared deadlines of the first RISK_ROWS rows that wait, in the order of sending.

    The place in line is the deadline, and rows that declare none stand behind all that do.
    """
    places = [
        rows.filter(claim_order__lt=NO_DEADLINE).values_list("claim_order", flat=True)[:RISK_ROWS]
        for rows in _lines(imported)
    ]
    return list(islice(merge(*places), RISK_ROWS))


def _last_in_line(imported: Import) -> Row | None:
    """The last row that waits."""
    asked = ((_LAST_WAITING, imported.pending_count), (_LAST_STAGED, imported.staged_count))
    tails = [question.first(import_id=imported.pk) for question, count in asked if count]
    return max((row for row in tails if row is not None), key=_place, default=None)


def _place(row: Row) -> tuple[datetime, int]:
    return row.claim_order, row.line


def _spares(deadlines: Sequence[datetime], pace: float, now: datetime) -> list[float]:
    """Seconds between each row's turn and its death; negative for one that comes too late."""
    return [
        (dies - now).total_seconds() - place / pace for place, dies in enumerate(deadlines, start=1)
    ]


def _late_tail(imported: Import, assumed: datetime, pace: float, now: datetime) -> int:
    """Rows at the end of a long line that declare no deadline and outlive the assumed one."""
    waiting = _waiting(imported)
    if waiting <= RISK_ROWS:
        return 0
    last = _last_in_line(imported)
    in_time = max(0, int((assumed - now).total_seconds() * pace))
    declared = last is not None and last.deadline_at is not None
    return 0 if declared else max(0, waiting - in_time)
