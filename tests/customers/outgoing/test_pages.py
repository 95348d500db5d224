"""The pages of webhook endpoints: adding, the secret once, deliveries, deeds, and who may."""

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from customers.models import Delivery, Endpoint, EndpointState, EventType
from customers.outgoing import endpoint_deeds, secrets
from customers.outgoing.pace import Pace
from sharing.database_clock import database_now
from tests.customers.outgoing.conftest import Make, deliver_all, emit
from tests.parts.pages import words
from tests.sandbox.receiver import Received

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")
ADD = "/settings/webhooks/add/"
URL = "https://hooks.example.com/kyc?key=s3same"
ROLES = ("admin", "officer", "donor_operator", "auditor", "viewer", "outsider")
PAGES = ("endpoints", "endpoint_add", "endpoint", "endpoint_edit", "endpoint_rotate")
MORE_PAGES = ("endpoint_remove", "delivery", "webhook_help")
DEEDS = (
    "endpoint_add",
    "endpoint_edit",
    "endpoint_test",
    "endpoint_pause",
    "endpoint_activate",
    "endpoint_rotate",
    "endpoint_remove",
    "endpoint_send_failed",
    "again",
)


@pytest.fixture
def desk(admin: User, client_for: SignIn) -> Client:
    """Alma at work."""
    return client_for(admin)


def deeds() -> list[str]:
    found = AuditEvent.objects.order_by("pk").values_list("deed", flat=True)
    return [deed for deed in found if deed.startswith(("endpoint.", "delivery."))]


def address(name: str, endpoint: Endpoint, delivery: Delivery) -> str:
    if name in ("endpoints", "endpoint_add", "webhook_help"):
        return reverse(f"customers:{name}")
    subject: object = delivery.pk if name in ("delivery", "again") else endpoint.pk
    return reverse(f"customers:{name}", args=[subject])


# ---- adding and changing ---------------------------------------------------------------------


def test_without_endpoints_the_page_says_what_they_are_for(desk: Client) -> None:
    page = words(desk.get("/settings/webhooks/"))
    assert "No endpoints yet" in page
    assert ADD in page


def test_an_endpoint_is_added_and_its_secret_shown_once(desk: Client) -> None:
    asked = {"url": URL, "description": "Core banking", "events": ["customer.created"]}
    answer = desk.post(ADD, asked)
    secret = SECRET.search(answer.content.decode())
    assert secret is not None
    assert "no-store" in answer["Cache-Control"]
    endpoint = Endpoint.objects.get()
    assert secrets.active(endpoint, database_now()) == [secret.group()]
    assert secret.group().encode() not in bytes(endpoint.secret_sealed)
    for page in ("/settings/webhooks/", f"/settings/webhooks/{endpoint.pk}/"):
        assert not SECRET.search(desk.get(page).content.decode())
    assert deeds() == ["endpoint.added"]
    said = str(AuditEvent.objects.of_deeds("endpoint.added").get().details)
    assert "hooks.example.com" in said
    assert "s3same" not in said
    assert "s3same" not in repr(endpoint)


def test_the_same_form_sent_twice_makes_one_endpoint(desk: Client) -> None:
    asked = {"url": URL, "events": ["customer.created"]}
    assert desk.post(ADD, asked).status_code == 200
    again = desk.post(ADD, asked)
    assert again.status_code == 422
    assert "There is an endpoint with this address already." in words(again)
    assert Endpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({}, "Enter the address of your system."),
        ({"url": URL}, "Choose at least one event."),
        ({"url": "ftp://hooks.example.com/"}, "begins with https://"),
        ({"url": "https://169.254.169.254/"}, "may not be called"),
        ({"url": "https://me:word@hooks.example.com/"}, "Leave user name and password out"),
        ({"url": URL, "events": ["customer.eaten"]}, "not one of the available choices"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    desk: Client, entered: dict[str, object], said: str
) -> None:
    answer = desk.post(ADD, entered)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Endpoint.objects.exists()


def test_there_is_an_end_to_how_many_there_may_be(desk: Client, make_endpoint: Make) -> None:
    for number in range(endpoint_deeds.MOST_ENDPOINTS):
        make_endpoint(f"https://hooks.example.com/{number}")
    answer = desk.post(ADD, {"url": URL, "events": ["customer.created"]})
    assert "Remove one first." in words(answer)


def test_an_endpoint_is_changed(desk: Client, make_endpoint: Make) -> None:
    endpoint, _ = make_endpoint(URL)
    changed = {"url": URL, "description": "Ledger", "events": ["import.finished"]}
    assert desk.post(f"/settings/webhooks/{endpoint.pk}/edit/", changed).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.events) == ("Ledger", ["import.finished"])
    assert deeds()[-1] == "endpoint.changed"
    assert AuditEvent.objects.latest("pk").details["fields"] == "description, events"


def test_a_secret_is_rotated_once_however_often_the_page_is_sent(
    desk: Client, make_endpoint: Make
) -> None:
    endpoint, old = make_endpoint(URL)
    page = f"/settings/webhooks/{endpoint.pk}/rotate/"
    made_at = re.search(r'name="made_at" value="([^"]+)"', desk.get(page).content.decode())
    assert made_at is not None
    shown = SECRET.search(desk.post(page, {"made_at": made_at.group(1)}).content.decode())
    assert shown is not None
    endpoint.refresh_from_db()
    assert secrets.active(endpoint, database_now()) == [shown.group(), old]
    twice = desk.post(page, {"made_at": made_at.group(1)}, follow=True)
    assert "rotated already" in words(twice)
    assert desk.post(page, {"made_at": "2026-13-45T99:00"}, follow=True).status_code == 200
    assert deeds().count("endpoint.rotated") == 1


def test_an_endpoint_is_paused_activated_and_removed(desk: Client, make_endpoint: Make) -> None:
    endpoint, _ = make_endpoint(URL)
    page = f"/settings/webhooks/{endpoint.pk}/"
    desk.post(page + "pause/")
    assert "Nothing is sent." in words(desk.get(page))
    desk.post(page + "activate/")
    assert Endpoint.objects.get().state == EndpointState.ACTIVE
    assert "Nothing more is sent to it." in words(desk.get(page + "remove/"))
    desk.post(page + "remove/")
    assert not Endpoint.objects.exists()
    assert deeds()[1:] == ["endpoint.paused", "endpoint.activated", "endpoint.removed"]


# ---- deliveries ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_test_is_sent_whatever_the_endpoint_asks_for_and_its_delivery_shown(
    desk: Client, make_endpoint: Make, receiver: Received
) -> None:
    endpoint, _ = make_endpoint(receiver.url, events=["import.finished"])
    sent = desk.post(f"/settings/webhooks/{endpoint.pk}/test/", follow=True)
    assert "It waits for its turn." in words(sent)
    deliver_all()
    assert [event["type"] for event in receiver.events()] == ["endpoint.test"]
    page = words(desk.get(f"/settings/webhooks/deliveries/{Delivery.objects.get().pk}/"))
    assert "HTTP 200" in page
    assert receiver.events()[0]["id"] in page


@pytest.mark.django_db(transaction=True)
def test_deliveries_are_found_by_state_and_event_and_sent_again(
    desk: Client, make_endpoint: Make, receiver: Received, settings: object
) -> None:
    endpoint, _ = make_endpoint(receiver.url)
    with transaction.atomic():
        emit(EventType.CUSTOMER_CREATED, customer_id="cus_1")
        emit(EventType.IMPORT_FINISHED, import_id="imp_1")
    receiver.status = 410
    deliver_all()
    page = f"/settings/webhooks/{endpoint.pk}/"
    rows = re.compile(r'href="/settings/webhooks/deliveries/\d+/"')
    assert len(rows.findall(desk.get(page).content.decode())) == 2
    found = desk.get(page, {"state": "failed", "type": "import.finished"})
    assert len(rows.findall(found.content.decode())) == 1
    assert "No delivery matches" in words(desk.get(page, {"state": "delivered"}))
    assert "Stopped: it answered 410" in words(desk.get(page))
    receiver.status = 200
    desk.post(page + "activate/")
    delivery = Delivery.objects.of_type("import.finished").get()
    desk.post(f"/settings/webhooks/deliveries/{delivery.pk}/again/")
    desk.post(page + "send-failed/", {"hours": "1"})
    deliver_all()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert deeds()[-2:] == ["delivery.replayed", "delivery.replayed"]


def test_a_stopped_endpoint_takes_no_test(desk: Client, make_endpoint: Make) -> None:
    endpoint, _ = make_endpoint(URL)
    Endpoint.objects.update(state=EndpointState.PAUSED)
    answer = desk.post(f"/settings/webhooks/{endpoint.pk}/test/", follow=True)
    assert "Activate the endpoint first" in words(answer)
    assert not Delivery.objects.exists()


def test_the_help_page_tells_the_pace_that_is_in_force(desk: Client) -> None:
    page = words(desk.get("/help/receiving-webhooks/"))
    assert f"{len(Pace.current().retries) + 1} times" in page
    for event_type in set(EventType) - {EventType.TEST}:
        assert event_type in page


# ---- who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_whoever_looks_after_the_connection_opens_these_pages_and_nobody_else(
    request: pytest.FixtureRequest, client_for: SignIn, make_endpoint: Make, role: str
) -> None:
    endpoint, _ = make_endpoint(URL)
    endpoint_deeds.send_test(endpoint.pk, by=request.getfixturevalue("admin"))
    delivery = Delivery.objects.get()
    browser = client_for(request.getfixturevalue(role))
    expected = 200 if role == "admin" else 403
    for name in (*PAGES, *MORE_PAGES):
        assert browser.get(address(name, endpoint, delivery)).status_code == expected, name
    if role != "admin":
        for name in DEEDS:
            assert browser.post(address(name, endpoint, delivery)).status_code == 403, name
        assert Endpoint.objects.get().state == EndpointState.ACTIVE


def test_strangers_sign_in_first_and_no_deed_is_done_by_a_get_or_without_the_pages_token(
    make_endpoint: Make, admin: User, desk: Client
) -> None:
    endpoint, _ = make_endpoint(URL)
    delivery = endpoint_deeds.send_test(endpoint.pk, by=admin)
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    for name in (*PAGES, *MORE_PAGES, *DEEDS):
        where = address(name, endpoint, delivery)
        assert Client().get(where).status_code == 302
        if name in DEEDS:
            assert careful.post(where).status_code == 403
            if name not in (*PAGES, *MORE_PAGES):
                assert desk.get(where).status_code == 405


def test_the_settings_page_leads_there_for_whoever_may_and_counts_what_stopped(
    desk: Client, client_for: SignIn, auditor: User, make_endpoint: Make
) -> None:
    make_endpoint(URL)
    assert "/settings/webhooks/" in words(desk.get("/settings/"))
    assert "/settings/webhooks/" not in words(client_for(auditor).get("/settings/"))
    Endpoint.objects.update(state=EndpointState.FAILING)
    assert "stopped" in words(desk.get("/settings/"))
