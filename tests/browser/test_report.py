"""The report on paper: one page, black on white, without the frame."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Tokens
from tests.browser.windows import Windows, arrive

# How bright the ink is (0 to 255), and every ground behind it.
LOOKED_AT = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(document.querySelector(".report h1")).color;
  pen.fillRect(0, 0, 1, 1);
  const behind = ["body", ".sheet", ".report"].map((name) => document.querySelector(name));
  const grounds = new Set(behind.map((one) => getComputedStyle(one).backgroundColor));
  return [Math.max(...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)), [...grounds]];
}"""
PAGE = re.compile(rb"/Type\s*/Page\b")


def printed(page: Page, paper: str) -> int:
    """How many pages the browser makes of it."""
    return len(PAGE.findall(page.pdf(format=paper)))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("which", ["finished", "repair", "running"])
def test_the_report_of_a_usual_import_is_one_page(windows: Windows, which: str, paper: str) -> None:
    page = windows["ada"]
    arrive(page, f"/imports/{windows.places[which]}/report/")
    assert printed(page, paper) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_is_white_and_shows_the_sheet_alone(windows: Windows, theme: str) -> None:
    page = windows["ada"]
    arrive(page, f"/imports/{windows.places['finished']}/report/")
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    page.emulate_media(media="print")
    try:
        for hidden in (".sidebar", ".topbar", ".report-acts"):
            expect(page.locator(hidden)).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        brightness, grounds = page.evaluate(LOOKED_AT)
        assert brightness < 90
        assert grounds == ["rgba(0, 0, 0, 0)"]
    finally:
        page.emulate_media(media="screen")


def test_the_button_prints_and_back_leads_to_the_import(windows: Windows) -> None:
    page = windows["ada"]
    number = windows.places["finished"]
    arrive(page, f"/imports/{number}/")
    page.get_by_label("More files").click()
    page.get_by_role("link", name="Report").click()
    page.evaluate("window.print = () => { window.wasPrinted = true }")
    page.get_by_role("button", name="Print or save as PDF").click()
    assert page.evaluate("window.wasPrinted")
    page.get_by_role("link", name=f"Back to import {number}").click()
    page.wait_for_url(f"**/imports/{number}/")


def test_without_javascript_it_says_how_to_print(page_of: Open, tokens: Tokens) -> None:
    bringing = page_of("olga")
    bringing.goto("/customers/add/")
    bringing.locator("#id_file").set_input_files(tokens(2))
    bringing.get_by_role("button", name=re.compile("^Import")).click()
    bringing.wait_for_url(re.compile(r"/imports/\d+/$"))
    page = page_of("olga", java_script_enabled=False)
    page.goto(f"{bringing.url}report/")
    expect(page.get_by_text("use your browser’s Print")).to_be_visible()
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_hidden()
