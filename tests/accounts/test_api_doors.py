"""The API's door: who is let in, what a refusal looks like, and how often one may call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.api.codes import Code
from accounts.models import ApiKey, AuditEvent, User
from accounts.scopes import Scope
from tests.parts.api_callers import Program

pytestmark = pytest.mark.django_db

ME = "/api/v1/client"


def refused(answer: Any, code: Code) -> dict[str, Any]:
    """The problem document, which must be whole."""
    assert answer["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["code"] == code.value
    assert answer.status_code == found["status"] == code.about.status
    assert found["title"] == code.about.title
    assert found["type"].endswith(f"/api/docs/errors/#{code.value}")
    assert found["request_id"] == answer["X-Request-Id"]
    assert found["instance"].startswith("/")
    return found


def test_a_key_is_read_from_either_header(program: Program) -> None:
    assert Client().get(ME, headers={"X-Api-Key": program.text}).status_code == 200
    bearer = {"Authorization": f"Bearer {program.text}"}
    assert Client().get(ME, headers=bearer).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, Code.KEY_MISSING),
        ({"X-Api-Key": "kr_test_unknown"}, Code.KEY_UNKNOWN),
        ({"X-Api-Key": "k" * 5000}, Code.KEY_UNKNOWN),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, Code.KEY_MISSING),
        ({"Authorization": "Bearer"}, Code.KEY_MISSING),
    ],
)
def test_a_stranger_is_told_how_to_come_in(headers: dict[str, str], code: Code) -> None:
    answer = Client().get(ME, headers=headers)
    refused(answer, code)
    assert answer["WWW-Authenticate"] == 'Bearer realm="KYC Relay"'


def test_a_signed_in_person_has_no_key(admin: User, client_for: Callable[[User], Client]) -> None:
    refused(client_for(admin).get(ME), Code.KEY_MISSING)


def test_an_expired_key_is_turned_away(program: Program) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refused(program.get(ME), Code.KEY_EXPIRED)


def test_a_client_calls_from_its_networks_only(program_with: Callable[..., Program]) -> None:
    elsewhere = program_with(Scope.LEVELS_READ, name="far", addresses=["198.51.100.0/24"])
    refused(elsewhere.get(ME), Code.ADDRESS_NOT_ALLOWED)
    here = program_with(Scope.LEVELS_READ, name="near", addresses=["10.0.0.0/8", "127.0.0.0/8"])
    assert here.get(ME).status_code == 200


def test_a_missing_scope_is_named(program_with: Callable[..., Program]) -> None:
    found = refused(program_with(Scope.LEVELS_READ).get("/api/v1/imports"), Code.SCOPE_MISSING)
    assert "imports:read" in found["detail"]


def test_every_answer_says_what_is_left_of_the_minute(
    program_with: Callable[..., Program],
) -> None:
    caller = program_with(Scope.LEVELS_READ, calls_per_minute=2)
    first = caller.get(ME)
    assert first["RateLimit-Policy"] == '"client";q=2;w=60'
    assert first["RateLimit"].startswith('"client";r=1;t=')
    caller.get(ME)
    answer = caller.get(ME)
    if answer.status_code == 200:  # a new minute began between two calls
        caller.get(ME)
        answer = caller.get(ME)
    refused(answer, Code.RATE_LIMITED)
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer["RateLimit"].startswith('"client";r=0;')


@pytest.mark.parametrize(
    "path", ["/api/nowhere", "/api/v1/", "/api/v1/imports/imp_1/none", "/api/"]
)
def test_nothing_below_the_api_answers_with_a_page(program: Program, path: str) -> None:
    refused(program.get(path), Code.NOT_FOUND)
    refused(Client().get(path), Code.KEY_MISSING)


def test_a_method_that_is_not_there_names_those_that_are(program: Program) -> None:
    answer = program.raw("DELETE", "/api/v1/imports", b"", "application/json")
    refused(answer, Code.METHOD_NOT_ALLOWED)
    assert answer["Allow"] == "GET, HEAD, POST"


def test_deeds_of_a_client_carry_its_name_its_door_and_the_request(program: Program) -> None:
    answer = program.post("/api/v1/customers", {"name": "Ada Mercer", "country": "NLD"})
    assert answer.status_code == 201
    event = AuditEvent.objects.of_deeds("customer.created").get()
    assert event.actor_label == "Onboarding service (API client)"
    assert event.actor == program.client.account
    assert event.source == "api"
    assert event.request_id == answer["X-Request-Id"]


def test_a_page_for_every_code_tells_what_to_do(db: None) -> None:
    page = Client().get("/api/docs/errors/")
    assert page.status_code == 200
    for code in Code:
        assert f'id="{code.value}"' in page.content.decode()
