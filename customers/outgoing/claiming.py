"""Taking deliveries: so many for each endpoint, under a lease, in one short transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from customers.models import Delivery, DeliveryState, Endpoint, EndpointState
from customers.outgoing import secrets, telling
from customers.outgoing.pace import Pace
from customers.outgoing.stopping import stop
from outward import signing
from sharing.database_clock import database_now
from sharing.sealing import CannotOpen


@dataclass(frozen=True)
class Parcel:
    """A delivery that this worker took: everything for one POST, whoever carries it."""

    delivery_id: int
    claim: int
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)


@transaction.atomic
def claim(free: int, pace: Pace) -> list[Parcel]:
    """Take up to `free` deliveries that are due.

    Of one endpoint `pace.per_endpoint` are on their way at most, counted over all workers: the
    endpoint's lock holds the count. One that fails gets one at a time, so dead receivers hold up
    nobody.
    """
    now = database_now()
    parcels: list[Parcel] = []
    for endpoint in Endpoint.objects.active().select_for_update().order_by("pk"):
        mine = Delivery.objects.to(endpoint)
        most = 1 if endpoint.failing_since else pace.per_endpoint
        room = min(most - mine.on_their_way(now).count(), free - len(parcels))
        if room > 0 and (found := list(mine.due(now).order_by("due_at")[:room])):
            parcels += _taken(endpoint, found, now, pace)
    return parcels


def _taken(endpoint: Endpoint, found: list[Delivery], now: datetime, pace: Pace) -> list[Parcel]:
    try:
        active = secrets.active(endpoint, now)
    except CannotOpen:
        # Unsigned messages are none; the others' go on.
        stop(endpoint, EndpointState.KEYLESS, now)
        return []
    ids = [one.pk for one in found]
    Delivery.objects.filter(pk__in=ids).update(
        state=DeliveryState.SENDING,
        claim=F("claim") + 1,
        lease_until=now + timedelta(seconds=pace.lease),
    )
    taken = Delivery.objects.filter(pk__in=ids).select_related("event").order_by("due_at")
    return [_parcel(one, endpoint.url, active, now) for one in taken]


def _parcel(delivery: Delivery, url: str, active: list[str], now: datetime) -> Parcel:
    body = telling.body_of(delivery.event)
    made = signing.headers(active, delivery.event.message_id, int(now.timestamp()), body)
    return Parcel(delivery.pk, delivery.claim, url, body, made)
