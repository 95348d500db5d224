"""Deliveries: signed, repeated until taken, held up by no other receiver, lost by no worker."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from customers.models import (
    Attempt,
    Delivery,
    Endpoint,
    EventType,
    OutgoingEvent,
)
from customers.outgoing import claiming, delivering, distributing, endpoint_deeds
from customers.outgoing.pace import Pace
from customers.outgoing.settling import settle
from customers.webhook_guide import VERIFYING
from outward.posting import Posted
from sharing.database_clock import database_now
from tests.customers.outgoing.conftest import Make, deliver_all, happen, states
from tests.parts.waiting import wait_until
from tests.sandbox.receiver import Received, receiving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
CREATED = EventType.CUSTOMER_CREATED


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """The code of the help page, as a receiver runs it."""
    names: dict[str, object] = {}
    exec(VERIFYING, names)
    return bool(names["is_ours"](secret, headers, body))  # type: ignore[operator]


def test_each_event_arrives_and_is_verified_by_the_code_of_the_help_page(
    receiver: Received, make_endpoint: Make
) -> None:
    endpoint, secret = make_endpoint(receiver.url)
    happen(7)
    deliver_all()
    assert states(endpoint) == ["delivered"] * 7
    said = {event["id"]: event for event in receiver.events()}
    assert set(said) == {event.message_id for event in OutgoingEvent.objects.all()}
    for headers, body in zip(receiver.headers, receiver.bodies, strict=True):
        assert verify(secret, headers, body)
        assert not verify(secret, headers, body + b" ")
        assert not verify("whsec_" + "A" * 43 + "=", headers, body)
        assert said[headers["webhook-id"]]["type"] == CREATED


def test_while_a_secret_rotates_either_verifies_and_then_the_new_one_alone(
    receiver: Received, make_endpoint: Make, admin: User
) -> None:
    endpoint, old = make_endpoint(receiver.url)
    _, new = endpoint_deeds.rotate(endpoint.pk, endpoint.secret_made_at, by=admin)
    happen()
    deliver_all()
    heard = receiver.headers[0], receiver.bodies[0]
    assert verify(old, *heard)
    assert verify(new, *heard)
    Endpoint.objects.update(old_secret_until=timezone.now() - timedelta(seconds=1))
    happen()
    deliver_all()
    heard = receiver.headers[1], receiver.bodies[1]
    assert not verify(old, *heard)
    assert verify(new, *heard)


def test_a_failure_is_tried_again_under_the_same_id_with_the_same_body(
    receiver: Received, make_endpoint: Make, settings: Settings
) -> None:
    settings.WEBHOOK_TIMING = settings.WEBHOOK_TIMING | {"linger": 1.0}
    endpoint, _ = make_endpoint(receiver.url)
    receiver.failures = 2
    happen()
    deliver_all()
    assert states(endpoint) == ["delivered"]
    assert len(set(receiver.bodies)) == 1
    assert len({heard["webhook-id"] for heard in receiver.headers}) == 1
    assert list(Attempt.objects.order_by("pk").values_list("status", flat=True)) == [500, 500, 200]
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_after_the_last_retry_it_is_given_up_and_a_person_may_send_it_again(
    receiver: Received, make_endpoint: Make, settings: Settings, admin: User
) -> None:
    settings.WEBHOOK_TIMING = settings.WEBHOOK_TIMING | {"linger": 1.0}
    endpoint, _ = make_endpoint(receiver.url)
    receiver.status = 503
    happen(2)
    deliver_all()
    assert states(endpoint) == ["failed", "failed"]
    assert len(receiver.bodies) == 2 * 4
    receiver.status = 200
    hour = timezone.now() - timedelta(hours=1)
    assert endpoint_deeds.send_failed_again(endpoint.pk, timezone.now(), by=admin) == 0
    assert endpoint_deeds.send_failed_again(endpoint.pk, hour, by=admin) == 2
    deliver_all()
    assert states(endpoint) == ["delivered", "delivered"]
    assert len(set(receiver.bodies)) == 2


def test_the_schedule_is_the_schemes_with_some_jitter_and_heeds_a_wish_within_reason() -> None:
    pace = Pace()
    waits = [pace.wait_after(failures, None) for failures in range(1, 11)]
    assert waits[-1] is None
    planned = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    for wait, least in zip(waits, planned, strict=False):
        assert wait is not None
        assert least <= wait <= 1.2 * least
    assert pace.wait_after(1, 120) == 120
    assert pace.wait_after(1, 10**6) == 3600


def test_a_receiver_that_hangs_delays_its_own_deliveries_only(
    receiver: Received, make_endpoint: Make, settings: Settings
) -> None:
    settings.WEBHOOK_TIMING = settings.WEBHOOK_TIMING | {"shutdown": 0.1}
    with receiving() as slow:
        slow.seconds = 60.0
        stuck, _ = make_endpoint(slow.url)
        lively, _ = make_endpoint(receiver.url)
        happen(40)
        stop = threading.Event()

        def watch() -> None:
            wait_until(lambda: len(receiver.bodies) == 40, "the others' messages came")
            stop.set()

        watcher = threading.Thread(target=watch)
        watcher.start()
        delivering.deliver(stop)
        watcher.join()
        assert len(slow.bodies) <= Pace.current().per_endpoint
    # The last few answers may have come after the end.
    assert states(lively).count("delivered") >= 36
    assert states(stuck).count("sending") <= Pace.current().per_endpoint
    assert states(stuck).count("delivered") == 0


def test_of_one_endpoint_only_so_many_are_on_their_way_whoever_asks(make_endpoint: Make) -> None:
    endpoint, _ = make_endpoint("https://hooks.example.com/")
    happen(30)
    distributing.distribute(database_now())
    pace = Pace.current()
    assert len(claiming.claim(16, pace)) == pace.per_endpoint
    assert claiming.claim(16, pace) == []
    Delivery.objects.in_state("sending").update(state="delivered", lease_until=None)
    Endpoint.objects.update(failing_since=timezone.now())
    assert len(claiming.claim(16, pace)) == 1
    assert states(endpoint).count("sending") == 1


def test_what_a_vanished_worker_held_is_sent_by_another_under_the_same_id(
    receiver: Received, make_endpoint: Make, settings: Settings
) -> None:
    endpoint, _ = make_endpoint(receiver.url)
    happen()
    distributing.distribute(database_now())
    (lost,) = claiming.claim(1, Pace.current())
    deliver_all()
    assert receiver.bodies == []
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver_all()
    assert [heard["webhook-id"] for heard in receiver.headers] == [lost.headers["webhook-id"]]
    # The vanished one comes back after all: its failure moves nothing.
    settle(lost, Posted(500, 10), Pace.current())
    assert states(endpoint) == ["delivered"]
    assert Attempt.objects.count() == 2


def test_a_late_success_counts_whoever_holds_the_delivery_by_then(make_endpoint: Make) -> None:
    endpoint, _ = make_endpoint("https://hooks.example.com/")
    happen()
    distributing.distribute(database_now())
    (first,) = claiming.claim(1, Pace.current())
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    (second,) = claiming.claim(1, Pace.current())
    settle(first, Posted(200, 10), Pace.current())
    settle(second, Posted(None, 10, "No answer in time."), Pace.current())
    assert states(endpoint) == ["delivered"]


def test_an_address_that_leads_into_the_house_is_not_called_though_it_is_stored(
    receiver: Received, make_endpoint: Make, settings: Settings
) -> None:
    endpoint, _ = make_endpoint(receiver.url.replace("http:", "https:"))
    settings.WEBHOOK_ALLOW_PRIVATE = False
    happen()
    deliver_all()
    assert receiver.connections == 0
    assert "private network" in Delivery.objects.to(endpoint).get().last_failure


def test_old_deliveries_go_with_their_events_and_young_ones_stay(
    receiver: Received, make_endpoint: Make
) -> None:
    make_endpoint(receiver.url)
    happen(3)
    deliver_all()
    old = timezone.now() - timedelta(days=31)
    first = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(created_at=old)
    OutgoingEvent.objects.filter(pk=first.event_id).update(created_at=old)
    assert distributing.forget(database_now(), Pace.current()) == 1
    assert Delivery.objects.count() == Attempt.objects.count() == 2
    assert OutgoingEvent.objects.count() == 2


def test_what_a_receiver_answers_is_kept_short_and_without_what_looks_like_a_share_token(
    make_endpoint: Make,
) -> None:
    make_endpoint("https://hooks.example.com/")
    happen()
    distributing.distribute(database_now())
    (parcel,) = claiming.claim(1, Pace.current())
    said = b"no: _act-sbx-jwt-eyJhbGciOi\x00J9.abc.def \xff" + b"z" * 2000
    settle(parcel, Posted(400, 12, "", said), Pace.current())
    kept = Attempt.objects.get()
    assert "_act-" not in kept.answer
    assert "eyJ" not in kept.answer
    assert "\x00" not in kept.answer
    assert len(kept.answer) <= 1024
    assert (kept.status, kept.milliseconds) == (400, 12)


def test_an_event_makes_something_due_and_an_endpoint_alone_does_not(make_endpoint: Make) -> None:
    make_endpoint("https://hooks.example.com/")
    assert not delivering.is_anything_due(within=0)
    happen()
    assert delivering.is_anything_due(within=0)
