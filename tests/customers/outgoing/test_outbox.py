"""The outbox: events stand or fall with their deed, and cost nothing where nobody asks."""

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from customers.models import Endpoint, EndpointState, EventType, OutgoingEvent
from customers.outgoing.outbox import Happened, emit_all
from tests.customers.outgoing.conftest import Make, emit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
URL = "https://hooks.example.com/kyc"
MANY = [Happened(EventType.CUSTOMER_CREATED, {"customer_id": f"cus_{n}"}) for n in range(60)]


def told() -> list[str]:
    return [event.data["customer_id"] for event in OutgoingEvent.objects.order_by("created_at")]


def test_without_an_endpoint_nothing_is_written_and_one_question_asked() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        emit_all(MANY)
    assert len(asked) == 1
    assert not OutgoingEvent.objects.exists()


def test_no_event_asks_nothing_at_all() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        emit_all([])
    assert len(asked) == 0


def test_all_events_of_a_deed_are_one_statement(make_endpoint: Make) -> None:
    make_endpoint(URL)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        emit_all(MANY)
    assert len(asked) == 2
    assert sorted(told()) == sorted(one.data["customer_id"] for one in MANY)


def test_only_types_that_somebody_asks_for_are_written(make_endpoint: Make) -> None:
    make_endpoint(URL, events=["customer.created"])
    with transaction.atomic():
        emit(EventType.CUSTOMER_CREATED, customer_id="cus_1")
        emit(EventType.CUSTOMER_UPDATED, customer_id="cus_2")
    assert told() == ["cus_1"]


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (EndpointState.ACTIVE, 1),
        (EndpointState.PAUSED, 1),
        (EndpointState.FAILING, 1),
        (EndpointState.KEYLESS, 1),
        (EndpointState.GONE, 0),
    ],
)
def test_events_are_kept_for_an_endpoint_that_rests_and_not_for_one_that_is_gone(
    make_endpoint: Make, state: EndpointState, kept: int
) -> None:
    endpoint, _ = make_endpoint(URL)
    Endpoint.objects.filter(pk=endpoint.pk).update(state=state)
    with transaction.atomic():
        emit(EventType.CUSTOMER_CREATED, customer_id="cus_1")
    assert OutgoingEvent.objects.count() == kept


def test_an_event_vanishes_with_its_deed(make_endpoint: Make) -> None:
    make_endpoint(URL)

    def broken_deed() -> None:
        with transaction.atomic():
            emit(EventType.CUSTOMER_CREATED, customer_id="cus_1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_deed()
    assert not OutgoingEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_may_be_told() -> None:
    with pytest.raises(TransactionManagementError):
        emit(EventType.CUSTOMER_CREATED, customer_id="cus_1")
