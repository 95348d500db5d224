"""Generate share token: for whom, how long, shown once, and afterwards nowhere to be found."""

import hashlib
import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.look.figures import token_mark
from sumsub.sandbox.process import Sandbox
from tests.browser.windows import Windows
from tests.parts.browsers import all_there, patient_context


@pytest.fixture
def office(windows: Windows) -> Page:
    """Doris's window, on the page of an applicant that may be shared."""
    page = windows["doris"]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/applicants/{windows.places['applicant']}/")
    return page


def ask(page: Page) -> Locator:
    """Choose the deed in the action menu; returns the dialog."""
    page.get_by_text("Actions", exact=True).click()
    page.get_by_role("button", name="Generate share token").click()
    dialog = page.get_by_role("dialog", name="Generate share token")
    expect(dialog).to_be_visible()
    return dialog


def choose_recipient(dialog: Locator, label: str) -> None:
    """Choose a recipient, and wait for the form with its default time to live and its checks."""
    body = dialog.locator("#generate-body")
    body.evaluate("body => { body.dataset.before = 'yes' }")
    dialog.get_by_label("Recipient").select_option(label=label)
    expect(body).not_to_have_attribute("data-before", "yes")


def generate(page: Page) -> tuple[Locator, str]:
    """Generate a share token as the dialog proposes it; returns what shows it, and the token."""
    ask(page).get_by_role("button", name="Generate share token").click()
    shown = page.get_by_role("dialog", name="Share token for Velmora Bank")
    expect(shown).to_be_visible()
    return shown, shown.get_by_label("Share token", exact=True).inner_text()


def mark(share_token: str) -> str:
    """How pages name this share token."""
    return token_mark(hashlib.sha256(share_token.encode()).hexdigest()[:12])


def is_anywhere(share_token: str, page: Page) -> bool:
    """True while the page, its address or what it stores in the browser holds the token."""
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    return share_token in page.content() + page.url + kept


def once(page: Page) -> Locator:
    """What shows a share token, visible or not: it leaves the page a moment after it closes."""
    return page.locator("dialog[data-once]")


def test_an_operator_generates_a_share_token_copies_it_and_sees_it_never_again(
    office: Page, windows: Windows, sandbox: Sandbox
) -> None:
    office.goto("/applicants/")
    address = f"/applicants/{windows.places['applicant']}/"
    with all_there(office):
        office.locator(f'a[href="{address}"]').click()
    dialog = ask(office)
    choose_recipient(dialog, f"Velmora Bank ({sandbox.recipient.client_id})")
    dialog.get_by_text("1 hour", exact=True).click()
    expect(dialog).to_contain_text("Approved at Sumsub and active.")
    dialog.get_by_role("button", name="Generate share token").click()
    shown = office.get_by_role("dialog", name="Share token for Velmora Bank")
    share_token = shown.get_by_label("Share token", exact=True).inner_text()
    minted = [one for one in sandbox.ledger() if one["event"] == "minted"][-1]
    assert minted["token_sha256"] == hashlib.sha256(share_token.encode()).hexdigest()
    expect(shown).to_contain_text(mark(share_token))

    left = shown.locator("[data-deadline]")
    expect(left).to_have_text(re.compile(r"59\smin\s\d\d\ss"))
    before = left.inner_text()
    expect(left).not_to_have_text(before)

    copy = shown.get_by_role("button", name="Copy share token")
    expect(copy).to_be_focused()
    copy.press("Enter")
    expect(shown.get_by_role("button", name="Copied")).to_be_visible()
    assert office.evaluate("navigator.clipboard.readText()") == share_token

    shown.get_by_role("button", name="Done").click()
    expect(once(office)).to_have_count(0)
    assert not is_anywhere(share_token, office)
    expect(office.locator("#issued-tokens tbody tr").first).to_contain_text(mark(share_token))
    office.reload()
    assert not is_anywhere(share_token, office)
    office.goto("/share-tokens/")
    expect(office.locator("main tbody tr").first).to_contain_text(mark(share_token))
    assert not is_anywhere(share_token, office)
    office.goto("/audit/?deed=share_token.copied")
    expect(office.locator("main tbody tr").first).to_contain_text(
        mark(share_token).replace("·", "")
    )


def test_leaving_the_page_forgets_the_share_token_and_going_back_does_not_bring_it(
    office: Page,
) -> None:
    _, share_token = generate(office)
    assert is_anywhere(share_token, office)
    office.goto("/share-tokens/")
    office.go_back()
    expect(office.locator("#issued-tokens")).to_contain_text(mark(share_token))
    assert not is_anywhere(share_token, office)
    office.go_forward()
    assert not is_anywhere(share_token, office)


@pytest.mark.parametrize("way", ["Escape", "Close"])
def test_closing_the_dialog_in_any_way_forgets_the_share_token(office: Page, way: str) -> None:
    shown, share_token = generate(office)
    if way == "Escape":
        office.keyboard.press("Escape")
    else:
        shown.get_by_role("button", name="Close").click()
    expect(once(office)).to_have_count(0)
    assert not is_anywhere(share_token, office)


def test_a_click_beside_the_dialog_does_not_lose_the_share_token(office: Page) -> None:
    shown, share_token = generate(office)
    office.mouse.click(5, 5)
    expect(shown).to_be_visible()
    assert is_anywhere(share_token, office)
    shown.get_by_role("button", name="Done").click()


def test_the_share_token_hides_by_itself_after_a_minute(windows: Windows, browser: Browser) -> None:
    signed_in = windows["doris"].context.storage_state()
    with patient_context(browser, base_url=windows.address, storage_state=signed_in) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"/applicants/{windows.places['applicant']}/")
        shown, share_token = generate(page)
        page.clock.run_for(30_000)
        assert is_anywhere(share_token, page)
        page.clock.run_for(31_000)
        expect(shown).to_contain_text("It cannot be shown again; generate a new one")
        assert not is_anywhere(share_token, page)


def test_what_would_fail_at_the_recipient_is_told_before_minting(
    windows: Windows, office: Page
) -> None:
    office.goto(f"/applicants/{windows.places['unfit']}/")
    dialog = ask(office)
    expect(dialog.locator(".checks .bad")).to_contain_text("10510")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
