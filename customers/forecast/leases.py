"""Which process asks for which look: leases by the database's clock, one process a look."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import Look
from customers.timing import Timing


@transaction.atomic
def take(owner: str, now: datetime, timing: Timing) -> Look | None:
    """Take the look that waited longest for its turn; None when none is due."""
    found = Look.objects.due(now).select_for_update(of=("self",), skip_locked=True).first()
    if found is None:
        return None
    found.lease_owner, found.served_at = owner, now
    found.lease_until = now + timedelta(seconds=timing.preview_lease)
    found.save(update_fields=["lease_owner", "lease_until", "served_at"])
    return found


def renew(look: Look, owner: str, now: datetime, timing: Timing) -> bool:
    """Keep a look; False when it is another process's by now, or no longer to be asked for."""
    mine = Look.objects.filter(pk=look.pk, lease_owner=owner, lease_until__gte=now)
    until = now + timedelta(seconds=timing.preview_lease)
    return mine.update(lease_until=until, served_at=now) == 1


def let_go(look: Look, owner: str) -> None:
    """Give a look back, so that any process may go on with it."""
    Look.objects.filter(pk=look.pk, lease_owner=owner).update(lease_until=None)


def is_anything_due(now: datetime) -> bool:
    """True when a look waits for a process."""
    return Look.objects.due(now).exists()
