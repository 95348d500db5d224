"""The work queue in a browser: taken, given, noted with a name, put off, and ended by itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_applications import made
from tests.parts.browsers import all_there
from tests.parts.installations import Installation

COLLEAGUE = """
from accounts.models import User
from tests.parts.people import make_person
found = User.objects.filter(email="oskar@relay.example").exists()
found or make_person("Oskar Officer", "compliance operator")
"""


@pytest.fixture
def review(live: Installation) -> str:
    """The address of an application that waits for a decision."""
    live.manage("shell", "-v", "0", "-c", COLLEAGUE)
    return made(live, "bring_to(S.UNDER_REVIEW, make_application(), olga)")


def test_a_task_is_given_noted_with_a_name_put_off_and_ends_by_itself(
    page_of: Open, live: Installation, review: str
) -> None:
    olga, oskar = page_of("olga"), page_of("oskar")
    olga.goto("/customers/to-do/?who=nobody&kind=decide")
    row = olga.locator(f'#tasks tr:has(a[href="{review}"])')
    row.get_by_role("button", name=re.compile("^Take ")).click()
    olga.goto("/customers/to-do/?who=mine&kind=decide")
    expect(row).to_contain_text("You")

    row.get_by_role("link", name=re.compile("^Plan and notes")).click()
    olga.get_by_label("Give it to").select_option(label="Oskar Officer")
    with all_there(olga):
        olga.get_by_role("button", name="Give", exact=True).click()
    expect(olga.get_by_role("region", name="Plan", exact=True)).to_contain_text("Oskar Officer")
    olga.get_by_label("New note").press_sequentially("The payslip looks odd, @osk")
    expect(olga.get_by_role("option", name="Oskar Officer")).to_be_visible()
    olga.keyboard.press("Enter")
    expect(olga.get_by_label("New note")).to_have_value("The payslip looks odd, @Oskar Officer ")
    olga.get_by_role("button", name="Add the note").click()
    expect(olga.locator(".notes .mention")).to_have_text("@Oskar Officer")

    oskar.goto("/notices/")
    oskar.get_by_role("link", name="Olga Officer names you in a note").first.click()
    expect(oskar.locator(".notes")).to_contain_text("The payslip looks odd")
    later = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    oskar.get_by_label("Put it off until").fill(later)
    oskar.get_by_role("button", name="Put off").click()
    expect(oskar.get_by_role("button", name="Take it up now")).to_be_visible()
    oskar.goto("/customers/to-do/?who=mine")
    expect(oskar.locator(f'a[href="{review}"]')).to_have_count(0)
    oskar.goto("/customers/to-do/?who=mine&show=off")
    expect(oskar.locator(f'a[href="{review}"]')).to_have_count(1)

    oskar.goto(review)
    oskar.get_by_role("button", name="Approve").click()
    expect(oskar.locator(".head-state")).to_have_text("Approved")
    oskar.goto("/customers/to-do/?who=mine&show=off")
    expect(oskar.locator(f'a[href="{review}"]')).to_have_count(0)
    oskar.goto(review)
    oskar.get_by_role("link", name="Whole timeline").click()
    expect(oskar.locator(".timeline")).to_contain_text("Given to Oskar Officer, by Olga Officer")
    oskar.get_by_label("About").select_option("decision")
    oskar.get_by_role("button", name="Show").click()
    expect(oskar.locator(".timeline")).to_contain_text("Approved, by Oskar Officer")
    expect(oskar.locator(".timeline")).not_to_contain_text("Given to")


def test_tasks_are_walked_and_chosen_by_keyboard(page_of: Open, review: str) -> None:
    page = page_of("olga")
    page.goto("/customers/to-do/?kind=decide")
    page.keyboard.press("j")
    first = page.locator("#tasks [data-task]").first
    expect(first.locator(".main-link")).to_be_focused()
    page.keyboard.press("x")
    expect(first.get_by_role("checkbox")).to_be_checked()
    expect(page.locator("[data-selected]")).to_have_text("1 chosen")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Plan")).to_be_visible()


def test_planning_works_without_javascript(page_of: Open, review: str) -> None:
    plain = page_of("olga", java_script_enabled=False)
    plain.goto("/customers/to-do/?kind=decide")
    row = plain.locator(f'#tasks tr:has(a[href="{review}"])')
    row.get_by_role("checkbox").check()
    plain.get_by_label("Give them to").select_option("me")
    plain.get_by_role("button", name="Give", exact=True).click()
    expect(row).to_contain_text("You")
