"""Look first, in a browser: what would become of the rows, then only those that will pass."""

import hashlib
import re
from collections import Counter
from pathlib import Path

from playwright.sync_api import Page, Request, expect

from sumsub.sandbox.process import Sandbox
from tests.browser.conftest import Tokens
from tests.parts.browsers import PATIENCE

ROWS = 24


def in_ledger(sandbox: Sandbox, file: Path) -> Counter[str]:
    """What the far end did with the share tokens of a file, minting aside."""
    mine = {hashlib.sha256(token.encode()).hexdigest() for token in file.read_text().split()[1:]}
    events = (event for event in sandbox.ledger() if event["token_sha256"] in mine)
    return Counter(event["event"] for event in events if event["event"] != "minted")


def choose(page: Page, file: Path, how: str) -> None:
    page.goto("/customers/add/")
    page.locator("#id_file").set_input_files(file)
    page.locator(f"[name=look][value={how}]").check()


def test_look_first_then_import_only_those_that_will_pass(
    office: Page, tokens: Tokens, sandbox: Sandbox
) -> None:
    file = tokens(ROWS)
    choose(office, file, "all")
    expect(office.locator("#clock-look")).to_contain_text(f"Looking at {ROWS} rows takes about")
    office.get_by_role("button", name=f"Look at {ROWS} rows first").click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    office.evaluate("window.neverReloaded = true")
    only = office.get_by_role("button", name="Import only those that will pass")
    expect(only).to_be_visible(timeout=PATIENCE)
    expect(office.locator("#import-body")).to_contain_text("Sumsub's preview: would be refused.")
    assert office.evaluate("window.neverReloaded")
    before = in_ledger(sandbox, file)
    assert before["previewed"] > 0
    assert before["redeemed"] == 0
    only.click()
    expect(office.get_by_role("dialog")).to_contain_text("stay unsent")
    office.get_by_role("button", name="Import those that will pass").click()
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    expect(office.get_by_text("is finished.")).to_be_visible()
    legend = office.get_by_label("Show rows by state")
    expect(legend).to_contain_text("Refused0")
    expect(legend).to_contain_text("Cancelled")
    office.get_by_role("link", name=re.compile("^Cancelled")).click()
    expect(office.locator("#import-body")).to_contain_text(
        "Not sent: Sumsub's preview spoke against it."
    )


def test_while_nothing_moves_a_page_that_polls_fetches_neither_rows_nor_itself(
    office: Page, tokens: Tokens
) -> None:
    office.route("**/live/**", lambda route: route.fulfill(status=502, body="no stream here"))
    choose(office, tokens(ROWS), "all")
    office.get_by_role("button", name=f"Look at {ROWS} rows first").click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    only = office.get_by_role("button", name="Import only those that will pass")
    expect(only).to_be_visible(timeout=PATIENCE)
    expect(office.locator("#import-body")).to_contain_text("Sumsub's preview: would be refused.")
    office.reload()
    asked: list[str] = []
    office.on("request", lambda request: asked.append(_kind_of(request)))
    for _ in range(3):
        office.wait_for_event("request", lambda request: _kind_of(request) == "updates")
    assert not {"rows", "page"} & set(asked)


def _kind_of(request: Request) -> str:
    """What the script of an import's page asks for."""
    if "/updates/" in request.url:
        return "rows" if "lines=" in request.url else "updates"
    return "page" if re.search(r"/imports/\d+/(\?|$)", request.url) else "else"


def test_each_row_is_looked_at_before_it_is_sent(
    office: Page, tokens: Tokens, sandbox: Sandbox
) -> None:
    file = tokens(ROWS)
    choose(office, file, "each")
    office.get_by_role("button", name=f"Import {ROWS} rows").click()
    expect(office.get_by_text("is finished.")).to_be_visible(timeout=PATIENCE)
    legend = office.get_by_label("Show rows by state")
    expect(legend).to_contain_text("Refused0")
    assert in_ledger(sandbox, file)["redeemed"] > 0


def test_the_clock_counts_the_look_into_the_time_that_is_left(office: Page, tokens: Tokens) -> None:
    choose(office, tokens(20), "sample")
    expect(office.locator("#time-needed")).to_contain_text("Imported right after the look")
    office.locator("[name=look][value='']").check()
    expect(office.locator("#time-needed")).to_contain_text("Started now")
    expect(office.locator("#clock-look")).to_be_hidden()
    expect(office.get_by_role("button", name="Import 20 rows")).to_be_visible()
