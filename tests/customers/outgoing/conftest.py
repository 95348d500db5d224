"""Fixtures of outgoing webhooks: a receiver of the company's, and endpoints that lead to it."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from accounts.models import User
from customers.models import Delivery, Endpoint, EventType
from customers.models.outgoing import SUBSCRIBABLE
from customers.outgoing import delivering, endpoint_deeds
from customers.outgoing.outbox import Happened, emit_all
from tests.sandbox.receiver import Received, receiving

# The pace of the product on a clock that is some thousand times shorter.
QUICK = {"retries": [0.05, 0.1, 0.2], "jitter": 0.0, "linger": 0.0, "idle": 0.02, "shutdown": 5.0}

Make = Callable[..., tuple[Endpoint, str]]


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """Receivers on this machine, and a short clock."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.WEBHOOK_TIMING = dict(QUICK)


@pytest.fixture
def receiver() -> Iterator[Received]:
    """A system of the company's."""
    with receiving() as received:
        yield received


@pytest.fixture
def make_endpoint(admin: User) -> Make:
    """`make_endpoint(url, events=…)`: an endpoint and its secret."""

    def make(url: str, events: list[str] | None = None) -> tuple[Endpoint, str]:
        asked = [one.value for one in SUBSCRIBABLE] if events is None else events
        endpoint = Endpoint(url=url, events=asked)
        return endpoint, endpoint_deeds.add(endpoint, by=admin)

    return make


def deliver_all() -> None:
    """Send what is due until nothing is."""
    delivering.deliver(threading.Event())


def emit(event_type: EventType, **data: object) -> None:
    """One event, inside the caller's transaction."""
    emit_all([Happened(event_type, data)])


def happen(count: int = 1) -> None:
    """So many customers were added."""
    with transaction.atomic():
        for number in range(count):
            emit(EventType.CUSTOMER_CREATED, customer_id=f"cus_{number}")


def states(endpoint: Endpoint) -> list[str]:
    """The states of an endpoint's deliveries, the oldest first."""
    return list(Delivery.objects.to(endpoint).order_by("pk").values_list("state", flat=True))
