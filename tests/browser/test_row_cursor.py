"""Walking through the rows of an import by keyboard, while others still come in."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import SlowSumsub, Tokens
from tests.browser.test_sumsub_import import start_import
from tests.browser.windows import Windows
from tests.parts.browsers import PATIENCE

ROW = "#import-body tr"
# Keeps the lines that stood there twice, if only for a moment.
WATCH = """
window.twice = [];
new MutationObserver(() => {
  const lines = [...document.querySelectorAll("#import-body tr")].map((row) => row.dataset.line);
  window.twice.push(...lines.filter((line, place) => lines.indexOf(line) < place));
}).observe(document.getElementById("import-rows"), {childList: true, subtree: true});
"""


@pytest.fixture
def still(windows: Windows) -> Page:
    """Ada's window on an import of which nothing moves."""
    page = windows["ada"]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/imports/{windows.places['finished']}/?order=file")
    # Where another test stopped, the next walk would begin.
    page.evaluate("sessionStorage.clear()")
    page.reload()
    return page


def link_of(page: Page, place: int) -> Locator:
    return page.locator(f"{ROW} .row-link").nth(place)


def test_j_and_k_go_from_row_to_row_and_enter_opens_one(still: Page) -> None:
    still.keyboard.press("j")
    expect(link_of(still, 0)).to_be_focused()
    still.keyboard.press("j")
    still.keyboard.press("ArrowDown")
    still.keyboard.press("k")
    expect(link_of(still, 1)).to_be_focused()
    expect(link_of(still, 1)).to_have_accessible_name(re.compile(r"Open line 3, \w+"))
    still.keyboard.press("Enter")
    expect(still.get_by_role("heading", level=1)).to_contain_text("Line 3 of import")
    still.go_back()
    expect(link_of(still, 1)).to_be_focused()


def test_home_and_end_reach_the_ends_and_escape_leaves(still: Page) -> None:
    last = still.locator(ROW).count() - 1
    still.keyboard.press("j")
    still.keyboard.press("End")
    expect(link_of(still, last)).to_be_focused()
    still.keyboard.press("ArrowDown")
    expect(link_of(still, last)).to_be_focused()
    still.keyboard.press("Home")
    expect(link_of(still, 0)).to_be_focused()
    still.keyboard.press("Escape")
    expect(still.locator(f"{ROW} :focus")).to_have_count(0)


def test_the_table_is_one_stop_for_tab(still: Page) -> None:
    still.keyboard.press("j")
    row = still.locator(ROW).first
    for _ in range(row.locator("a").count() - 1):
        still.keyboard.press("Tab")
        expect(row.locator(":focus")).to_have_count(1)
    still.keyboard.press("Tab")
    expect(still.locator(f"{ROW} :focus")).to_have_count(0)


def test_slash_searches_and_letters_typed_there_stay_letters(still: Page) -> None:
    still.keyboard.press("/")
    search = still.get_by_role("searchbox")
    expect(search).to_be_focused()
    still.keyboard.type("jk?")
    expect(search).to_have_value("jk?")
    still.keyboard.press("Escape")
    still.keyboard.press("Escape")
    expect(search).not_to_be_focused()


def test_the_question_mark_lists_the_keys_and_they_can_be_switched_off(still: Page) -> None:
    still.keyboard.press("?")
    keys = still.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Open the row")
    switch = keys.get_by_role("checkbox")
    switch.uncheck()
    still.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    still.keyboard.press("j")
    still.keyboard.press("?")
    expect(keys).to_be_hidden()
    expect(still.locator(f"{ROW} :focus")).to_have_count(0)
    # Whoever is inside the table moves by arrows all the same.
    link_of(still, 0).focus()
    still.keyboard.press("ArrowDown")
    expect(link_of(still, 1)).to_be_focused()
    still.get_by_role("button", name="Ada Allroles").click()
    still.get_by_role("button", name="Keys of the keyboard").click()
    switch.check()


def test_no_row_comes_in_under_the_cursor_until_it_leaves(
    office: Page, tokens: Tokens, slow_sumsub: SlowSumsub
) -> None:
    start_import(office, tokens(62))
    office.keyboard.press("j")
    here = office.locator(f"{ROW}:focus-within")
    line = here.get_attribute("data-line")
    office.keyboard.press("ArrowDown")
    office.keyboard.press("ArrowUp")
    slow_sumsub.recover()
    newer = office.locator("#import-newer")
    expect(newer).to_contain_text(re.compile(r"\d+\+? newer outcomes?"), timeout=PATIENCE)
    expect(here).to_have_attribute("data-line", line or "")
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    last = office.locator("#row-63")
    expect(last).to_have_count(0)
    office.keyboard.press("n")
    expect(last).to_be_visible()
    expect(office.locator(f"{ROW}").first.locator(".row-link")).to_be_focused()


def test_rows_that_come_while_others_are_fetched_stand_there_once(
    office: Page, tokens: Tokens, slow_sumsub: SlowSumsub
) -> None:
    # Asking every two seconds, the page is told of so many rows at once that it fetches them.
    office.route("**/live/**", lambda route: route.fulfill(status=502, body="no stream here"))
    itself = re.compile(re.escape(start_import(office, tokens(150))) + r"\?")
    office.route(itself, _slowly, times=1)
    office.keyboard.press("j")
    slow_sumsub.recover()
    newer = office.locator("#import-newer")
    expect(newer).to_contain_text(re.compile(r"[1-9]\d*\+ newer outcomes?"), timeout=PATIENCE)
    office.evaluate(WATCH)
    with office.expect_response(itself):
        office.keyboard.press("n")
    expect(office.locator(f"{ROW}:focus-within")).not_to_have_attribute("data-line", "2")
    office.keyboard.press("Escape")
    office.mouse.move(5, 5)
    office.evaluate("scrollTo(0, 0)")
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    expect(newer).to_be_hidden()
    assert office.evaluate("window.twice") == []


def _slowly(route: Route) -> None:
    """As the server answered, five seconds later."""
    answer = route.fetch()
    route.request.frame.page.wait_for_timeout(5000)
    route.fulfill(response=answer)


def test_rows_that_leave_a_filter_turn_faint_and_go_when_nobody_reads(
    office: Page, tokens: Tokens, slow_sumsub: SlowSumsub
) -> None:
    address = start_import(office, tokens(90))
    office.goto(f"{address}?state=pending")
    office.keyboard.press("j")
    slow_sumsub.recover()
    expect(office.locator(f"{ROW}[data-left]").first).to_be_visible(timeout=PATIENCE)
    office.keyboard.press("Escape")
    office.mouse.move(5, 5)
    office.evaluate("scrollTo(0, 0)")
    expect(office.get_by_text("No row here")).to_be_visible(timeout=PATIENCE)
    expect(office.locator(ROW)).to_have_count(0)
