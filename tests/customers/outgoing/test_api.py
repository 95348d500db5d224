"""Webhook endpoints through the API: the secret once, deeds, deliveries, sending again."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.api.codes import Code
from accounts.models import AuditEvent, KeptCall
from accounts.scopes import Scope
from customers.models import Delivery, Endpoint, EndpointState
from customers.outgoing import distributing, secrets
from sharing.database_clock import database_now
from tests.accounts.test_api_doors import refused
from tests.customers.outgoing.conftest import deliver_all, happen
from tests.parts.api_callers import Program
from tests.sandbox.receiver import Received

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ENDPOINTS = "/api/v1/webhook-endpoints"
BODY = {
    "url": "https://hooks.example.com/kyc",
    "description": "Core banking",
    "events": ["customer.created"],
}


def added(program: Program, **said: Any) -> Any:
    answer = program.post(ENDPOINTS, BODY | said)
    assert answer.status_code == 201, answer.content
    return answer


def test_the_secret_is_in_the_answer_that_made_it_and_in_no_other(program: Program) -> None:
    answer = program.post(ENDPOINTS, BODY, key="k")
    made = answer.json()
    assert "no-store" in answer["Cache-Control"]
    endpoint = Endpoint.objects.get()
    assert secrets.active(endpoint, database_now()) == [made["secret"]]
    assert program.post(ENDPOINTS, BODY, key="k").json() == made
    assert Endpoint.objects.count() == 1
    found = program.get(answer["Location"])
    assert found.json() == {name: one for name, one in made.items() if name != "secret"}
    assert program.get(ENDPOINTS).json() == {"data": [found.json()], "has_more": False}
    kept = bytes(KeptCall.objects.get().answer_sealed or b"")
    assert made["secret"].encode() not in kept
    event = AuditEvent.objects.of_deed("endpoint.added").get()
    assert made["secret"] not in str(event.details)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"url": "https://hooks.example.com/kyc"}, "url"),
        ({"url": "ftp://hooks.example.com/"}, "url"),
        ({"url": "https://127.0.0.1/kyc"}, "url"),
        ({"url": "https://other.example.com/", "events": []}, "events"),
        ({"url": "https://other.example.com/", "events": ["endpoint.test"]}, "events[0]"),
        ({"url": "https://other.example.com/", "secret": "mine"}, "secret"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused(
    settings: Settings, program: Program, said: dict[str, Any], field: str
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    added(program)
    found = refused(program.post(ENDPOINTS, BODY | said), Code.INVALID_REQUEST)
    assert [one["field"].partition(".")[0] for one in found["errors"]] == [field]
    changed = program.send("PATCH", f"{ENDPOINTS}/hook_{Endpoint.objects.get().pk.hex}", said)
    if said != {"url": BODY["url"]}:
        refused(changed, Code.INVALID_REQUEST)
    assert Endpoint.objects.count() == 1


def test_an_endpoint_is_changed_paused_resumed_and_removed(program: Program) -> None:
    path = added(program)["Location"]
    changed = program.send("PATCH", path, {"events": ["import.finished"]}).json()
    assert (changed["events"], changed["url"]) == (["import.finished"], BODY["url"])
    assert program.post(f"{path}/pause", {}).json()["state"] == "paused"
    refused(program.post(f"{path}/test", {}), Code.NOT_POSSIBLE)
    assert program.post(f"{path}/resume", {}).json()["state"] == "active"
    gone = program.send("DELETE", path)
    assert gone.json() == {"id": changed["id"], "removed": True}
    refused(program.send("DELETE", path), Code.NOT_FOUND)
    deeds = [one.deed for one in AuditEvent.objects.order_by("pk") if "endpoint." in one.deed]
    assert deeds == [
        "endpoint.added",
        "endpoint.changed",
        "endpoint.paused",
        "endpoint.activated",
        "endpoint.removed",
    ]


def test_a_secret_is_rotated_once_for_the_one_that_was_read(program: Program) -> None:
    answer = added(program)
    made = answer.json()
    path = f"{answer['Location']}/rotate"
    body = {"secret_made_at": made["secret_made_at"]}
    rotated = program.post(path, body)
    assert "no-store" in rotated["Cache-Control"]
    fresh = rotated.json()
    assert fresh["old_secret_until"]
    active = secrets.active(Endpoint.objects.get(), database_now())
    assert active == [fresh["secret"], made["secret"]]
    refused(program.post(path, body), Code.NOT_POSSIBLE)


def test_a_test_event_arrives_and_its_delivery_tells_what_came_back(
    program: Program, receiver: Received
) -> None:
    made = added(program, url=receiver.url).json()
    answer = program.post(f"{ENDPOINTS}/{made['id']}/test", {})
    assert answer.status_code == 202, answer.content
    assert answer.json()["state"] == "waiting"
    deliver_all()
    found = program.get(answer["Location"]).json()
    assert (found["state"], found["type"]) == ("delivered", "endpoint.test")
    assert [one["status"] for one in found["tried"]] == [found["last_status"]]
    assert found["message"]["data"] == {"endpoint_id": made["id"]}
    assert found["message"]["id"] == found["message_id"]


def test_deliveries_are_listed_filtered_and_sent_again(
    program: Program, receiver: Received
) -> None:
    made = added(program, url=receiver.url).json()
    happen(3)
    deliver_all()
    path = f"{ENDPOINTS}/{made['id']}/deliveries"
    first = program.get(f"{path}?limit=2&state=delivered&type=customer.created").json()
    assert (len(first["data"]), first["has_more"]) == (2, True)
    last = program.get(f"{path}?limit=2&starting_after={first['data'][1]['id']}").json()
    assert (len(last["data"]), last["has_more"]) == (1, False)
    for query in ("?state=failed", "?state=retrying", "?created_after=2099-01-01T00:00:00Z"):
        assert program.get(path + query).json()["data"] == []
    one = first["data"][0]["id"]
    again = program.post(f"/api/v1/webhook-deliveries/{one}/replay", {}, key="k")
    assert (again.status_code, again.json()["state"]) == (200, "waiting")
    deliver_all()
    found = program.get(f"/api/v1/webhook-deliveries/{one}").json()
    assert (found["state"], found["attempts"]) == ("delivered", 2)


def test_all_that_failed_since_a_moment_goes_again(program: Program) -> None:
    made = added(program).json()
    happen(2)
    endpoint = Endpoint.objects.get()
    distributing.distribute(database_now())
    Delivery.objects.to(endpoint).update(state="failed")
    path = f"{ENDPOINTS}/{made['id']}/replay-failed"
    assert program.post(path, {"since": "2099-01-01T00:00:00Z"}).json() == {"deliveries": 0}
    assert program.post(path, {"since": "2026-01-01T00:00:00Z"}).json() == {"deliveries": 2}


def test_who_reads_webhooks_does_not_manage_them(program_with: Callable[..., Program]) -> None:
    reader = program_with(Scope.WEBHOOKS_READ)
    assert reader.get(ENDPOINTS).status_code == 200
    refused(reader.post(ENDPOINTS, BODY), Code.SCOPE_MISSING)
    assert EndpointState.ACTIVE not in Endpoint.objects.values_list("state", flat=True)
