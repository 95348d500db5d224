"""Customers who may be one person, through the API."""

from collections.abc import Callable

import pytest

from accounts.api.codes import Code
from accounts.models import AuditEvent
from accounts.scopes import Scope
from customers.models import Lookalikes
from tests.accounts.test_api_doors import refused
from tests.customers.applications import make_application
from tests.parts.api_callers import Program

pytestmark = pytest.mark.django_db
PAIRS = "/api/v1/pairs"


@pytest.fixture
def pair(db: None) -> Lookalikes:
    """Two customers of one name."""
    first, second = make_application().customer, make_application().customer
    return Lookalikes.objects.create(first=first, second=second, by_name=True)


def test_two_who_look_alike_are_told_apart_with_a_reason_and_looked_at_again(
    program: Program, pair: Lookalikes
) -> None:
    (told,) = program.get(f"{PAIRS}?state=suspected").json()["data"]
    assert (told["grounds"], told["decided_by"]) == (["name"], None)
    assert told["first"]["id"] == f"cus_{pair.first_id.hex}"
    path = f"{PAIRS}/{told['id']}"
    apart = {"state": "dismissed", "seen": "suspected", "reason": "Father and son."}
    decided = program.post(f"{path}/decide", apart, key="k").json()
    assert (decided["state"], decided["reason"]) == ("dismissed", "Father and son.")
    assert decided["decided_by"]["id"] == f"cli_{program.client.pk}"
    assert program.post(f"{path}/decide", apart, key="k").json() == decided
    refused(program.post(f"{path}/decide", apart), Code.NOT_POSSIBLE)
    back = program.post(f"{path}/decide", {"state": "suspected", "seen": "dismissed"})
    assert back.json() == told == program.get(path).json()
    assert AuditEvent.objects.of_deed("customer.told_apart").count() == 2


@pytest.mark.parametrize(
    "body",
    [
        {"state": "dismissed", "seen": "suspected"},
        {"state": "linked", "seen": "suspected", "reason": "x"},
        {"state": "linked", "seen": "linked"},
        {"state": "one", "seen": "suspected"},
        {"state": "linked"},
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    program: Program, pair: Lookalikes, body: dict[str, str]
) -> None:
    refused(program.post(f"{PAIRS}/pair_{pair.pk}/decide", body), Code.INVALID_REQUEST)
    pair.refresh_from_db()
    assert pair.state == "suspected"


def test_names_are_masked_in_pairs_too(
    program_with: Callable[..., Program], pair: Lookalikes
) -> None:
    told = program_with(Scope.CUSTOMERS_READ).get(f"{PAIRS}/pair_{pair.pk}")
    assert "Mercer" not in told.content.decode()
    assert told.json()["first"]["masked"] is True
