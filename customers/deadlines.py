"""What dies first in an import: the head of the line, and the rows at risk.

Reads a bounded number of rows through an index, whatever the size of the import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from customers.models import Import, ImportState, Row, RowState
from customers.models.row_queries import RowQuerySet
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
    row = _line(imported).first() if _waiting(imported) else None
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
    deadlines = list(_line(imported).values_list("deadline_at", flat=True)[:RISK_ROWS])
    spares = _spares(deadlines, assumed, pace, now)
    late = sum(1 for one in spares if one < 0)
    tail = _late_tail(imported, assumed, pace, now)
    if late or tail:
        return Risk(max(late, tail), is_least=waiting > RISK_ROWS)
    return Risk(spare_seconds=min(spares))


def _waiting(imported: Import) -> int:
    return imported.pending_count or _not_started(imported)


def _not_started(imported: Import) -> int:
    return imported.staged_count if imported.state == ImportState.STAGED else 0


def _line(imported: Import) -> RowQuerySet:
    mine = Row.objects.of(imported)
    ready = mine.in_state(RowState.STAGED) if _not_started(imported) else mine.waiting()
    return ready.order_by("claim_order", "line")


def _spares(
    deadlines: Sequence[datetime | None], assumed: datetime, pace: float, now: datetime
) -> list[float]:
    """Seconds between each row's turn and its death; negative for one that comes too late."""
    return [
        ((dies or assumed) - now).total_seconds() - place / pace
        for place, dies in enumerate(deadlines, start=1)
    ]


def _late_tail(imported: Import, assumed: datetime, pace: float, now: datetime) -> int:
    """Rows at the end of a long line that declare no deadline and outlive the assumed one."""
    waiting = _waiting(imported)
    if waiting <= RISK_ROWS:
        return 0
    last = _line(imported).reverse().values_list("deadline_at", flat=True).first()
    in_time = max(0, int((assumed - now).total_seconds() * pace))
    return 0 if last is not None else max(0, waiting - in_time)
