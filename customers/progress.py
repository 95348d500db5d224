"""The figures of an import: how far, how fast, how long, what dies first.

Counts come from the import's own counters. Everything else reads a bounded number of rows through
an index, so an import of 100 000 rows costs what one of 100 costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.compiled import Compiled
from customers.deadlines import Head, Risk, head_of_line, rows_at_risk
from customers.models import Import, ImportState, Row, RowState
from customers.shares import rows_to_send_by_import, rows_until
from sharing import budget
from sharing.database_clock import EpochSeconds
from sharing.pace import Pace, pace_of

# How many of the rows that changed last tell the rate, and how far back they may reach.
RATE_ROWS = 600
RATE_SECONDS = 10.0
RATE_AT_LEAST = 3.0
# A pause of the sending longer than this ends what tells the rate.
BREAK_SECONDS = 8.0
SPARK_POINTS = 12
SPARK_SECONDS = 120.0
# Beyond this a place in line is "more than".
PLACE_LIMIT = 5000


@dataclass(frozen=True)
class Label:
    """A word of the legend and the states it stands for."""

    key: str
    states: tuple[RowState, ...]

    def count(self, imported: Import) -> int:
        """How many rows of the import carry this label."""
        return sum(imported.count(state) for state in self.states)


# In drawing order: decided first, what is still to do last.
LABELS: tuple[Label, ...] = (
    Label("imported", (RowState.IMPORTED,)),
    Label("refused", (RowState.REFUSED,)),
    Label("not_imported", (RowState.NOT_IMPORTED,)),
    Label("expired", (RowState.EXPIRED,)),
    Label("cancelled", (RowState.CANCELLED,)),
    Label("skipped", (RowState.DUPLICATE, RowState.INVALID)),
    Label("needs_person", (RowState.NEEDS_PERSON,)),
    Label("checking", (RowState.CHECKING,)),
    Label("sending", (RowState.SENDING,)),
    Label("pending", (RowState.PENDING,)),
    Label("staged", (RowState.STAGED,)),
)
LABEL_OF: dict[str, Label] = {label.key: label for label in LABELS}
# The labels that a legend shows even when no row carries them.
ALWAYS = frozenset({"imported", "refused"})


@dataclass(frozen=True)
class Figures:
    """What the head of an import's page says, as of `at`."""

    at: datetime
    total: int
    decided: int
    counts: tuple[tuple[Label, int], ...]
    rate: float | None
    rate_limit: float
    pace: Pace
    spark: tuple[float, ...]
    spark_seconds: float
    seconds_left: float | None
    head: Head | None
    risk: Risk
    moving: bool
    took_seconds: float | None

    @property
    def percent(self) -> int:
        """Whole percent of the rows that have their outcome; 100 only when all have."""
        return 100 * self.decided // self.total if self.total else 100

    @property
    def segments(self) -> list[tuple[str, int]]:
        """(label, count) in drawing order, for `progress_bar`."""
        return [(label.key, count) for label, count in self.counts]

    @property
    def legend(self) -> list[tuple[str, int]]:
        """(label, count) of the labels worth showing."""
        return [(label.key, n) for label, n in self.counts if n or label.key in ALWAYS]

    @property
    def other(self) -> int:
        """Rows that are decided and neither imported nor refused."""
        counted = dict(self.segments)
        return self.decided - counted["imported"] - counted["refused"]

    @property
    def in_time_until(self) -> datetime | None:
        """How long the sending may wait before the first row comes too late."""
        spare = self.risk.spare_seconds
        return None if spare is None else self.at + timedelta(seconds=spare)

    @property
    def full_pace_at(self) -> datetime | None:
        """When the whole limit is used again; None when nothing slows the sending down."""
        if self.pace.is_full or not self.moving:
            return None
        return self.at + timedelta(seconds=self.pace.seconds_to_full)

    @property
    def ends_at(self) -> datetime | None:
        """When the last waiting row is sent, if nothing changes."""
        if self.seconds_left is None:
            return None
        return self.at + timedelta(seconds=self.seconds_left)


def counts_by_label(imported: Import) -> tuple[tuple[Label, int], ...]:
    """How many rows carry each label, in drawing order."""
    return tuple((label, label.count(imported)) for label in LABELS)


def figures(imported: Import, *, now: datetime, held: bool) -> Figures:
    """The figures of an import at `now`; `held` says that a gate or the breaker stops its rows.

    While nothing is sent the rows at risk are those that would be if it went on now.
    """
    counts = counts_by_label(imported)
    moving = imported.state == ImportState.RUNNING and not held
    sends = _recent_sends(imported) if imported.undecided_count else []
    limit = budget.limit(budget.POST).per_second
    pace = pace_of(budget.POST, now=now.timestamp())
    sent = _rate(sends, now.timestamp()) if moving else None
    measured = None if sent is None else min(sent, limit)
    # What was measured at full pace says nothing about a slow one, nor the other way round.
    telling = measured if pace.is_full else None
    others = rows_to_send_by_import(besides=imported) if imported.undecided_count else ()
    whole = _whole_rate(telling, limit, len(others)) if imported.undecided_count else None
    expected = whole / (1 + len(others)) if whole else None
    seconds = _seconds_left(imported, pace, whole, others)
    head = head_of_line(imported, now)
    spark, spark_seconds = _spark(sends, now.timestamp())
    return Figures(
        at=now,
        total=imported.total_count,
        decided=imported.decided_count,
        counts=counts,
        rate=measured,
        rate_limit=limit,
        pace=pace,
        spark=spark,
        spark_seconds=spark_seconds,
        seconds_left=seconds if moving else None,
        head=head,
        risk=rows_at_risk(imported, head, _average(imported, seconds) or expected, now),
        moving=moving,
        took_seconds=_took(imported),
    )


def moved_on(known: Figures, imported: Import, now: datetime) -> Figures:
    """Figures of a little while ago with the counts of now: what was measured stands as it is.

    Counts cost nothing, measurements most of what an update costs, and they hold for seconds.
    """
    passed = (now - known.at).total_seconds()
    left = None if known.seconds_left is None else max(0.0, known.seconds_left - passed)
    return replace(
        known,
        at=now,
        total=imported.total_count,
        decided=imported.decided_count,
        counts=counts_by_label(imported),
        seconds_left=left,
        took_seconds=_took(imported),
    )


def places_in_line(imported: Import, rows: Sequence[Row]) -> dict[int, int]:
    """Line to place in line (1 goes next) of the waiting rows among `rows`.

    A row behind more than PLACE_LIMIT others gets none.
    """
    waiting = sorted(
        (row for row in rows if row.state == RowState.PENDING),
        key=lambda row: (row.claim_order, row.line),
    )
    if not waiting:
        return {}
    first, last = waiting[0], waiting[-1]
    queue = Row.objects.of(imported).waiting().order_by("claim_order", "line")
    before = queue.filter(_goes_before(first))[: PLACE_LIMIT + 1].count()
    if before > PLACE_LIMIT:
        return {}
    lines = queue.filter(_between(first, last)).values_list("line", flat=True)[:PLACE_LIMIT]
    return {line: before + place for place, line in enumerate(lines, start=1)}


def _goes_before(row: Row) -> Q:
    return Q(claim_order__lt=row.claim_order) | Q(claim_order=row.claim_order, line__lt=row.line)


def _between(first: Row, last: Row) -> Q:
    """Rows from `first` to `last` in the order of the queue, asked so that its index answers."""
    if first.claim_order == last.claim_order:
        return Q(claim_order=first.claim_order, line__range=(first.line, last.line))
    around = Q(claim_order__range=(first.claim_order, last.claim_order))
    return around & ~_goes_before(first) & ~_goes_after(last)


def _goes_after(row: Row) -> Q:
    return Q(claim_order__gt=row.claim_order) | Q(claim_order=row.claim_order, line__gt=row.line)


def _recent_sends(imported: Import) -> list[float]:
    """When the rows that changed last were sent, in epoch seconds, oldest first."""
    return sorted(moment for moment in _LATEST_SENDS(import_id=imported.pk) if moment)


_LATEST_SENDS = Compiled(
    lambda import_id: (
        Row.objects.of(import_id)
        .order_by("-change")
        .values_list(EpochSeconds("sent_at"), flat=True)[:RATE_ROWS]
    ),
    import_id=int,
)


def _rate(sends: Sequence[float], now: float) -> float | None:
    """Rows sent a second over the last RATE_SECONDS, since the last break in the sending.

    None when nothing was sent lately. The first seconds count as RATE_AT_LEAST, so that a burst
    at the start does not look like the pace to come.
    """
    under_way = _without_break(sends, now)
    if not under_way:
        return None
    window = min(RATE_SECONDS, max(now - under_way[0], RATE_AT_LEAST))
    return sum(1 for moment in under_way if moment >= now - window) / window


def _without_break(sends: Sequence[float], now: float) -> list[float]:
    """The latest sends that follow each other without a break, oldest first."""
    kept: list[float] = []
    last = now
    for moment in reversed(sends):
        if last - moment > BREAK_SECONDS:
            break
        kept.append(moment)
        last = moment
    return kept[::-1]


def _whole_rate(measured: float | None, limit: float, others: int) -> float | None:
    """Rows a second that all imports together send at full pace; None when nothing tells it.

    What was measured is this import's share of it: each import that sends gets an equal one.
    """
    if measured and measured >= 0.5:
        return min(measured * (1 + others), limit)
    return None if limit == float("inf") else limit


def _seconds_left(
    imported: Import, pace: Pace, whole: float | None, others: Sequence[int]
) -> float | None:
    """Seconds until the last waiting row is sent, with the `others` rows that go meanwhile.

    The rule is that of `shares`: what a file was promised before its import holds during it.
    """
    return pace.seconds_for(rows_until(imported.unsent_count, others), whole) if whole else None


def _average(imported: Import, seconds: float | None) -> float | None:
    """Rows a second until the last waiting row is sent."""
    return imported.unsent_count / seconds if seconds else None


def _spark(sends: Sequence[float], now: float) -> tuple[tuple[float, ...], float]:
    """Rows a second in SPARK_POINTS equal steps up to now, and the seconds they cover."""
    recent = [at for at in sends if now - at < SPARK_SECONDS]
    if len(recent) < SPARK_POINTS:
        return (), 0.0
    step = max((now - recent[0]) / SPARK_POINTS, 0.25)
    bins = [0] * SPARK_POINTS
    for moment in recent:
        place = int((moment - recent[0]) / step)
        bins[min(place, SPARK_POINTS - 1)] += 1
    return tuple(count / step for count in bins), step * SPARK_POINTS


def _took(imported: Import) -> float | None:
    if not imported.started_at or not imported.finished_at:
        return None
    return (imported.finished_at - imported.started_at).total_seconds()
