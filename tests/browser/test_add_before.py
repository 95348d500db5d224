"""Before anything is sent: what the Add page knows of a file, and how to go on from there."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, Tokens
from tests.browser.windows import Windows, arrive
from tests.parts.browsers import PATIENCE, choose_in_dialog

ADD = "/customers/add/"
# A clock, which names its day when that is not today.
MOMENT = r"(\d+ \w+ \d{4}, )?\d\d:\d\d:\d\d"


@pytest.fixture
def office(page_of: Open) -> Page:
    """Olga's window, on the Add page."""
    page = page_of("olga")
    page.goto(ADD)
    return page


def share_tokens(file: Path) -> list[str]:
    return file.read_text().split()[1:]


def choose(page: Page, folder: Path, *lines: str) -> None:
    file = folder / "tokens.csv"
    file.write_text("\r\n".join(lines), encoding="utf-8")
    page.locator("#id_file").set_input_files(file)


def in_seconds(seconds: int) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def press_import(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))


def test_a_file_full_of_faults_is_told_line_by_line_and_only_the_faults(
    office: Page, tokens: Tokens, tmp_path: Path
) -> None:
    first, second, third = share_tokens(tokens(3))
    choose(
        office,
        tmp_path,
        "Sumsub Token;Customer ID;Expiry;batch",
        f"{first};LM-1;;a",
        ";LM-2;;",
        f"{second};LM-3;tomorrow;",
        f"{first};LM-4;;",
        f"{third};{'x' * 300};;",
        f"{third};LM-6;;;;one too many",
        "=HYPERLINK(1);;;",
        f"{second};LM-8;;",
    )
    said = office.locator("#skipped-lines tr")
    expect(said).to_have_text(
        [
            re.compile("Line 3Holds no share token.*Faulty"),
            re.compile("Line 4Holds a time that cannot be read.*Faulty"),
            re.compile("Line 5Same token as line 2 of this file.*Duplicate"),
            re.compile("Line 6Holds a cell that is too long.*Faulty"),
            re.compile("Line 7Has more cells than the header.*Faulty"),
            re.compile("Line 8Holds a spreadsheet formula.*Faulty"),
        ]
    )
    expect(office.locator("#reading-note")).to_contain_text("left out: batch.")
    expect(office.locator("#file-facts")).to_contain_text("token, external_id, expires_at")
    expect(office.locator("#reading-say")).to_contain_text(
        "2 of 8 rows ready to import, 1 duplicate, 5 faulty lines."
    )
    press_import(office)
    expect(office.get_by_label("Show rows by state")).to_contain_text("Skipped6")


def test_share_tokens_of_earlier_imports_are_named_before_import(
    office: Page, tokens: Tokens, tmp_path: Path
) -> None:
    mine = share_tokens(tokens(6))
    choose(office, tmp_path, "token", *mine[:3])
    expect(office.locator("#history-note")).to_contain_text("none of these came before")
    press_import(office)
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    number = office.url.rstrip("/").split("/")[-1]
    imported = int(office.locator(".legend a", has_text="Imported").inner_text().split()[-1])
    office.goto(ADD)
    choose(office, tmp_path, "label,token", *(f"again,{one}" for one in mine))
    note = office.locator("#history-note")
    expect(note).to_contain_text("in an earlier import already")
    expect(office.locator("#n-duplicates")).to_have_text(str(imported))
    expect(office.get_by_role("button", name=f"Import {6 - imported} rows")).to_be_visible()
    told = office.locator("#skipped-lines tr").first
    expect(told).to_contain_text(re.compile(rf"Already in line \d of import {number}, imported"))
    with office.expect_popup() as opened:
        told.get_by_role("link", name="Show it").click()
    expect(opened.value.locator("#import-body tr")).to_have_count(1)
    press_import(office)
    expect(office.get_by_label("Show rows by state")).to_contain_text(f"Skipped{imported}")


def test_where_the_history_cannot_be_asked_the_page_says_so_and_import_still_works(
    office: Page, tokens: Tokens
) -> None:
    office.route("**/customers/add/history/", _no_answer)
    office.locator("#id_file").set_input_files(tokens(2))
    expect(office.locator("#history-note")).to_contain_text("Earlier imports could not be asked")
    press_import(office)


def test_a_browser_that_may_not_hash_says_so_and_import_still_compares(
    office: Page, tokens: Tokens
) -> None:
    # What browsers do on pages that came neither over HTTPS nor from this machine.
    office.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    office.reload()
    office.locator("#id_file").set_input_files(tokens(2))
    expect(office.locator("#history-note")).to_contain_text("browsers do that over HTTPS only")
    press_import(office)


def _no_answer(route: Route) -> None:
    route.abort()


def test_an_expired_batch_is_seen_before_it_is_sent(
    office: Page, tokens: Tokens, tmp_path: Path
) -> None:
    mine = share_tokens(tokens(4))
    times = [in_seconds(-60), in_seconds(-1), in_seconds(900), in_seconds(900)]
    lines = [f"{token},{at}" for token, at in zip(mine, times, strict=True)]
    choose(office, tmp_path, "token,expires_at", *lines)
    expect(office.locator("#clock-verdict")).to_have_text("For 2 of 4 rows.")
    expect(office.locator("#clock-late")).to_contain_text(
        "2 share tokens are dead already: lines 2–3. Ask the donor for new ones."
    )
    expect(office.locator("#clock-deadlines")).to_have_text("in the file")
    office.reload()
    choose(office, tmp_path, "token,expires_at", *lines[:2])
    expect(office.locator("#clock-verdict")).to_have_text("No: every share token is dead already.")


def test_the_forecast_follows_what_is_said_about_undeclared_share_tokens(
    office: Page, tokens: Tokens
) -> None:
    office.locator("#id_file").set_input_files(tokens(5))
    verdict = office.locator("#clock-verdict")
    expect(verdict).to_contain_text("Yes, if the share tokens are as young as you say.")
    expect(office.locator("#time-needed")).to_contain_text(
        re.compile(rf"5 rows need about \d\ss\. Started now, the last is sent about {MOMENT} UTC")
    )
    office.get_by_label("Share tokens were made").select_option("30 min ago")
    expect(verdict).to_have_text("No: every share token is dead already.")
    expect(office.locator("#reading-say")).to_contain_text("No: every share token is dead")
    office.get_by_label("They live for").select_option("1 hour")
    expect(verdict).to_contain_text("Yes")


def test_a_mended_file_is_read_when_it_is_chosen_again(office: Page, tmp_path: Path) -> None:
    file = tmp_path / "tokens.csv"
    for content, ready in (("token\n_act-never-1\n=2\n", "1"), ("token\n_act-never-1\n_a\n", "2")):
        file.write_text(content)
        choose_in_dialog(office, file, office.locator("#id_file").click)
        expect(office.locator("#n-ready")).to_have_text(ready)


def test_what_holds_rows_back_is_said_before_import(windows: Windows) -> None:
    page = windows["ada"]
    arrive(page, ADD)
    expect(page.locator("#clock-held")).to_contain_text("Sumsub does not answer")


def test_a_copy_with_recheck_asks_again_for_what_was_chosen(office: Page, tokens: Tokens) -> None:
    options = office.locator(".copy-options")
    expect(options).to_be_hidden()
    office.get_by_role("radio", name="Copy Applicant").check()
    expect(options).to_contain_text("under most rules that is no KYC")
    expect(options).to_contain_text("cannot be used without a recheck")
    office.get_by_role("radio", name="Recheck Sumsub").check()
    expect(options.locator(".inherits")).to_be_hidden()
    office.get_by_role("checkbox", name="Selfie SELFIE", exact=True).check()
    office.locator("#id_file").set_input_files(tokens(4))
    press_import(office)
    head = office.locator("#import-head")
    expect(head).to_contain_text("Copy Applicant")
    expect(head).to_contain_text("Rechecked by Sumsub")
    expect(head).to_contain_text("Asks again for Selfie")
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)


def test_one_share_token_pasted_anywhere_is_imported_by_enter(office: Page, tokens: Tokens) -> None:
    (token,) = share_tokens(tokens(1))
    paste(office, "body", f"  {token}\n")
    expect(office.get_by_label("One share token")).to_be_focused()
    expect(office.get_by_role("button", name="Import 1 row")).to_be_visible()
    office.keyboard.press("Enter")
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    expect(office.locator("#import-body tr")).to_have_count(1)
    office.get_by_role("link", name="Another share token").click()
    expect(office.get_by_label("One share token")).to_be_focused()
    assert token not in office.content()


def test_several_share_tokens_pasted_where_one_belongs_are_read_as_several(
    office: Page, tokens: Tokens
) -> None:
    office.get_by_role("button", name="One share token").click()
    paste(office, "#id_single", "\n".join(share_tokens(tokens(3))))
    expect(office.get_by_label("Share tokens, one a line")).to_be_focused()
    expect(office.get_by_role("button", name="Import 3 rows")).to_be_visible()


def paste(page: Page, where: str, text: str) -> None:
    page.locator(where).evaluate(
        """(element, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          const paste = { clipboardData, bubbles: true, cancelable: true };
          element.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        text,
    )


def test_everything_can_be_done_by_keyboard_alone(office: Page, tokens: Tokens) -> None:
    reach(office, "#single-instead")
    reach(office, "#paste-instead", "Shift+Tab")
    office.keyboard.press("Enter")
    expect(office.get_by_label("Share tokens, one a line")).to_be_focused()
    office.keyboard.insert_text("\n".join([*share_tokens(tokens(2)), "two words"]))
    expect(office.locator("#reading-say")).to_contain_text("2 of 3 rows ready to import")
    reach(office, "[name=mode]:checked")
    office.keyboard.press("ArrowDown")
    expect(office.get_by_label("Copy Applicant")).to_be_checked()
    reach(office, "[name=trust_review]:checked")
    office.keyboard.press("ArrowDown")
    reach(office, "[name=reset_steps][value=IDENTITY]")
    office.keyboard.press("Space")
    reach(office, "#import-button")
    office.keyboard.press("Enter")
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(office.locator("#import-head")).to_contain_text("Review inherited")
    expect(office.locator("#import-head")).to_contain_text("Asks again for Identity")


def reach(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until that element has the focus, and can be seen to have it."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.locator(selector).evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"no way to {selector} by {key}")


def test_import_without_anything_to_import_says_what_to_do_next(office: Page) -> None:
    office.get_by_role("button", name="Import").click()
    expect(office.get_by_role("alert").filter(visible=True)).to_contain_text(
        "Nothing to import yet."
    )
    assert office.url.endswith(ADD)


def test_a_customer_is_entered_by_hand_in_seconds(office: Page) -> None:
    office.get_by_role("link", name="Manual").click()
    expect(office.get_by_label("Full name")).to_be_focused()
    office.keyboard.insert_text("Ada Mercer")
    office.get_by_label("Country of residence").focus()
    office.keyboard.type("Neth")
    expect(office.get_by_label("Country of residence")).to_have_value("NLD")
    office.get_by_role("button", name="Create customer").press("Enter")
    expect(office.get_by_role("heading", level=1)).to_contain_text("Ada Mercer")


def test_a_hundred_thousand_share_tokens_are_read_and_compared_while_one_waits(
    office: Page, tmp_path: Path
) -> None:
    choose(office, tmp_path, "token", *(f"_act-never-{number}" for number in range(100_000)))
    expect(office.locator("#n-ready")).to_have_text("100\u00a0000", timeout=PATIENCE)
    expect(office.locator("#history-note")).to_contain_text(
        "none of these came before", timeout=PATIENCE
    )
