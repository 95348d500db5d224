"""API clients: made by an admin, shown their key once, rotated and revoked; all in the trail."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from accounts.api_keys import KeyRefused, digest_of
from accounts.models import ApiClient, ApiKey, AuditEvent, User
from accounts.rights import Right
from accounts.scopes import Scope, rights_of
from accounts.sealing import seal_events, verify_chain
from config.redaction import redact
from tests.parts.api_callers import LIVES, Program, make_program

Browse = Callable[[User], Client]
KEY = re.compile(r"kr_(?:test|live)_[\w-]{43}")
FORM = {
    "name": "Onboarding service",
    "life": "90",
    "scopes": ["imports:read", "imports:write"],
    "addresses": "192.0.2.0/24\n2001:db8::1",
    "calls_per_minute": "60",
}
PAGES = "/settings/api-clients/"


def test_an_admin_makes_a_client_and_sees_its_key_once(admin: User, client_for: Browse) -> None:
    browser = client_for(admin)
    shown = browser.post(f"{PAGES}add/", FORM)
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    key = KEY.search(shown.content.decode())
    assert key is not None
    made = ApiClient.objects.get()
    assert made.addresses == ["192.0.2.0/24", "2001:db8::1/128"]
    for page in (PAGES, f"{PAGES}{made.pk}/"):
        assert key.group() not in browser.get(page).content.decode()
    again = browser.post(f"{PAGES}add/", FORM)
    assert again.status_code == 422
    assert "already" in again.content.decode()


def test_nothing_but_the_hash_of_a_key_is_kept(program: Program) -> None:
    kept = ApiKey.objects.get()
    assert kept.digest == digest_of(program.text)
    assert program.text not in str(ApiKey.objects.values().get())
    assert program.text not in str(list(AuditEvent.objects.values()))
    assert program.text not in repr(api_keys.Made(kept, program.text))


def test_a_key_is_removed_from_whatever_is_logged(program: Program) -> None:
    for said in (program.text, f"X-Api-Key: {program.text}", f"Bearer {program.text}!"):
        assert program.text[-20:] not in redact(said)


def test_nobody_can_sign_in_with_the_account_of_a_client(program: Program) -> None:
    account = program.client.account
    assert not account.is_active
    assert not account.has_usable_password()
    assert not account.holds(*Right)


def test_a_client_acts_within_the_rights_that_its_scopes_mean(
    program_with: Callable[..., Program],
) -> None:
    acting = program_with(Scope.IMPORTS_READ).client.acting()
    assert acting.holds(Right.VIEW_IMPORTS)
    assert not acting.holds(Right.MANAGE_COMPLIANCE_APPLICATIONS, Right.VIEW_PERSONAL_DATA)
    assert rights_of(["a scope of a later version"]) == frozenset()


def test_two_keys_are_valid_while_a_client_changes_over(program: Program, admin: User) -> None:
    made = api_keys.rotate(program.key.client_id, lives=LIVES, overlap=timedelta(hours=1), by=admin)
    second = Program(made.key, made.text)
    assert program.get("/api/v1/client").status_code == 200
    assert second.get("/api/v1/client").status_code == 200
    ends = ApiKey.objects.get(pk=program.key.pk).expires_at
    assert ends < timezone.now() + timedelta(hours=1, minutes=1)
    with pytest.raises(KeyRefused):
        api_keys.rotate(program.key.client_id, lives=LIVES, overlap=timedelta(0), by=admin)


def test_a_key_without_overlap_ends_with_the_new_one(program: Program, admin: User) -> None:
    api_keys.rotate(program.key.client_id, lives=LIVES, overlap=timedelta(0), by=admin)
    answer = program.get("/api/v1/client")
    assert answer.status_code == 401
    assert answer.json()["code"] == "key_expired"


def test_no_key_lives_longer_than_a_year(db: None) -> None:
    made = make_program(lives=timedelta(days=5000))
    assert made.key.expires_at < timezone.now() + timedelta(days=366)


def test_a_revoked_key_is_turned_away_at_once_and_its_client_stays(
    program: Program, admin: User, client_for: Browse
) -> None:
    client_for(admin).post(f"/settings/api-keys/{program.key.pk}/revoke/")
    answer = program.get("/api/v1/client")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_revoked")
    assert not program.client.is_revoked


def test_a_revoked_client_is_turned_away_with_all_its_keys(
    program: Program, admin: User, client_for: Browse
) -> None:
    browser = client_for(admin)
    browser.post(f"{PAGES}{program.key.client_id}/revoke/")
    assert program.get("/api/v1/client").json()["code"] == "key_revoked"
    page = browser.get(f"{PAGES}{program.key.client_id}/").content.decode()
    assert "Revoked for good" in page
    assert "Make a new key" not in page
    browser.post(f"{PAGES}{program.key.client_id}/rotate/", {"life": "30", "overlap": "0"})
    assert ApiKey.objects.count() == 1


def test_changed_scopes_count_from_the_next_call_on(
    program: Program, admin: User, client_for: Browse
) -> None:
    changed = FORM | {"scopes": ["levels:read"], "addresses": ""}
    client_for(admin).post(f"{PAGES}{program.key.client_id}/edit/", changed)
    assert program.get("/api/v1/imports").status_code == 403
    assert program.get("/api/v1/client").json()["scopes"] == ["levels:read"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter the name"),
        ("scopes", [], "Choose at least one"),
        ("addresses", "no network", "Enter one address or network a line"),
        ("calls_per_minute", "0", "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    admin: User, client_for: Browse, field: str, value: object, words: str
) -> None:
    answer = client_for(admin).post(f"{PAGES}add/", FORM | {field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ApiClient.objects.exists()


def test_every_deed_about_a_client_is_in_the_trail_and_the_chain_holds(
    admin: User, client_for: Browse
) -> None:
    browser = client_for(admin)
    browser.post(f"{PAGES}add/", FORM)
    made = ApiClient.objects.get()
    browser.post(f"{PAGES}{made.pk}/edit/", FORM | {"scopes": ["imports:read"]})
    browser.post(f"{PAGES}{made.pk}/rotate/", {"life": "30", "overlap": "24"})
    browser.post(f"/settings/api-keys/{made.keys.earliest('pk').pk}/revoke/")
    browser.post(f"{PAGES}{made.pk}/revoke/")
    deeds = AuditEvent.objects.about(f"api_client:{made.pk}").order_by("pk")
    assert list(deeds.values_list("deed", flat=True)) == [
        "api_client.added",
        "api_client.changed",
        "api_key.added",
        "api_key.revoked",
        "api_client.revoked",
    ]
    seal_events()
    assert verify_chain().holds


def test_the_last_use_is_known_without_a_write_for_each_call(
    program: Program, django_assert_num_queries: Callable[..., object]
) -> None:
    program.get("/api/v1/client")
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        program.get("/api/v1/client")
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    program.get("/api/v1/client")
    later = ApiKey.objects.get().last_used_at
    assert later is not None
    assert later > first


ROLES = ("admin", "officer", "donor_operator", "auditor", "viewer", "outsider")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("page", "may"),
    [
        ("", {"admin", "auditor"}),
        ("{client}/", {"admin", "auditor"}),
        ("add/", {"admin"}),
        ("{client}/edit/", {"admin"}),
    ],
)
def test_only_admins_and_auditors_look_at_clients(
    request: pytest.FixtureRequest,
    program: Program,
    client_for: Browse,
    role: str,
    page: str,
    may: set[str],
) -> None:
    address = PAGES + page.format(client=program.key.client_id)
    answer = client_for(request.getfixturevalue(role)).get(address)
    assert answer.status_code == (200 if role in may else 403)


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize(
    "deed",
    [
        "/settings/api-clients/add/",
        "/settings/api-clients/{client}/edit/",
        "/settings/api-clients/{client}/rotate/",
        "/settings/api-clients/{client}/revoke/",
        "/settings/api-keys/{key}/revoke/",
    ],
)
def test_only_an_admin_does_anything_about_a_client(
    request: pytest.FixtureRequest, program: Program, client_for: Browse, role: str, deed: str
) -> None:
    address = deed.format(client=program.key.client_id, key=program.key.pk)
    answer = client_for(request.getfixturevalue(role)).post(address, FORM)
    assert answer.status_code == 403
    assert program.get("/api/v1/client").status_code == 200


def test_an_auditor_is_offered_nothing_to_do(
    program: Program, auditor: User, client_for: Browse
) -> None:
    page = client_for(auditor).get(f"{PAGES}{program.key.client_id}/").content.decode()
    assert "Revoke" not in page
    assert "Make a new key" not in page
