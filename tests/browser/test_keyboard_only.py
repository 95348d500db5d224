"""From sign-in to an imported file without a mouse, and what a screen reader is told on the way."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Tokens
from tests.browser.test_add_before import reach
from tests.parts.browsers import PATIENCE, choose_in_dialog, patient_context
from tests.parts.installations import Installation
from tests.parts.people import PASSWORD

ROWS = 24
# Keeps what the live region says, in the page itself: a screen reader is told of each change.
LISTEN = """
window.said = [];
new MutationObserver((changes) => {
  const say = document.getElementById("import-say");
  if (say && changes.some(({target}) => say.contains(target))) window.said.push(say.textContent);
}).observe(document, {childList: true, characterData: true, subtree: true});
"""


def test_a_file_is_imported_by_keyboard_alone_and_the_ear_hears_summaries(
    live: Installation, browser: Browser, tokens: Tokens
) -> None:
    with patient_context(browser, base_url=live.address, reduced_motion="reduce") as context:
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.goto("/")
        sign_in_by_keys(page)
        reach(page, "main .btn[href='/customers/add/']")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Add customers")
        import_by_keys(page, tokens(ROWS))
        expect(page.get_by_role("main")).to_match_aria_snapshot(SCREEN)
        walk_through(page)


def sign_in_by_keys(page: Page) -> None:
    if not _has_focus(page, "[name=login]"):
        reach(page, "[name=login]")
    page.keyboard.type("olga@relay.example")
    reach(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))


def import_by_keys(page: Page, file: Path) -> None:
    reach(page, "#id_file")
    choose_in_dialog(page, file, lambda: page.keyboard.press("Enter"))
    expect(page.get_by_role("status").filter(has_text="rows ready to import")).to_have_count(1)
    reach(page, "#import-button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(page.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    expect(page.locator("#import-say")).to_contain_text(f"{ROWS} of {ROWS} done")
    said = page.evaluate("window.said")
    assert 1 <= len(said) <= ROWS / 4
    assert all(re.match(r"\d+ of \d+ done", sentence) for sentence in said)


def walk_through(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    here = page.locator("#import-body tr:focus-within .row-link")
    expect(here).to_have_accessible_name(re.compile(r"^Open line \d+, (Imported|Refused)"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"Line \d+ of import"))
    reach(page, "main a[href*='/help/importing-share-tokens/#']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Importing share tokens")


def _has_focus(page: Page, selector: str) -> bool:
    focused: bool = page.locator(selector).evaluate("one => one === document.activeElement")
    return focused


# What the accessibility tree says of the import's page, in its order.
SCREEN = r"""
- main:
  - heading /Import \d+ Finished/ [level=1]
  - region "Progress":
    - img /100 % done/
    - navigation "Show rows by state":
      - link /All \d+/
      - link /Imported \d+/
      - link /Refused \d+/
  - status: /24 of 24 done/
  - region /Rows \d+/:
    - heading /Rows \d+/ [level=2]
    - search "Find rows":
      - searchbox "Find a row by line, name, id or token mark"
    - table /Rows of import \d+, latest first/
    - navigation "Pages of rows"
  - region "Next steps":
    - heading "Next steps" [level=2]
"""
