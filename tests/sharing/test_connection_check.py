"""The connection check tells what is wrong and who can mend it."""

import re

import pytest
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from sharing.connection_check import check_connection
from sharing.findings import Finding, Kind, worst
from sumsub.sandbox.process import Sandbox
from tests.parts.far_end import connection_settings
from tests.sharing.conftest import Browse


def _titles(*kinds: Kind) -> list[str]:
    return [finding.title for finding in check_connection() if finding.kind in kinds]


def _finding(title: str) -> Finding:
    return next(finding for finding in check_connection() if finding.title == title)


@pytest.mark.django_db
def test_a_good_connection_is_in_order_in_every_point(connected: Sandbox) -> None:
    findings = check_connection()
    assert [finding.title for finding in findings] == [
        "Sandbox",
        "Client id",
        "Sumsub reachable",
        "Credentials accepted",
        "Clock",
        "View applicants",
        "Default level",
    ]
    assert worst(findings) is Kind.OK


@pytest.mark.django_db
def test_without_credentials_nothing_is_asked(settings: Settings, connected: Sandbox) -> None:
    settings.SUMSUB_SECRET_KEY = ""
    assert _titles(Kind.BAD) == ["No credentials"]


@pytest.mark.django_db
def test_an_address_where_nobody_listens_is_named(settings: Settings, connected: Sandbox) -> None:
    settings.SUMSUB_BASE_URL = "http://127.0.0.1:9"
    assert _titles(Kind.BAD) == ["Sumsub not reachable"]
    assert "http://127.0.0.1:9" in _finding("Sumsub not reachable").sentence


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1", "http://127.0.0.1/api"])
def test_what_is_no_address_is_a_finding_and_no_crash(
    settings: Settings, connected: Sandbox, address: str
) -> None:
    settings.SUMSUB_BASE_URL = address
    assert "Address not usable" in _titles(Kind.BAD)


@pytest.mark.django_db
def test_a_wrong_secret_key_is_told_from_a_wrong_app_token(
    settings: Settings, connected: Sandbox
) -> None:
    secret, settings.SUMSUB_SECRET_KEY = settings.SUMSUB_SECRET_KEY, "another-secret-key"
    assert _titles(Kind.BAD) == ["Signature not accepted"]
    sentence = _finding("Signature not accepted").sentence
    assert sentence.startswith("Sumsub rejects our credentials (4003).")
    assert "another-secret-key" not in sentence
    settings.SUMSUB_SECRET_KEY = secret
    settings.SUMSUB_APP_TOKEN = "sbx:aaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    assert _titles(Kind.BAD) == ["App token is unknown"]


@pytest.mark.django_db
def test_a_production_app_token_at_a_local_address_is_a_mistake(
    settings: Settings, connected: Sandbox
) -> None:
    settings.SUMSUB_APP_TOKEN = "prd:aaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    assert "Production app token, local address" in _titles(Kind.BAD)


@pytest.mark.django_db
def test_an_app_token_without_a_mark_is_a_warning(settings: Settings, connected: Sandbox) -> None:
    settings.SUMSUB_APP_TOKEN = connected.recipient.app_token.removeprefix("sbx:")
    assert "Environment unknown" in _titles(Kind.WARN)


@pytest.mark.django_db
def test_a_public_address_without_encryption_is_a_mistake(
    settings: Settings, connected: Sandbox
) -> None:
    settings.SUMSUB_BASE_URL = "http://sumsub.invalid"
    assert "Connection not encrypted" in _titles(Kind.BAD)


@pytest.mark.django_db
def test_the_missing_permission_to_view_applicants_is_told_from_an_unknown_applicant(
    settings: Settings, fresh_sandbox: Sandbox
) -> None:
    for name, value in connection_settings(fresh_sandbox).items():
        setattr(settings, name, value)
    fresh_sandbox.set_workspace("recipient", {"permissions": ["create_applicants"]})
    assert _titles(Kind.BAD) == ["View applicants is missing"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ahead", "title", "kind"), [(20, "Clock is off", Kind.WARN), (300, "Clock is off", Kind.BAD)]
)
def test_a_clock_that_is_off_is_measured(
    settings: Settings, fresh_sandbox: Sandbox, ahead: int, title: str, kind: Kind
) -> None:
    for name, value in connection_settings(fresh_sandbox).items():
        setattr(settings, name, value)
    fresh_sandbox.set_faults({"clock_offset_seconds": ahead})
    finding = _finding(title)
    assert finding.kind is kind
    seconds = re.search(r"(\d+) s (behind|off)", finding.sentence)
    assert seconds
    assert abs(int(seconds[1]) - ahead) <= 2


@pytest.mark.django_db
def test_a_far_end_that_answers_nonsense_is_not_taken_for_sumsub(
    settings: Settings, fresh_sandbox: Sandbox
) -> None:
    for name, value in connection_settings(fresh_sandbox).items():
        setattr(settings, name, value)
    fresh_sandbox.set_faults(
        {"rules": [{"call": "*", "probability": 1, "do": "error_before_commit"}]}
    )
    assert len(_titles(Kind.BAD)) == 1


@pytest.mark.django_db
def test_an_unknown_level_is_answered_with_the_levels_that_exist(
    settings: Settings, connected: Sandbox
) -> None:
    settings.SUMSUB_LEVEL_NAME = "no-such-level"
    assert _titles(Kind.BAD) == ["Default level unknown"]
    assert "id-only" in _finding("Default level unknown").sentence


@pytest.mark.django_db
def test_a_missing_client_id_is_a_warning(settings: Settings, connected: Sandbox) -> None:
    settings.SUMSUB_CLIENT_ID = ""
    assert _titles(Kind.WARN, Kind.BAD) == ["Client id not set"]


def test_an_admin_checks_and_the_page_and_the_trail_remember(
    connected: Sandbox, admin: User, auditor: User, client_for: Browse
) -> None:
    client = client_for(admin)
    assert "Not checked yet" in client.get("/settings/").content.decode()
    fragment = client.post("/settings/check/").content.decode()
    assert "everything is in order" in fragment
    assert AuditEvent.objects.get(deed="connection.checked").outcome == "ok"
    page = client_for(auditor).get("/settings/").content.decode()
    assert "everything is in order" in page
    assert "/settings/check/" not in page


def test_the_page_shows_four_characters_of_the_app_token_and_nothing_of_the_secret(
    connected: Sandbox, admin: User, client_for: Browse
) -> None:
    client = client_for(admin)
    app_token = connected.recipient.app_token
    pages = (
        client.get("/settings/").content.decode() + client.post("/settings/check/").content.decode()
    )
    assert f"…{app_token[-4:]}" in pages
    assert app_token[-6:] not in pages
    assert app_token[:12] not in pages
    assert connected.recipient.secret_key not in pages
