"""Forgetting: events are remembered so long that no repetition can matter, and then go."""

from datetime import timedelta

from django.db import transaction

from customers.models import SumsubEvent
from customers.timing import Timing
from sharing.database_clock import database_now

# Events that one transaction forgets: no lock is held for long.
MOST = 2_000


@transaction.atomic
def sweep(timing: Timing) -> int:
    """Forget events that came too long ago; returns how many."""
    over = database_now() - timedelta(seconds=timing.event_kept)
    old = SumsubEvent.objects.received_before(over).order_by("received_at")
    found = list(old.values_list("pk", flat=True)[:MOST])
    gone, _ = SumsubEvent.objects.filter(pk__in=found).delete()
    return gone
