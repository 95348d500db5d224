"""What people do about endpoints and deliveries; each deed with its audit event.

Deeds that change an endpoint lock it first, as `claiming` and `settling` do.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.api.ids import Kind, shown_id
from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from customers.bell import ring_on_commit
from customers.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
    EventType,
    OutgoingEvent,
)
from customers.outgoing import secrets
from customers.outgoing.pace import Pace
from customers.outgoing.subjects import host_of, subject_of
from sharing.database_clock import database_now

# More than a company has systems to tell; each costs a look at every claim.
MOST_ENDPOINTS = 20


class NotPossible(PlainRefusal):
    """A deed that the endpoint's state does not allow; `sentence` says why."""


@transaction.atomic
def add(endpoint: Endpoint, *, by: User, request: HttpRequest | None = None) -> str:
    """Store a new endpoint; returns its secret, which nobody sees again. Raises NotPossible."""
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        raise NotPossible(f"There are {MOST_ENDPOINTS} endpoints already. Remove one first.")
    endpoint.created_by = by
    secret = secrets.give_first(endpoint, database_now())
    endpoint.save(force_insert=True)
    _record(
        "endpoint.added", endpoint, by, request, host=host_of(endpoint), events=_listed(endpoint)
    )
    return secret


@transaction.atomic
def change(
    endpoint: Endpoint, changed: Iterable[str], *, by: User, request: HttpRequest | None = None
) -> None:
    """Store a changed address, description or choice of events; `changed` names the fields."""
    names = sorted(changed)
    endpoint.save(update_fields=names)
    _record(
        "endpoint.changed",
        endpoint,
        by,
        request,
        fields=", ".join(names),
        host=host_of(endpoint),
        events=_listed(endpoint),
    )


@transaction.atomic
def pause(pk: UUID, *, by: User, request: HttpRequest | None = None) -> bool:
    """Let nothing leave for an endpoint; what happens is kept for it. False if it is not active."""
    endpoint = _locked(pk)
    if not endpoint.is_active:
        return False
    endpoint.state = EndpointState.PAUSED
    endpoint.save(update_fields=["state"])
    _record("endpoint.paused", endpoint, by, request)
    return True


@transaction.atomic
def activate(pk: UUID, *, by: User, request: HttpRequest | None = None) -> bool:
    """Let deliveries leave (again), those that waited first. False if it is active already."""
    endpoint = _locked(pk)
    if endpoint.is_active:
        return False
    before = endpoint.state
    endpoint.state = EndpointState.ACTIVE
    endpoint.failing_since = endpoint.stopped_at = None
    endpoint.save(update_fields=["state", "failing_since", "stopped_at"])
    waiting = Delivery.objects.to(endpoint).in_state(DeliveryState.WAITING)
    waiting.update(due_at=database_now())
    _record("endpoint.activated", endpoint, by, request, before=before)
    ring_on_commit(None)
    return True


@transaction.atomic
def rotate(
    pk: UUID, made_at: datetime, *, by: User, request: HttpRequest | None = None
) -> tuple[Endpoint, str]:
    """Give an endpoint a new secret; returns it for the one time that it is shown.

    `made_at` is when the secret was made that the person saw as the present one: a page that is
    sent twice rotates once. Raises NotPossible.
    """
    endpoint = _locked(pk)
    if endpoint.secret_made_at != made_at:
        raise NotPossible("The secret was rotated already. If nobody noted the new one, rotate it.")
    overlap = timedelta(seconds=Pace.current().overlap)
    secret = secrets.rotate(endpoint, database_now(), overlap)
    endpoint.save(
        update_fields=["secret_sealed", "secret_made_at", "old_secret_sealed", "old_secret_until"]
    )
    _record("endpoint.rotated", endpoint, by, request)
    return endpoint, secret


@transaction.atomic
def remove(pk: UUID, *, by: User, request: HttpRequest | None = None) -> str:
    """Delete an endpoint, its secrets and its deliveries; returns the host it led to."""
    endpoint = _locked(pk)
    deliveries = Delivery.objects.to(endpoint)
    gone = deliveries.count()
    Attempt.objects.filter(delivery__in=deliveries).delete()
    deliveries.delete()
    _record("endpoint.removed", endpoint, by, request, host=host_of(endpoint), deliveries=gone)
    endpoint.delete()
    return host_of(endpoint)


@transaction.atomic
def send_test(pk: UUID, *, by: User, request: HttpRequest | None = None) -> Delivery:
    """Send one test event to an endpoint, whatever it asks for. Raises NotPossible."""
    endpoint = _locked(pk)
    if not endpoint.is_active:
        raise NotPossible("Activate the endpoint first: nothing leaves for it now.")
    now = database_now()
    event = OutgoingEvent.objects.create(
        type=EventType.TEST,
        data={"endpoint_id": shown_id(Kind.ENDPOINT, pk)},
        created_at=now,
        distributed=True,
    )
    delivery = Delivery.objects.create(event=event, endpoint=endpoint, created_at=now, due_at=now)
    _record("endpoint.tested", endpoint, by, request, delivery=delivery.pk)
    ring_on_commit(None)
    return delivery


@transaction.atomic
def send_again(delivery_id: int, *, by: User, request: HttpRequest | None = None) -> bool:
    """Send one delivery anew, or sooner if it waits. False while it is on its way."""
    mine = Delivery.objects.filter(pk=delivery_id)
    endpoint = _locked(mine.values_list("endpoint", flat=True).get())
    now = database_now()
    moved = mine.again(now) or mine.in_state(DeliveryState.WAITING).update(due_at=now)
    if moved:
        _record("delivery.replayed", endpoint, by, request, delivery=delivery_id)
        ring_on_commit(None)
    return bool(moved)


@transaction.atomic
def send_failed_again(
    pk: UUID, since: datetime, *, by: User, request: HttpRequest | None = None
) -> int:
    """Send every delivery anew that was given up, of events since then; returns how many."""
    endpoint = _locked(pk)
    moved = Delivery.objects.to(endpoint).failed_since(since).again(database_now())
    if moved:
        _record("delivery.replayed", endpoint, by, request, deliveries=moved)
        ring_on_commit(None)
    return moved


def _locked(pk: UUID) -> Endpoint:
    """The endpoint, locked. Raises Endpoint.DoesNotExist."""
    return Endpoint.objects.select_for_update(of=("self",)).get(pk=pk)


def _record(
    deed: str,
    endpoint: Endpoint,
    by: User,
    request: HttpRequest | None,
    **details: str | int,
) -> None:
    audit.record(
        deed,
        actor=by,
        subject=subject_of(endpoint),
        outcome="done",
        request=request,
        source="",
        **details,
    )


def _listed(endpoint: Endpoint) -> str:
    return ", ".join(endpoint.events)
