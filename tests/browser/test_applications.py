"""Applications in a browser: completed and submitted, declined with a reason, two editors."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.parts.browsers import all_there
from tests.parts.installations import Installation

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def made(here: Installation, how: str) -> str:
    """The address of an application; `how` makes it, with `olga` at hand."""
    make = f"""
from accounts.models import User
from customers.models import ApplicationStatus as S
from tests.customers.applications import bring_to, make_application
olga = User.objects.get(email="olga@relay.example")
print("/applications/%s/" % {how}.pk)
"""
    return here.manage("shell", "-v", "0", "-c", make).stdout.split()[-1]


@pytest.fixture
def draft(live: Installation) -> str:
    """The address of a draft as an import leaves it."""
    return made(live, "make_application()")


def test_an_officer_completes_an_application_as_she_goes_submits_and_approves_it(
    office: Page, draft: str
) -> None:
    office.goto(draft)
    with all_there(office):
        office.get_by_role("link", name="Employment status").click()
    expect(office).to_have_url(re.compile("/complete/#id_employment_status$"))
    needs = office.locator("#needs")
    expect(needs.get_by_role("heading")).to_have_text("Still needed 5")
    account = office.locator("#section-account")
    office.get_by_label("Employment status").select_option("employed")
    expect(account.get_by_role("status")).to_contain_text("Saved")
    office.get_by_label("Investing").check()
    office.get_by_label("Savings").check()
    expect(needs.get_by_role("heading")).to_have_text("Still needed 2")

    office.get_by_label("Document", exact=True).set_input_files(
        {"name": "payslip.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    office.get_by_role("button", name="Add the document").click()
    expect(office.locator("#documents")).to_contain_text("payslip.pdf")
    for kind in ("electronic signature", "terms of service", "privacy policy", "accuracy of the"):
        office.get_by_role("button", name=f"Record: {kind}").click()
    expect(needs).to_contain_text("Nothing is missing.")

    office.get_by_role("link", name="Look through and submit").click()
    office.get_by_role("button", name="Submit the application").click()
    office.get_by_role("button", name="Take into review").click()
    office.get_by_role("textbox", name="Note optional").fill("All of it is plausible.")
    office.get_by_role("button", name="Approve").click()
    expect(office.locator(".head-state")).to_have_text("Approved")
    story = office.get_by_role("region", name="Timeline")
    expect(story).to_contain_text("Approved, by Olga Officer: “All of it is plausible.”")
    expect(story).to_contain_text("Submitted, by Olga Officer")
    office.goto("/applications/?waiting=us")
    expect(office.locator(f'a[href="{draft}"]')).to_have_count(0)


def test_an_officer_declines_with_a_reason(office: Page, live: Installation) -> None:
    office.goto(made(live, "bring_to(S.UNDER_REVIEW, make_application(), olga)"))
    office.get_by_text("Decline", exact=True).click()
    reason = office.get_by_label("Why it is declined")
    office.get_by_role("button", name="Decline the application").click()
    expect(reason).to_be_focused()  # the browser asks for it, and nothing was sent
    reason.fill("The payslip is of another person.")
    office.get_by_role("button", name="Decline the application").click()
    expect(office.locator(".head-state")).to_have_text("Declined")
    expect(office.locator("#decision")).to_contain_text("The payslip is of another person.")


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    office: Page, page_of: Open, draft: str, live: Installation
) -> None:
    live.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from tests.parts.people import make_person\n"
        "from accounts.models import User\n"
        "User.objects.filter(email='oskar@relay.example').exists() or "
        "make_person('Oskar Officer', 'compliance operator')",
    )
    colleague = page_of("oskar")
    office.goto(f"{draft}complete/")
    colleague.goto(f"{draft}complete/")
    office.get_by_label("Town").fill("Delft")
    office.get_by_label("Town").blur()
    expect(office.locator("#section-address").get_by_role("status")).to_contain_text("Saved")

    colleague.get_by_label("Town").fill("Gouda")
    colleague.get_by_label("Town").blur()
    told = colleague.locator("#section-address").get_by_role("alert")
    expect(told).to_contain_text("Olga Officer changed “Town” at")
    expect(told).to_contain_text("Delft")
    expect(colleague.get_by_label("Town")).to_have_value("Gouda")
    office.reload()
    expect(office.get_by_label("Town")).to_have_value("Delft")

    told.get_by_role("button", name="Store mine instead").click()
    expect(colleague.locator("[data-toast-text]").first).to_have_text("Saved.")
    office.reload()
    expect(office.get_by_label("Town")).to_have_value("Gouda")


def test_everything_works_without_javascript(page_of: Open, draft: str) -> None:
    plain = page_of("olga", java_script_enabled=False)
    plain.goto(f"{draft}complete/")
    plain.get_by_label("Employment status").select_option("retired")
    plain.get_by_label("Gift").check()
    plain.get_by_role("button", name="Save the account").click()
    expect(plain.get_by_label("Employment status")).to_have_value("retired")
    expect(plain.locator("#needs")).not_to_contain_text("Employment status")
