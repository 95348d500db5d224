"""Customers, applications, levels, the connection and the trail through the API."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.api.codes import Code
from accounts.scopes import Scope
from customers.models import Application, Customer, Gate, GateReason, ImportState, RowState
from customers.outgoing import telling
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program
from tests.parts.import_maker import make_import

pytestmark = pytest.mark.django_db

CUSTOMERS = "/api/v1/customers"


def test_a_customer_is_added_once_for_one_key(program: Program) -> None:
    body = {
        "name": "Ada Mercer",
        "country": "nl",
        "external_id": "7",
        "date_of_birth": "1990-04-12",
    }
    first = program.post(CUSTOMERS, body, key="k")
    second = program.post(CUSTOMERS, body, key="k")
    assert first.status_code == second.status_code == 201
    assert second.json() == first.json()
    found = program.get(first["Location"]).json()
    assert found == first.json()
    assert (found["name"], found["country"], found["date_of_birth"]) == (
        "Ada Mercer",
        "NLD",
        "1990-04-12",
    )
    assert Customer.objects.count() == 1


def test_personal_data_is_left_out_without_its_scope(
    program: Program, program_with: Callable[..., Program]
) -> None:
    make_import(RowState.IMPORTED)
    open_ = program.get(CUSTOMERS).json()["data"][0]
    blind = program_with(Scope.CUSTOMERS_READ).get(CUSTOMERS).json()["data"][0]
    assert (open_["email"], open_["masked"]) == (Customer.objects.get().email, False)
    assert (blind["name"], blind["masked"]) == ("A… M…", True)
    assert blind["email"] is blind["street"] is blind["date_of_birth"] is None


def test_who_may_not_see_names_does_not_find_by_them(
    program: Program, program_with: Callable[..., Program]
) -> None:
    make_import(RowState.IMPORTED)
    assert len(program.get(f"{CUSTOMERS}?q=mercer").json()["data"]) == 1
    blind = program_with(Scope.CUSTOMERS_READ)
    assert blind.get(f"{CUSTOMERS}?q=mercer").json()["data"] == []


def test_customers_are_paged_and_filtered(program: Program) -> None:
    for number in range(3):
        program.post(CUSTOMERS, {"name": f"P{number}", "country": "NL", "external_id": str(number)})
    first = program.get(f"{CUSTOMERS}?limit=2").json()
    assert first["has_more"]
    last = program.get(f"{CUSTOMERS}?limit=2&starting_after={first['data'][1]['id']}").json()
    assert [one["name"] for one in first["data"] + last["data"]] == ["P2", "P1", "P0"]
    assert not last["has_more"]
    found = program.get(f"{CUSTOMERS}?external_id=1&kyc_status=pending").json()["data"]
    assert [one["name"] for one in found] == ["P1"]
    assert program.get(f"{CUSTOMERS}?application_status=approved").json()["data"] == []


def test_an_application_tells_its_reviews(program: Program) -> None:
    make_import(RowState.IMPORTED, state=ImportState.FINISHED)
    application = Application.objects.get()
    application.review_changes.create(status="completed", answer="GREEN", source="lookup")
    found = program.get(f"/api/v1/applications/app_{application.pk.hex}").json()
    assert found["sumsub_review_answer"] == "GREEN"
    assert [one["source"] for one in found["reviews"]] == ["lookup"]
    assert (
        program.get(f"{CUSTOMERS}/{found['customer_id']}").json()["application_id"] == found["id"]
    )


def test_levels_come_with_the_default_first(connected: Sandbox, program: Program) -> None:
    found = program.get("/api/v1/levels").json()
    assert found["data"][0]["name"] == "id-only"
    assert found["note"] == ""


def test_the_connection_says_what_holds_rows_back_and_no_credential(
    connected: Sandbox, program: Program
) -> None:
    Gate.objects.create(
        scope="connection", reason=GateReason.CREDENTIALS, closed_at=timezone.now(), error_code=4003
    )
    answer = program.get("/api/v1/connection")
    found = answer.json()
    assert found["environment"] == "sandbox"
    assert [(one["scope"], one["reason"]) for one in found["gates"]] == [
        ("connection", "credentials")
    ]
    workspace = connected.recipient
    assert workspace.app_token not in answer.content.decode()
    assert workspace.secret_key not in answer.content.decode()


def test_the_trail_is_read_by_deed_and_subject(program: Program) -> None:
    made = program.post(CUSTOMERS, {"name": "Ada", "country": "NL"}).json()
    found = program.get("/api/v1/audit-events?deed=customer").json()["data"]
    assert [one["deed"] for one in found] == ["customer.created"]
    assert found[0]["client_id"] == f"cli_{program.client.pk}"
    assert program.get(f"/api/v1/audit-events/{found[0]['id']}").json() == found[0]
    subject = found[0]["subject"]
    assert subject == f"customer:{Customer.objects.get().pk}"
    again = program.get(f"/api/v1/audit-events?subject={subject}&limit=1").json()["data"]
    assert again == found
    assert made["name"] not in str(found)
    refused(program.get("/api/v1/audit-events/evt_999999"), Code.NOT_FOUND)


def test_the_ids_that_webhooks_name_open_the_same_things_here(program: Program) -> None:
    imported = make_import(RowState.IMPORTED)
    application = Application.objects.select_related("customer").get()
    told = telling.customer_created(application.customer, application, imported=imported).data
    for name, place in (
        ("customer_id", CUSTOMERS),
        ("application_id", "/api/v1/applications"),
        ("import_id", "/api/v1/imports"),
    ):
        found = program.get(f"{place}/{told[name]}")
        assert (found.status_code, found.json()["id"]) == (200, told[name])
