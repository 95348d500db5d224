"""Asking Sumsub: which rows to look up, which reviews to read, and what the answers change."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from customers import reviews
from customers.models import Application, Link, Row, RowState, SumsubEvent
from customers.redemption.settling import Settlement
from customers.redemption.work import Ask, Asked, ReadReview, ReviewSeen
from customers.timing import Timing
from sharing import budget
from sumsub.errors import Answered
from sumsub.records import Applicant, Lookup

# The version of no row: a lookup that must neither count as an absence nor change a schedule.
NO_VERSION = -1
# A review and its steps are two calls.
READINGS = 2

Asking = TypeVar("Asking", Row, Application)


def claim_asks(free: int, now: datetime, timing: Timing) -> list[Ask]:
    """Rows to look up now. Each is taken by moving its next lookup away for a minute.

    Not to be called inside a transaction: permits and rows are taken one after the other, so that
    no lock is held while another is waited for.
    """
    due = list(Row.objects.due_for_lookup(now).order_by("next_lookup_at")[:free])
    if not due:
        return []
    control = _control_id(now, timing)
    # An absence may need its positive control: two permits a row.
    permits = _permits(len(due), 2 if control else 1, now)
    # Asked of the database again: a row may have been claimed for sending meanwhile.
    still = Row.objects.due_for_lookup(now)
    taken = _taken(still, due[:permits], "next_lookup_at", now, timing)
    return [
        Ask(row.pk, row.import_ref_id, row.version, row.external_user_id, control, now)
        for row in taken
    ]


def claim_proofs(free: int, now: datetime) -> list[Ask]:
    """Lookups of rows whose applicant a webhook told of. They only count if they find it."""
    told = SumsubEvent.objects.asking().select_related("row").order_by("pk")
    events = {event.row_id: event for event in told[:free]}
    permits = _permits(len(events), 1, now) if events else 0
    taken = _told(list(events.values())[:permits])
    return [
        Ask(row.pk, row.import_ref_id, NO_VERSION, row.external_user_id, "", now) for row in taken
    ]


@transaction.atomic
def _told(events: Sequence[SumsubEvent]) -> list[Row]:
    """The rows of these events, unless somebody else asks for them already."""
    mine = SumsubEvent.objects.asking().filter(pk__in=[event.pk for event in events])
    taken = set(mine.select_for_update(skip_locked=True).values_list("row_id", flat=True))
    SumsubEvent.objects.asking().filter(row__in=taken).update(asks_row=False)
    return [event.row for event in events if event.row is not None and event.row_id in taken]


def _permits(wanted: int, cost: int, now: datetime) -> int:
    with transaction.atomic():
        return budget.take(budget.GET, wanted * cost, now=now.timestamp()) // cost


@transaction.atomic
def _taken(
    still: QuerySet[Asking], due: Sequence[Asking], when: str, now: datetime, timing: Timing
) -> list[Asking]:
    """Take the due ones that `still` holds: the moment `when` each is due moves away for a while.

    Those that somebody else takes meanwhile, or took, are left out.
    """
    if not due:
        return []
    mine = still.filter(pk__in=[one.pk for one in due])
    taken = list(mine.select_for_update(skip_locked=True).order_by(when))
    later = now + timedelta(seconds=timing.asking)
    mine.filter(pk__in=[one.pk for one in taken]).update(**{when: later})
    return taken


def _control_id(now: datetime, timing: Timing) -> str:
    """An id that Sumsub must know, when the last positive control is too old; else empty."""
    fresh = now - timedelta(seconds=timing.control_fresh)
    if Link.objects.filter(pk=1, control_at__gte=fresh).exists():
        return ""
    known = Application.objects.known_external_user_ids()
    return random.choice(known) if known else ""


def settle_asked(settlement: Settlement, asked: Sequence[Asked], rows: dict[int, Row]) -> None:
    """Apply what the lookups showed."""
    for one in asked:
        shown = evidence(one, settlement.now, settlement.timing)
        settlement.looked_up(rows[one.work.row_id], one.work.version, shown)
        if isinstance(one.result, Answered):
            settlement.lookup_refused(rows[one.work.row_id], one.result)
    if any(_proves_lookups(one) for one in asked):
        Link.objects.filter(pk=1).update(control_at=settlement.now)


def evidence(asked: Asked, now: datetime, timing: Timing) -> Lookup | None:
    """What a lookup proves; None when it proves nothing.

    An absence needs its positive control, and must be fresh: a process that froze between asking
    and storing would bring the absence of a time before the request arrived.
    """
    if not isinstance(asked.result, Lookup):
        return None
    found = asked.result.applicant
    if found is not None:
        return asked.result if found.external_user_id == asked.work.external_user_id else None
    stale = now - asked.work.asked_at > timedelta(seconds=timing.asking)
    return None if stale or asked.controlled is False else asked.result


def _proves_lookups(asked: Asked) -> bool:
    found = isinstance(asked.result, Lookup) and asked.result.exists
    return found or asked.controlled is True


def claim_reviews(free: int, now: datetime, timing: Timing) -> list[ReadReview]:
    """Applications whose review is to be read now; taken by moving their next reading away."""
    due = list(Application.objects.due_for_review_refresh(now).order_by("review_check_at")[:free])
    if not due:
        return []
    permits = _permits(len(due), READINGS, now)
    still = Application.objects.due_for_review_refresh(now)
    taken = _taken(still, due[:permits], "review_check_at", now, timing)
    return [ReadReview(str(one.pk), one.provider_applicant_id, now) for one in taken]


def settle_reviews(settlement: Settlement, seen: Sequence[ReviewSeen]) -> None:
    """Store what the reviews say and let viewers of the rows see it."""
    if not seen:
        return
    ids = [one.work.application_id for one in seen]
    applications = {str(one.pk): one for one in Application.objects.locked_among(ids)}
    readings = reviews.Readings(settlement.now, settlement.timing)
    changed = []
    for one in seen:
        application = applications[one.work.application_id]
        if readings.is_overtaken(application, one.work.asked_at):
            continue
        if not isinstance(one.result, Applicant):
            readings.postpone(application)
        elif readings.add(application, one.result, one.steps):
            changed.append(application.pk)
    readings.store()
    if changed:
        shown = Row.objects.filter(application__in=changed).in_state(RowState.IMPORTED)
        settlement.books.touch(shown.only("pk", "import_ref_id"))


def imports_of_reviews(seen: Sequence[ReviewSeen]) -> set[int]:
    """The imports whose rows show these applications."""
    if not seen:
        return set()
    ids = [one.work.application_id for one in seen]
    return set(Row.objects.filter(application_id__in=ids).values_list("import_ref_id", flat=True))
