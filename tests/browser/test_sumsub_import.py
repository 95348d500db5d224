"""The main job in a browser: share tokens go in, outcomes appear, results come out."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Open, SlowSumsub, Tokens
from tests.parts.browsers import PATIENCE, all_there

pytestmark = pytest.mark.main_story


def choose(page: Page, file: Path) -> None:
    page.goto("/customers/add/")
    page.locator("#id_file").set_input_files(file)


def start_import(page: Page, file: Path) -> str:
    """Import a file; returns the address of the import's page."""
    choose(page, file)
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    return page.url


def share_tokens(file: Path) -> list[str]:
    return file.read_text().split()[1:]


def test_outcomes_appear_by_themselves_and_results_can_be_taken_home(
    office: Page, tokens: Tokens
) -> None:
    file = tokens(20)
    start_import(office, file)
    office.evaluate("window.neverReloaded = true")
    summary = office.get_by_label("Progress")
    expect(summary).to_contain_text("100 %", timeout=PATIENCE)
    expect(office.get_by_text("is finished.")).to_be_visible()
    expect(office).to_have_title(re.compile(r"^Import \d+, finished · KYC Relay$"))
    expect(office.locator("#import-body tr")).to_have_count(20)
    expect(office.locator("#import-body")).to_contain_text("Customer created.")
    expect(office.locator("#import-body")).to_contain_text("Approved", timeout=PATIENCE)
    assert office.evaluate("window.neverReloaded")
    with office.expect_download() as taken:
        office.get_by_role("link", name="Results").click()
    results = Path(taken.value.path()).read_text()
    assert len(results.splitlines()) == 21
    assert not any(token in results for token in share_tokens(file))


def test_no_share_token_of_a_file_leaves_the_page_before_import(
    office: Page, tokens: Tokens
) -> None:
    file = tokens(12)
    sent: list[bytes] = []
    office.on("request", lambda asked: sent.append(asked.url.encode() + _body(asked)))
    choose(office, file)
    expect(office.get_by_role("button", name="Import 12 rows")).to_be_visible()
    expect(office.locator("#history-note")).to_contain_text("Compared with earlier imports")
    assert any(b"/customers/add/history/" in text for text in sent)
    assert not any(token.encode() in text for token in share_tokens(file) for text in sent)
    kept = office.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert not any(token in kept for token in share_tokens(file))


def _body(request: Request) -> bytes:
    return request.post_data_buffer or b""


def test_the_browser_names_duplicates_and_faulty_lines_at_once(
    office: Page, tokens: Tokens, tmp_path: Path
) -> None:
    first, second = share_tokens(tokens(2))
    mixed = tmp_path / "mixed.csv"
    lines = ["Share Token;batch", first, f"{second};x", "", first, '"=HYPERLINK(1)"', "two words"]
    mixed.write_text("\r\n".join(lines), encoding="utf-16")
    choose(office, mixed)
    expect(office.locator("#n-rows")).to_have_text("5")
    expect(office.locator("#n-ready")).to_have_text("2")
    skipped = office.locator("#skipped-lines tr")
    expect(skipped).to_have_text(
        [
            re.compile("Line 5.*Same token as line 2 of this file.*Duplicate"),
            re.compile("Line 6.*spreadsheet formula.*Faulty"),
            re.compile("Line 7.*white space.*Faulty"),
        ]
    )
    expect(office.locator("#reading-note")).to_contain_text("batch")


def test_browser_and_server_agree_on_a_difficult_file(
    office: Page, tokens: Tokens, tmp_path: Path
) -> None:
    first, second, third = share_tokens(tokens(3))
    file = tmp_path / "difficult.csv"
    rows = [
        '\ufeff"Token","external id",issued_at',
        f'{first},"a ""quoted"" id\nover two lines",',
        ",,",
        f"{second},,yesterday",
        f"{third},,2026-11-20 14:05:00,one cell too many",
        f"{first},again,",
    ]
    file.write_bytes("\n".join(rows).encode())
    choose(office, file)
    expect(office.locator("#n-rows")).to_have_text("4")
    told = {name: office.locator(f"#n-{name}").inner_text() for name in ("ready", "duplicates")}
    office.get_by_role("button", name=re.compile("^Import")).click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    legend = office.get_by_label("Show rows by state")
    expect(legend).to_contain_text("All 4")
    expect(legend).to_contain_text("Skipped3")
    assert told == {"ready": "1", "duplicates": "1"}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "The file is empty."),
        ("book.csv", b"PK\x03\x04....", "an Excel workbook or a zip archive"),
        ("names.csv", b"name\nAda\n", "no column named “token”"),
        ("open.csv", b'token\n"_act-1', "The quote opened on line 2 is never closed."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_before_and_after_import(
    office: Page, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    choose(office, file)
    expect(office.locator("#file-problem")).to_contain_text(sentence)
    office.get_by_role("button", name=re.compile("^Import")).click()
    expect(office.get_by_text("This was not taken.")).to_be_visible()
    assert office.url.endswith("/customers/add/")


def test_share_tokens_can_be_pasted(office: Page, tokens: Tokens) -> None:
    office.goto("/customers/add/")
    office.get_by_role("button", name="Paste instead").click()
    office.get_by_label("Share tokens, one a line").fill("\n".join(share_tokens(tokens(3))))
    office.get_by_role("button", name="Import 3 rows").click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)


def test_the_same_file_again_asks_first(office: Page, tokens: Tokens) -> None:
    file = tokens(2)
    start_import(office, file)
    choose(office, file)
    expect(office.locator("#same-file")).to_contain_text(
        re.compile("Olga Officer imported it (at|on)")
    )
    office.get_by_role("button", name="Import duplicates only").click()
    expect(office.locator("#id_again")).to_be_focused()
    office.get_by_label("Import it again").check()
    office.get_by_role("button", name="Import duplicates only").click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(office.get_by_label("Show rows by state")).to_contain_text("Skipped2")


def test_without_script_the_form_still_imports(page_of: Open, tokens: Tokens) -> None:
    office = page_of("olga", java_script_enabled=False)
    office.goto("/customers/add/")
    office.locator("#id_file").set_input_files(tokens(2))
    office.get_by_role("button", name="Import").click()
    expect(office.get_by_label("Show rows by state")).to_contain_text("All 2")


@pytest.mark.usefixtures("slow_sumsub")
def test_a_paused_import_sends_nothing_until_it_is_resumed_while_somebody_watches(
    office: Page, page_of: Open, tokens: Tokens
) -> None:
    address = start_import(office, tokens(200))
    office.get_by_role("button", name="Pause").click()
    expect(office.locator("#import-notices")).to_contain_text("nothing is in flight")
    watching = page_of("vera")
    watching.goto(address)
    expect(watching.locator("#import-live")).to_have_text("Live")
    waiting = watching.locator(".legend a", has_text="Waiting")
    before = waiting.inner_text()
    office.reload()
    assert office.locator(".legend a", has_text="Waiting").inner_text() == before
    office.get_by_role("button", name="Resume").click()
    expect(watching.locator("#import-head")).to_contain_text("Running")
    expect(waiting).not_to_have_text(before)
    expect(watching.locator("#import-body")).to_contain_text("…")
    assert watching.get_by_role("button", name="Pause").count() == 0
    cancel(office)
    expect(watching.locator("#import-head")).to_contain_text("Cancelled", timeout=PATIENCE)


@pytest.mark.usefixtures("slow_sumsub")
def test_cancelling_asks_once_with_its_consequence(office: Page, tokens: Tokens) -> None:
    start_import(office, tokens(200))
    office.get_by_role("button", name="Cancel").click()
    dialog = office.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"\d+ rows stay unsent"))
    expect(dialog.get_by_role("button", name="Keep as it is")).to_be_focused()
    dialog.get_by_role("button", name="Keep as it is").click()
    expect(office.locator("#import-head")).to_contain_text("Running")
    cancel(office)
    expect(office.get_by_label("Show rows by state")).to_contain_text("Cancelled")


def cancel(page: Page) -> None:
    # Once the page hears of rows, its dialogs are ready.
    expect(page.locator("#import-live")).to_have_text("Live")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("button", name=re.compile("Cancel import")).click()
    expect(page.locator("#import-notices")).to_contain_text(re.compile(r"Cancell(ed|ing)"))


def test_where_no_stream_can_be_had_the_page_polls(office: Page, tokens: Tokens) -> None:
    office.route("**/live/**", lambda route: _refuse(route))
    start_import(office, tokens(8))
    office.evaluate("window.neverReloaded = true")
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    assert office.evaluate("window.neverReloaded")


def _refuse(route: Route) -> None:
    route.fulfill(status=502, body="no stream here")


def test_new_outcomes_wait_while_somebody_reads(
    office: Page, tokens: Tokens, slow_sumsub: SlowSumsub
) -> None:
    start_import(office, tokens(62))
    rows = office.locator("#import-body tr")
    rows.nth(45).scroll_into_view_if_needed()
    slow_sumsub.recover()
    newer = office.locator("#import-newer")
    expect(newer).to_contain_text(re.compile(r"\d+\+? newer outcomes?"), timeout=PATIENCE)
    # Only now does the page surely know of the reader: outcomes may come in before it is scrolled.
    shown = rows.first.get_attribute("data-line")
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    assert rows.first.get_attribute("data-line") == shown
    newer.evaluate("button => button.click()")
    expect(newer).to_be_hidden()
    # The last that was sent; which row is first, later news of any other may change again.
    expect(office.locator("#row-63")).to_be_visible()


def test_the_legend_filters_and_the_search_finds_a_token_mark(office: Page, tokens: Tokens) -> None:
    start_import(office, tokens(12))
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    office.get_by_label("Show rows by state").get_by_role("link", name="Refused").click()
    states = office.locator("#import-body .state[data-state]:not(.review *)")
    expect(states.first).to_have_text("Refused")
    assert set(states.all_inner_texts()) == {"Refused"}
    with all_there(office):
        office.get_by_role("link", name="Show all rows").click()
    mark = office.locator("#row-7 td", has_text="·").inner_text()
    office.keyboard.press("f")
    office.keyboard.type(mark)
    office.keyboard.press("Enter")
    expect(office.locator("#import-body tr")).to_have_count(1)
    expect(office.locator("#row-7")).to_be_visible()
