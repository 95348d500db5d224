"""From events to deliveries: one for each endpoint that asks for the type. And what is outlived."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import sheets
from accounts.sheets import columns_of, draft_of
from customers.models import Attempt, Delivery, Endpoint, OutgoingEvent
from customers.outgoing.pace import Pace

# Events of one transaction, and rows that one look lets go of.
AT_ONCE = 500
FORGOTTEN_AT_ONCE = 2000


@transaction.atomic
def distribute(now: datetime) -> int:
    """Make deliveries of events that have none; returns of how many events.

    Two workers never take the same event: on PostgreSQL each skips what the other holds, SQLite has
    one writer.
    """
    waiting = OutgoingEvent.objects.undistributed()
    events = list(waiting.select_for_update(skip_locked=True)[:AT_ONCE])
    if not events:
        return 0
    endpoints = list(Endpoint.objects.listening())
    draft = draft_of(Delivery)
    drafts = [
        draft(event_id=event.pk, endpoint_id=endpoint.pk, created_at=event.created_at, due_at=now)
        for event in events
        for endpoint in endpoints
        if endpoint.wants(event.type)
    ]
    sheets.insert(Delivery, columns_of(Delivery), drafts)
    taken = OutgoingEvent.objects.filter(pk__in=[event.pk for event in events])
    taken.update(distributed=True)
    return len(events)


def forget(now: datetime, pace: Pace) -> int:
    """Delete deliveries older than they are kept, some at a time, and the events nobody needs.

    Returns how many deliveries went.
    """
    before = now - timedelta(seconds=pace.kept)
    old = list(
        Delivery.objects.ended_before(before)
        .order_by("created_at")
        .values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    )
    with transaction.atomic():
        Attempt.objects.filter(delivery__in=old).delete()
        Delivery.objects.filter(pk__in=old).delete()
        events = OutgoingEvent.objects.outlived(before).values("pk")[:FORGOTTEN_AT_ONCE]
        OutgoingEvent.objects.filter(pk__in=list(events.values_list("pk", flat=True))).delete()
    return len(old)
