"""One import on one page, for somebody who was not there: counts, reasons, doubts, deeds, times.

Made from counters, the reason groups and the audit trail, so the report of 100 000 rows costs a few
queries. It holds no person's data and no share token.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from accounts.models import AuditEvent
from customers.import_history import REPORTED, happenings
from customers.models import Import, Row, RowState
from customers.models.looks import look_taken
from customers.moments import Moment
from customers.progress import Label, counts_by_label
from customers.reason_groups import ReasonGroup, reason_groups

# What fits on one sheet beside everything else.
MOST_REASONS = 12
MOST_HAPPENINGS = 12


@dataclass(frozen=True)
class Doubts:
    """Rows whose outcome was uncertain for a time, and how it was settled."""

    total: int
    by_state: tuple[tuple[str, int], ...]
    found: int
    """Imported rows whose applicant a lookup found."""


@dataclass(frozen=True)
class Times:
    """When the first and the last row was sent and settled; None for what did not happen."""

    first_sent: datetime | None
    last_sent: datetime | None
    last_settled: datetime | None


@dataclass(frozen=True)
class Seal:
    """The latest sealed event about an import: its place in the chain, and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Report:
    """What the sheet says about an import."""

    imported: Import
    counts: tuple[tuple[Label, int], ...]
    reasons: list[ReasonGroup]
    more_reasons: int
    more_reason_rows: int
    not_sent: int
    """Rows given up unsent because Sumsub's preview did not speak for them."""
    doubts: Doubts
    times: Times
    happenings: list[Moment]
    more_happenings: int
    seal: Seal | None


def report_on(imported: Import) -> Report:
    """The report as things stand now."""
    groups = reason_groups(imported)
    left_out = groups[MOST_REASONS:]
    # Who read the report before is not what became of the import.
    story = happenings(imported, leaving_out=[REPORTED])
    return Report(
        imported=imported,
        counts=tuple((label, n) for label, n in counts_by_label(imported) if n),
        reasons=groups[:MOST_REASONS],
        more_reasons=len(left_out),
        more_reason_rows=sum(group.rows for group in left_out),
        not_sent=_not_sent(imported),
        doubts=_doubts(imported),
        times=_times(imported),
        happenings=_that_fit(story),
        more_happenings=max(0, len(story) - MOST_HAPPENINGS),
        seal=_seal(imported),
    )


def _that_fit(story: list[Moment]) -> list[Moment]:
    """The beginning and the end of a long story, oldest first."""
    told = story[::-1]
    if len(told) <= MOST_HAPPENINGS:
        return told
    half = MOST_HAPPENINGS // 2
    return told[:half] + told[-half:]


def _not_sent(imported: Import) -> int:
    if not imported.cancelled_count or look_taken(imported) is None:
        return 0
    return Row.objects.of(imported).given_up_for_forecast().count()


def _doubts(imported: Import) -> Doubts:
    asked = Row.objects.of(imported).once_in_doubt().order_by()
    counted = dict(asked.values_list("state").annotate(rows=Count("pk")))
    by_state = tuple((state.value, counted[state]) for state in RowState if counted.get(state))
    found = asked.in_state(RowState.IMPORTED).confirmed_by_lookup().count() if counted else 0
    return Doubts(sum(counted.values()), by_state, found)


def _times(imported: Import) -> Times:
    moments = Row.objects.of(imported).aggregate(
        first=Min("first_sent_at"), last=Max("sent_at"), settled=Max("settled_at")
    )
    return Times(moments["first"], moments["last"], moments["settled"])


def _seal(imported: Import) -> Seal | None:
    events = AuditEvent.objects.about(f"import:{imported.pk}").sealed().order_by("-seq")
    newest = events.values_list("seq", "hash").first()
    return Seal(newest[0], newest[1] or "") if newest and newest[0] is not None else None
