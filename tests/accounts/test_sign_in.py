"""Sign-in by e-mail address and password, and what it leaves in the audit trail."""

from http import HTTPStatus

import pytest
from django.test import Client, override_settings

from accounts.models import AuditEvent, User
from tests.parts.people import PASSWORD

pytestmark = pytest.mark.django_db

NO_CACHE = {
    "default": {
        "BACKEND": "accounts.cache.ForgivingRedisCache",
        "LOCATION": "unix:///nowhere/at/all.sock",
    }
}


ADDRESSES = (f"192.0.2.{number}" for number in range(1, 255))


@pytest.fixture
def visitor(client: Client) -> Client:
    """A client at an address of its own: the limits of sign-in count per address."""
    client.defaults["REMOTE_ADDR"] = next(ADDRESSES)
    return client


def sign_in(visitor: Client, *, email: str, password: str = PASSWORD) -> int:
    """The status of one attempt: 302 lets in, 200 shows the form again."""
    answer = visitor.post("/accounts/login/", {"login": email, "password": password})
    return answer.status_code


def newest() -> AuditEvent:
    """The last event of the trail."""
    return AuditEvent.objects.latest("pk")


def test_right_password_lets_in_whatever_the_case_of_the_address(
    visitor: Client, viewer: User
) -> None:
    assert sign_in(visitor, email=viewer.email.upper()) == HTTPStatus.FOUND
    assert visitor.get("/account/").status_code == HTTPStatus.OK


def test_sign_in_is_audited_with_the_address_it_came_from(visitor: Client, viewer: User) -> None:
    sign_in(visitor, email=viewer.email)
    event = newest()
    assert (event.deed, event.actor, event.subject) == (
        "person.signed_in",
        viewer,
        f"person:{viewer.pk}",
    )
    assert event.address == visitor.defaults["REMOTE_ADDR"]
    assert event.request_id


def test_sign_out_is_audited(visitor: Client, viewer: User) -> None:
    sign_in(visitor, email=viewer.email)
    visitor.post("/accounts/logout/")
    assert (newest().deed, newest().actor) == ("person.signed_out", viewer)
    assert visitor.get("/account/").status_code == HTTPStatus.FOUND


def test_wrong_password_is_refused_and_audited_once_without_the_mail_address(
    visitor: Client, viewer: User
) -> None:
    before = AuditEvent.objects.count()
    assert sign_in(visitor, email=viewer.email, password="wrong") == HTTPStatus.OK
    event = newest()
    assert AuditEvent.objects.count() == before + 1
    assert (event.deed, event.outcome) == ("person.sign_in_failed", "refused")
    assert event.subject == f"person:{viewer.pk}"
    assert viewer.email not in str(event.sealed_content(1))


def test_unknown_address_is_refused_with_the_same_words(visitor: Client, viewer: User) -> None:
    def words(email: str) -> bool:
        answer = visitor.post("/accounts/login/", {"login": email, "password": "wrong"})
        return b"do not belong together" in answer.content

    assert words(viewer.email)
    assert words("stranger@relay.example")
    assert newest().subject == "person:nobody"


def test_closed_account_cannot_sign_in(visitor: Client, viewer: User) -> None:
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    sign_in(visitor, email=viewer.email)
    assert visitor.get("/account/").status_code == HTTPStatus.FOUND


def test_too_many_failures_are_stopped(visitor: Client, admin: User) -> None:
    for _ in range(10):
        sign_in(visitor, email=admin.email, password="wrong")
    answer = visitor.post("/accounts/login/", {"login": admin.email, "password": PASSWORD})
    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}
    assert visitor.get("/account/").status_code == HTTPStatus.FOUND


@override_settings(CACHES=NO_CACHE)
def test_stopped_cache_does_not_lock_people_out(visitor: Client, viewer: User) -> None:
    assert sign_in(visitor, email=viewer.email) == HTTPStatus.FOUND


def test_next_page_of_another_site_is_not_followed(visitor: Client, viewer: User) -> None:
    answer = visitor.post(
        "/accounts/login/",
        {"login": viewer.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/"
