"""The levels to choose from, with Sumsub and without it."""

import pytest
from pytest_django.fixtures import Settings

from sharing.levels import levels
from sumsub.sandbox.process import Sandbox

pytestmark = pytest.mark.django_db


def test_the_levels_of_the_workspace_are_listed_with_the_configured_one_first(
    settings: Settings, connected: Sandbox
) -> None:
    settings.SUMSUB_LEVEL_NAME = "id-and-poa"
    found = levels()
    assert found.names[0] == "id-and-poa"
    assert set(found.names) == set(connected.recipient.levels)
    assert found.note == ""


def test_a_level_that_asks_for_what_never_travels_carries_a_caution(connected: Sandbox) -> None:
    cautions = {choice.name: choice.caution for choice in levels().choices}
    assert cautions["id-only"] == ""
    assert "ends in Documents requested" in cautions["id-and-questionnaire"]


def test_for_a_minute_sumsub_is_not_asked_again(settings: Settings, connected: Sandbox) -> None:
    first = levels()
    settings.SUMSUB_BASE_URL = "http://127.0.0.1:9"
    assert levels() == first


def test_without_sumsub_the_configured_level_stays_with_a_note(
    settings: Settings, connected: Sandbox
) -> None:
    settings.SUMSUB_BASE_URL = "http://127.0.0.1:9"
    found = levels()
    assert found.names == ("id-only",)
    assert found.note.startswith("Only the configured level is listed. Sumsub cannot be reached")


def test_without_a_cache_sumsub_is_asked_each_time(settings: Settings, connected: Sandbox) -> None:
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock"}
    }
    assert levels() == levels()
    assert "id-only" in levels().names


def test_without_credentials_or_an_address_the_note_says_so(
    settings: Settings, connected: Sandbox
) -> None:
    settings.SUMSUB_BASE_URL = "nonsense"
    assert "SUMSUB_BASE_URL is no address" in levels().note
    settings.SUMSUB_APP_TOKEN = ""
    assert "no Sumsub credentials" in levels().note
