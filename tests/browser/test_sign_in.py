"""The first page that anybody sees."""

import pytest
from playwright.sync_api import Page, expect

from tests.parts.people import PASSWORD

pytestmark = pytest.mark.main_story


def test_a_person_signs_in_and_is_greeted_by_the_console(page: Page) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill("olga@relay.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    assert "/accounts/login/" not in page.url
