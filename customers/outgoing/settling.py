"""What an attempt means for its delivery and for its endpoint, in one transaction."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import Attempt, Delivery, DeliveryState, Endpoint, EndpointState
from customers.outgoing.claiming import Parcel
from customers.outgoing.pace import Pace
from customers.outgoing.stopping import stop
from outward.posting import KEPT_BYTES, Posted
from sharing.database_clock import database_now
from sumsub.redaction import safe_text

GONE = 410


@transaction.atomic
def settle(parcel: Parcel, posted: Posted, pace: Pace) -> None:
    """Store what came back. The attempt is always told; the delivery moves only if it is ours yet.

    Nothing is left to store when the endpoint was removed meanwhile. Locks the endpoint first, as
    `claim` does.
    """
    found = Delivery.objects.filter(pk=parcel.delivery_id)
    endpoint_id = found.values_list("endpoint", flat=True).first()
    if endpoint_id is None:
        return
    endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    delivery = found.select_for_update().first()
    if endpoint is None or delivery is None:
        return
    now = database_now()
    _note(delivery, posted, now)
    is_ours = delivery.claim == parcel.claim and delivery.state == DeliveryState.SENDING
    # That it arrived is true whoever sent it, also after the lease was over.
    if is_ours or (posted.succeeded and not delivery.is_over):
        _move(delivery, posted, pace, now)
    delivery.save()
    if posted.succeeded:
        _works(endpoint)
    else:
        _fails(endpoint, posted, pace, now)


def _note(delivery: Delivery, posted: Posted, now: datetime) -> None:
    Attempt.objects.create(
        delivery=delivery,
        at=now,
        status=posted.status,
        failure=posted.failure[:200],
        milliseconds=posted.milliseconds,
        answer=shown(posted.body),
    )
    delivery.attempts += 1
    delivery.last_status, delivery.last_failure = posted.status, posted.failure[:200]


def _move(delivery: Delivery, posted: Posted, pace: Pace, now: datetime) -> None:
    delivery.lease_until = None
    if posted.succeeded:
        delivery.state, delivery.ended_at = DeliveryState.DELIVERED, now
        return
    wait = pace.wait_after(delivery.retries, posted.retry_after)
    if wait is None or posted.status == GONE:
        delivery.state, delivery.ended_at = DeliveryState.FAILED, now
    else:
        delivery.state = DeliveryState.WAITING
        delivery.due_at = now + timedelta(seconds=wait)


def _works(endpoint: Endpoint) -> None:
    if endpoint.failing_since is not None:
        endpoint.failing_since = None
        endpoint.save(update_fields=["failing_since"])


def _fails(endpoint: Endpoint, posted: Posted, pace: Pace, now: datetime) -> None:
    """Note the failure; stop the endpoint when it says it is gone, or failed for too long."""
    if endpoint.failing_since is None:
        endpoint.failing_since = now
        endpoint.save(update_fields=["failing_since"])
    if not endpoint.is_active:
        return
    if posted.status == GONE:
        stop(endpoint, EndpointState.GONE, now)
        # What waits for an address that is gone is over; replaying it stays possible.
        waiting = Delivery.objects.to(endpoint).in_state(DeliveryState.WAITING)
        waiting.update(state=DeliveryState.FAILED, ended_at=now)
    elif now - endpoint.failing_since >= timedelta(seconds=pace.give_up_after):
        stop(endpoint, EndpointState.FAILING, now)


def shown(body: bytes) -> str:
    """How an answer began, as people may read it: no control signs, nothing like a share token."""
    text = body[:KEPT_BYTES].decode("utf-8", "replace")
    printable = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    return safe_text(printable)[:KEPT_BYTES]
