"""What is due, asked without a lock: which imports to serve, and when to look again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q

from customers import gates
from customers.models import Application, Gate, Import, Link, Row, SumsubEvent
from customers.models.connection import BreakerState
from customers.timing import Timing
from sharing.database_clock import database_now


def imports_with_work() -> list[Import]:
    """Running imports with undecided rows, and their partners; longest unserved first."""
    return list(
        Import.objects.running()
        .filter(Q(pending_count__gt=0) | Q(checking_count__gt=0))
        .select_related("partner")
        .order_by(F("served_at").asc(nulls_first=True), "pk")
    )


def with_row_to_send(
    imports: Iterable[Import], now: datetime, closed: Sequence[Gate]
) -> list[Import]:
    """Those of the imports that have a row to send now and no closed gate over them, in order."""
    free = [imported for imported in imports if not gates.closed_over(imported, closed)]
    sending = {one.pk for one in free if _has_row_to_send(one, now)}
    sending |= _resending(
        [one for one in free if one.checking_count and one.pk not in sending], now
    )
    return [one for one in free if one.pk in sending]


def imports_to_serve(
    now: datetime, closed: list[Gate], waiting: list[Import] | None = None
) -> list[Import]:
    """Those of the `imports_with_work` that have rows to send now and no closed gate over them.

    An import whose rows all wait for something else must not stand before one that has work.
    `waiting` are the imports with work, where the caller has them already.
    """
    waiting = imports_with_work() if waiting is None else waiting
    return with_row_to_send(waiting, now, closed)


def _resending(imports: list[Import], now: datetime) -> set[int]:
    """Those of the imports that have a row which may be sent once more."""
    if not imports:
        return set()
    mine = Row.objects.filter(import_ref__in=imports)
    cleared = mine.cleared_for_resend(now, Timing.current()).order_by()
    return set(cleared.values_list("import_ref_id", flat=True).distinct())


def _has_row_to_send(imported: Import, now: datetime) -> bool:
    """Asked in the order of the queue, whose index then finds the first row at once."""
    if not imported.pending_count:
        return False
    return bool(Row.objects.of(imported).sendable(now).values_list("pk", flat=True)[:1])


def is_anything_due(within: float) -> bool:
    """True when a drain would find something to do within so many seconds."""
    now = database_now()
    soon = now + timedelta(seconds=within)
    return (
        Import.objects.running().filter(Q(pending_count__gt=0) | Q(sending_count__gt=0)).exists()
        or Row.objects.due_for_lookup(soon).exists()
        or Row.objects.lease_ended(soon).exists()
        or Import.objects.giving_up().exists()
        or any(_has_late_rows(imported, now) for imported in Import.objects.under_way())
        or Row.objects.with_outlived_token(now).exists()
        or SumsubEvent.objects.asking().exists()
        or Application.objects.due_for_review_refresh(soon).exists()
        or Gate.objects.due_for_probe(soon).exists()
        or Link.objects.filter(breaker=BreakerState.OPEN, probe_at__lte=soon).exists()
    )


def _has_late_rows(imported: Import, now: datetime) -> bool:
    return Row.objects.of(imported).past_deadline(now).exists()


def next_moment(now: datetime, timing: Timing) -> float:
    """Seconds until the next lookup, review or retry is due, at most `timing.idle`."""
    found = (Row.objects.next_lookup(), Application.objects.next_reading())
    waits = [(moment - now).total_seconds() for moment in found if moment is not None]
    return max(0.0, min([timing.idle, *waits]))
