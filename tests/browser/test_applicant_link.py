"""An applicant completes their application on a phone, and what happens beside it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_applications import PDF, made
from tests.parts.browsers import PATIENCE, all_there
from tests.parts.installations import Installation

NewContext = Callable[..., BrowserContext]
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def draft(live: Installation) -> str:
    """The address of a draft as an import leaves it."""
    return made(live, "make_application()")


def link_to(office: Page, draft: str) -> str:
    """Make a link on the application's page."""
    office.goto(draft)
    office.get_by_role("button", name="Make the link").click()
    address = office.get_by_label("Link", exact=True).inner_text()
    office.get_by_role("link", name="Done").click()
    return address


def test_an_applicant_completes_on_a_phone_sized_screen_while_the_officer_watches(
    office: Page, draft: str, new_context: NewContext
) -> None:
    address = link_to(office, draft)
    panel = office.locator("#applicant-link")
    expect(panel).to_contain_text("Not yet")
    phone = new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Hello Ada")
    with all_there(phone):
        phone.get_by_role("link", name="Begin").tap()

    phone.get_by_label("Retired").check()
    expect(phone.get_by_role("status").first).to_contain_text("Saved")
    expect(panel).to_contain_text("1 of 5 done", timeout=PATIENCE)
    phone.get_by_role("button", name="Continue").tap()
    phone.get_by_label("Investing").check()
    phone.get_by_role("button", name="Continue").tap()
    expect(phone.get_by_label("Savings")).to_be_visible()
    phone.get_by_role("button", name="Continue").tap()
    expect(phone.get_by_role("alert")).to_contain_text("Look at this once more.")
    phone.get_by_label("Savings").check()
    with all_there(phone):
        phone.get_by_role("button", name="Continue").tap()

    photo = phone.get_by_label("Take a photo")
    expect(photo).to_have_attribute("capture", "environment")
    photo.set_input_files({"name": "photo.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(phone.get_by_label("Added", exact=True).first).to_contain_text("photo.pdf")
    phone.get_by_role("button", name="Continue").tap()
    phone.get_by_role("checkbox").check()
    phone.get_by_label("Your full name").fill("Ada Mercer")
    phone.get_by_role("button", name="I agree").tap()
    expect(phone.get_by_role("checkbox")).to_have_count(3)
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.get_by_label("Your full name").fill("Ada Mercer")
    phone.get_by_role("button", name="Sign").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Look through your answers")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("button", name="Send").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")

    expect(panel).to_contain_text("Sent by the applicant", timeout=PATIENCE)
    office.reload()
    expect(office.get_by_text("Waiting on us")).to_be_visible()
    office.get_by_role("button", name="Submit the application").click()
    expect(office.locator(".head-state")).to_have_text("Submitted")


def test_two_editors_the_applicant_is_told_that_the_officer_was_quicker(
    office: Page, draft: str, new_context: NewContext
) -> None:
    phone = new_context(viewport=PHONE).new_page()
    phone.goto(link_to(office, draft))
    with all_there(phone):
        phone.get_by_role("link", name="Begin").click()
    office.goto(f"{draft}complete/")
    phone.get_by_label("Retired").check()
    expect(phone.get_by_role("status").first).to_contain_text("Saved")
    office.get_by_label("Employment status").select_option("student")
    told = office.locator("#section-account").get_by_role("alert")
    expect(told).to_contain_text("The applicant changed “Employment status” at")
    told.get_by_role("button", name="Store mine instead").click()
    expect(office.locator("[data-toast-text]").first).to_have_text("Saved.")

    phone.get_by_label("Employed", exact=True).check()
    warned = phone.get_by_role("alert")
    expect(warned).to_contain_text("Somebody of our staff was quicker.")
    office.reload()
    expect(office.get_by_label("Employment status")).to_have_value("student")
    warned.get_by_role("button", name="Store mine").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("What will you use your account")
    office.reload()
    expect(office.get_by_label("Employment status")).to_have_value("employed")


def test_an_open_page_says_that_the_officer_took_over(
    office: Page, draft: str, new_context: NewContext
) -> None:
    phone = new_context(viewport=PHONE).new_page()
    phone.goto(link_to(office, draft))
    with all_there(phone):
        phone.get_by_role("link", name="Begin").click()
    office.get_by_role("button", name="Take over").click()
    expect(office).to_have_url(re.compile("/complete/$"))
    phone.get_by_label("Retired").check()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We go on from here")


def test_everything_works_without_javascript(
    office: Page, draft: str, new_context: NewContext
) -> None:
    plain = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    plain.goto(link_to(office, draft))
    plain.get_by_role("link", name="Something that shows where").click()
    plain.get_by_label("Choose a file").set_input_files(
        {"name": "payslip.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    plain.get_by_role("button", name="Add it").click()
    expect(plain.get_by_label("Added", exact=True).first).to_contain_text("payslip.pdf")
    plain.get_by_role("link", name="Back").click()
    plain.get_by_label("Savings").check()
    plain.get_by_role("button", name="Continue").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("May we take your signature here?")


def test_the_way_is_walked_by_keyboard(office: Page, draft: str, new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto(link_to(office, draft))
    with all_there(page):
        page.get_by_role("link", name="Begin").press("Enter")
    page.get_by_label("Employed", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Self-employed")).to_be_checked()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    expect(page.get_by_label("Self-employed")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What will you use your account")
