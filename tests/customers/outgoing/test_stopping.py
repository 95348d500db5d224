"""Endpoints that rest, stop by themselves, or are removed: what becomes of their deliveries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from customers.models import (
    Attempt,
    Delivery,
    Endpoint,
    EndpointState,
    OutgoingEvent,
)
from customers.outgoing import claiming, distributing, endpoint_deeds
from customers.outgoing.pace import Pace
from customers.outgoing.settling import settle
from outward.posting import Posted
from sharing.database_clock import database_now
from tests.customers.outgoing.conftest import Make, deliver_all, happen, states
from tests.sandbox.receiver import Received, receiving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def test_410_stops_the_endpoint_and_tells_whoever_looks_after_it(
    receiver: Received, make_endpoint: Make, admin: User, officer: User
) -> None:
    endpoint, _ = make_endpoint(receiver.url)
    receiver.status = 410
    happen(6)
    deliver_all()
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.GONE
    assert set(states(endpoint)) == {"failed"}
    notice = Notice.objects.get()
    assert notice.person == admin
    assert "127.0.0.1" in notice.title
    assert "/webhooks/sumsub" not in notice.title + notice.text
    assert AuditEvent.objects.of_deeds("endpoint.stopped").get().details["reason"] == "gone"
    happen()
    assert OutgoingEvent.objects.count() == 6


def test_days_of_failures_stop_the_endpoint_once_and_what_happens_then_is_kept(
    receiver: Received, make_endpoint: Make, admin: User
) -> None:
    endpoint, _ = make_endpoint(receiver.url)
    receiver.status = 500
    long_ago = timezone.now() - timedelta(days=6)
    Endpoint.objects.update(failing_since=long_ago)
    happen(3)
    deliver_all()
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.FAILING
    assert Notice.objects.count() == 1
    tries = len(receiver.bodies)
    happen()
    deliver_all()
    assert len(receiver.bodies) == tries
    receiver.status = 200
    assert endpoint_deeds.activate(endpoint.pk, by=admin)
    deliver_all()
    assert states(endpoint) == ["delivered"] * 4


def test_a_paused_endpoint_gets_nothing_until_it_is_active_again(
    receiver: Received, make_endpoint: Make, admin: User
) -> None:
    endpoint, _ = make_endpoint(receiver.url)
    assert endpoint_deeds.pause(endpoint.pk, by=admin)
    assert not endpoint_deeds.pause(endpoint.pk, by=admin)
    happen(3)
    deliver_all()
    assert receiver.bodies == []
    assert endpoint_deeds.activate(endpoint.pk, by=admin)
    deliver_all()
    assert len(receiver.bodies) == 3


def test_an_endpoint_whose_secret_does_not_open_stops_alone(
    receiver: Received, make_endpoint: Make
) -> None:
    with receiving() as other:
        broken, _ = make_endpoint(other.url)
        make_endpoint(receiver.url)
        Endpoint.objects.filter(pk=broken.pk).update(secret_sealed=b"\x01\x00\x09" + b"x" * 60)
        happen(2)
        deliver_all()
    assert other.bodies == []
    assert len(receiver.bodies) == 2
    broken.refresh_from_db()
    assert broken.state == EndpointState.KEYLESS


def test_an_endpoint_removed_while_a_message_is_under_way_leaves_nothing_behind(
    make_endpoint: Make, admin: User
) -> None:
    endpoint, _ = make_endpoint("https://hooks.example.com/")
    happen(2)
    distributing.distribute(database_now())
    (parcel, *_) = claiming.claim(1, Pace.current())
    endpoint_deeds.remove(endpoint.pk, by=admin)
    settle(parcel, Posted(200, 10), Pace.current())
    assert not Delivery.objects.exists()
    assert not Attempt.objects.exists()
