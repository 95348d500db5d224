"""Deny by default: every address needs sign-in, except the few that are listed here."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from accounts.models import User

pytestmark = pytest.mark.django_db

OPEN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "hand_over",
    # Behind an applicant's link, whose secret opens them (tests/customers/applicant_link).
    "apply",
    "apply_open",
    "apply_check",
    "apply_step",
    "webhook",
    "healthz",
    "readyz",
    "metrics",
    "api_schema",
    "api_docs",
    "api_chapter",
    "api_errors",
}
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": str(UUID(int=0))}
VARIABLE = re.compile(r"<(?:(?P<kind>\w+):)?\w+>")


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the product with a sample value for each of its variables."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def sample(route: str) -> str:
    """An address that answers to `route`."""
    return VARIABLE.sub(lambda found: SAMPLES[found["kind"] or "str"], route)


def guards_itself(entry: URLPattern) -> bool:
    """True for API views: REST framework denies strangers by default."""
    return issubclass(getattr(entry.callback, "cls", object), APIView)


ADDRESSES = [
    sample(route)
    for route, entry in patterns(get_resolver())
    if entry.name not in OPEN and not guards_itself(entry)
]


@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_is_sent_to_sign_in_from_every_page(client: Client, method: str) -> None:
    assert len(ADDRESSES) > 100, "the list is not empty by mistake"
    for address in ADDRESSES:
        response = getattr(client, method)(address)
        assert response.status_code == HTTPStatus.FOUND, address
        assert response["Location"].startswith("/accounts/login/?next=%2F"), address


@pytest.mark.parametrize("door", ["signup", "email", "password/reset", "password/set"])
def test_no_door_for_sign_up_or_for_a_change_by_mail(
    client_for: Callable[[User], Client], viewer: User, door: str
) -> None:
    assert client_for(viewer).get(f"/accounts/{door}/").status_code == HTTPStatus.NOT_FOUND


def test_htmx_request_of_a_stranger_is_led_to_sign_in_and_back(client: Client) -> None:
    response = client.get(
        "/audit/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/audit/?deed=x"},
    )
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Faudit%2F%3Fdeed%3Dx"


def test_htmx_request_cannot_lead_to_another_site(client: Client) -> None:
    response = client.get(
        "/audit/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example//x"}
    )
    assert "evil" not in response["HX-Redirect"]


def test_event_stream_of_a_stranger_gets_a_plain_401(client: Client) -> None:
    response = client.get("/audit/", headers={"Accept": "text/event-stream"})
    assert response.status_code == HTTPStatus.UNAUTHORIZED


def test_page_without_the_right_names_the_roles_that_have_it(
    client_for: Callable[[User], Client], viewer: User
) -> None:
    response = client_for(viewer).get("/audit/")
    assert response.status_code == HTTPStatus.FORBIDDEN
    page = response.content.decode()
    assert "<b>admin</b>" in page
    assert "<b>auditor</b>" in page


@pytest.mark.parametrize("address", ["/account/", "/accounts/login/", "/nowhere/"])
def test_no_answer_may_be_stored_by_caches(
    client_for: Callable[[User], Client], viewer: User, address: str
) -> None:
    response = client_for(viewer).get(address)
    assert "no-store" in response["Cache-Control"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


def test_policy_allows_no_inline_script_or_style(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_closed_account_is_no_longer_let_in(
    client_for: Callable[[User], Client], viewer: User
) -> None:
    browser = client_for(viewer)
    assert browser.get("/account/").status_code == HTTPStatus.OK
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert browser.get("/account/").status_code == HTTPStatus.FOUND
