"""What the company's systems are told, by the engine and by people's deeds."""

import json
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client

from accounts.api.ids import Kind, shown_id
from accounts.models import User
from customers import control
from customers.models import (
    Application,
    Customer,
    EventType,
    Import,
    ImportState,
    OutgoingEvent,
    Row,
    RowState,
)
from customers.outgoing import telling
from customers.webhook_guide import EXAMPLES
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, drain_until, outcome, started, tokens
from tests.customers.outgoing.conftest import Make

pytestmark = pytest.mark.both_databases
URL = "https://hooks.example.com/kyc"


@pytest.fixture
def listening(make_endpoint: Make) -> None:
    """Somebody asks for everything."""
    make_endpoint(URL)


def told(event_type: EventType) -> list[dict[str, Any]]:
    return [event.data for event in OutgoingEvent.objects.filter(type=event_type)]


def reviewed(imported: Import) -> bool:
    mine = Application.objects.of_import(imported.pk)
    return not mine.filter(~Q(sumsub_review_status="completed")).exists()


def test_an_import_tells_each_customer_once_then_reviews_and_its_end(
    far_end: Sandbox, listening: None
) -> None:
    imported = started(tokens(far_end, 12, outcome("approved")))
    assert drain_to_the_end(imported) == {"imported": 12}
    drain_until(lambda: reviewed(imported))
    created = {one["customer_id"]: one for one in told(EventType.CUSTOMER_CREATED)}
    assert set(created) == {shown_id(Kind.CUSTOMER, one.pk) for one in Customer.objects.all()}
    assert len(told(EventType.CUSTOMER_CREATED)) == 12
    row = Row.objects.of(imported).select_related("application").earliest("pk")
    assert row.customer_id is not None
    assert row.application is not None
    one = created[shown_id(Kind.CUSTOMER, row.customer_id)]
    assert one["application_id"] == shown_id(Kind.APPLICATION, row.application.pk)
    assert one["import_id"] == f"imp_{imported.pk}"
    assert one["provider_applicant_id"] == row.applicant_id
    last = [one["review_status"] for one in told(EventType.REVIEW_CHANGED)]
    assert last.count("completed") == 12
    updated = told(EventType.CUSTOMER_UPDATED)
    assert [one["kyc_status"] for one in updated].count("approved") == 12
    (ended,) = told(EventType.IMPORT_FINISHED)
    assert ended == {
        "import_id": f"imp_{imported.pk}",
        "state": "finished",
        "total": 12,
        "counts": {"imported": 12},
    }


def test_nothing_of_a_person_and_no_share_token_is_told(far_end: Sandbox, listening: None) -> None:
    file = tokens(far_end, 6, outcome("approved"))
    imported = started(file)
    drain_to_the_end(imported)
    drain_until(lambda: reviewed(imported))
    said = " ".join(telling.body_of(one).decode() for one in OutgoingEvent.objects.all())
    assert said
    for customer in Customer.objects.all():
        for secret in (customer.last_name, customer.email, customer.phone, customer.street):
            assert not secret or secret not in said
    assert not [line for line in file.decode().split() if len(line) > 20 and line in said]


def test_a_cancelled_import_is_told_with_its_counts(
    far_end: Sandbox, listening: None, officer: User
) -> None:
    imported = started(tokens(far_end, 5, outcome("approved")))
    control.cancel(imported.pk, by=officer)
    (ended,) = told(EventType.IMPORT_FINISHED)
    assert (ended["state"], ended["counts"]) == (ImportState.CANCELLED, {RowState.CANCELLED: 5})


def test_a_customer_entered_by_hand_is_told_too(office: Client, listening: None) -> None:
    entered = {"name": "Ada Mercer", "country": "NL", "external_id": "LM-17"}
    assert office.post("/customers/add/?how=manual", entered).status_code == 302
    (one,) = told(EventType.CUSTOMER_CREATED)
    assert (one["external_id"], one["import_id"]) == ("LM-17", None)
    assert "Ada" not in json.dumps(one)


@pytest.mark.django_db
def test_the_examples_of_the_help_page_have_the_fields_of_the_real_ones() -> None:
    customer = Customer.objects.create(name="Ada Mercer", external_id="LM-17")
    application = Application.objects.create(customer=customer)
    imported = Import.objects.create(level_name="id-only", source="file", state="finished")
    real = [
        telling.customer_created(customer, application, imported=imported),
        telling.customer_updated(customer, changed=["kyc_status"]),
        telling.application_submitted(application),
        telling.application_decided(application),
        telling.review_changed(application),
        telling.import_finished(imported),
    ]
    shown = {one.type: set(one.data) for one in EXAMPLES}
    assert {one.type: set(one.data) for one in real} == shown
    assert set(shown) == set(EventType) - {EventType.TEST}
