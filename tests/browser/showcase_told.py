"""For the showcase: webhook endpoints with deliveries in every state, and customers who look alike.

Nothing of it moves: only the web runs there.
"""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from customers.models import (
    Application,
    Attempt,
    Customer,
    Delivery,
    DeliveryState,
    Endpoint,
    EndpointState,
    EventType,
    Lookalikes,
    OutgoingEvent,
    PairState,
)
from customers.outgoing import endpoint_deeds
from customers.webhook_guide import EXAMPLES

ANSWERS = {
    DeliveryState.DELIVERED: (200, "", '{"taken": true}'),
    DeliveryState.WAITING: (503, "", "Service is being updated. Try again in a minute."),
    DeliveryState.FAILED: (None, "No answer in time.", ""),
}


def endpoints(by: User) -> dict[str, str | int]:
    """Two endpoints, one of which stopped by itself; places of both and of one delivery."""
    endpoint = Endpoint(
        url="https://hooks.velmora.example/kyc-relay?box=7",
        description="Core banking",
        events=[EventType.CUSTOMER_CREATED, EventType.REVIEW_CHANGED, EventType.IMPORT_FINISHED],
    )
    stopped = Endpoint(url="https://ledger.velmora.example/in", events=["import.finished"])
    for one in (endpoint, stopped):
        endpoint_deeds.add(one, by=by)
    now = timezone.now()
    Endpoint.objects.filter(pk=stopped.pk).update(
        state=EndpointState.FAILING, failing_since=now - timedelta(days=5), stopped_at=now
    )
    states = [DeliveryState.FAILED, DeliveryState.DELIVERED, DeliveryState.DELIVERED]
    for example, state in zip(EXAMPLES, [*states, *states], strict=True):
        _delivery(endpoint, example.type, example.data, state)
    last = _delivery(endpoint, EXAMPLES[-1].type, EXAMPLES[-1].data, DeliveryState.WAITING)
    return {
        "endpoint": str(endpoint.pk),
        "stopped_endpoint": str(stopped.pk),
        "delivery": last.pk,
    }


def _delivery(
    endpoint: Endpoint, event_type: EventType, data: dict[str, object], state: DeliveryState
) -> Delivery:
    now = timezone.now()
    status, failure, answer = ANSWERS[state]
    event = OutgoingEvent.objects.create(type=event_type, data=data, distributed=True)
    made = Delivery.objects.create(
        event=event,
        endpoint=endpoint,
        state=state,
        attempts=2,
        last_status=status,
        last_failure=failure,
        due_at=now + timedelta(minutes=5),
        ended_at=None if state == DeliveryState.WAITING else now,
    )
    for number in (2, 1):
        Attempt.objects.create(
            delivery=made,
            at=now - timedelta(seconds=7 * number),
            status=status if number == 1 else 502,
            failure=failure if number == 1 else "",
            milliseconds=118 * number,
            answer=answer,
        )
    return made


def lookalikes(by: User) -> dict[str, str | int]:
    """One pair to be looked at, and one that is linked."""
    one, two, three = (_customer(name) for name in ("Zoë Brandt", "BRANDT Zoe", "Zoe Maria Brandt"))
    pair = Lookalikes.objects.create(first=one, second=two, by_name=True, by_document=True)
    linked = Lookalikes.objects.create(
        first=one,
        second=three,
        by_name=True,
        state=PairState.LINKED,
        decided_by=by,
        decided_at=timezone.now(),
    )
    return {"pair": pair.pk, "linked_pair": linked.pk, "alike": str(one.pk)}


def _customer(name: str) -> Customer:
    customer = Customer.objects.create(
        name=name,
        date_of_birth=date(1988, 6, 4),
        nationality="DEU",
        email=f"{name.split()[0].lower()}@mail.example",
        country="DEU",
        city="Bremen",
        street="Am Wall 4",
    )
    Application.objects.create(
        customer=customer, documents=[{"type": "PASSPORT", "country": "DEU"}]
    )
    return customer
