"""An import on a telephone, at night."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Tokens
from tests.parts.browsers import PATIENCE, all_there

PHONE = {"width": 390, "height": 800}


def test_a_file_is_imported_on_a_narrow_dark_screen_and_nothing_is_cut(
    page_of: Open, tokens: Tokens
) -> None:
    page = page_of("olga", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    choose_dark(page)
    page.goto("/customers/add/")
    fits(page)
    page.locator("#id_file").set_input_files(tokens(12))
    page.get_by_role("button", name="Import 12 rows").tap()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(page.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    fits(page)
    assert is_dark(page)
    with all_there(page):
        page.get_by_label("Show rows by state").get_by_role("link", name="Imported").tap()
    row = page.locator("#import-body tr").first
    expect(row).to_contain_text("Customer created.")
    # A row is a card: state and line stand above the name, not beside it.
    state, name = row.locator(".state").first.bounding_box(), row.locator(".who").bounding_box()
    assert state is not None
    assert name is not None
    assert state["y"] + state["height"] <= name["y"] + 1
    with all_there(page):
        row.locator(".row-link").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Line")
    fits(page)
    with all_there(page):
        page.get_by_role("link", name="What this means").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Importing share tokens")
    fits(page)
    expect(page.locator(".picture .in-dark").first).to_be_visible()
    expect(page.locator(".picture .in-light").first).to_be_hidden()


def choose_dark(page: Page) -> None:
    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("button", name="Olga Officer").tap()
    page.get_by_text("Dark", exact=True).tap()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways to be read."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def is_dark(page: Page) -> bool:
    """True when what stands in the page is brighter than what it stands on."""
    return bool(
        page.evaluate(
            """() => {
              const canvas = new OffscreenCanvas(1, 1).getContext("2d");
              const bright = (colour) => {
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                return canvas.getImageData(0, 0, 1, 1).data.slice(0, 3).reduce((a, b) => a + b);
              };
              const { color, backgroundColor } = getComputedStyle(document.body);
              return bright(color) > bright(backgroundColor);
            }"""
        )
    )
