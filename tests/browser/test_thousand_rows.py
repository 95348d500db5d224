"""A file of a thousand share tokens comes in by the browser, and the ledger agrees.

On PostgreSQL. On SQLite test_two_companies.py imports in a browser, and tests/endtoend has the
thousand by both other doors.
"""

import csv
from collections import Counter
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from sumsub.sandbox.process import start
from tests.browser.test_sumsub_import import start_import
from tests.endtoend import doors
from tests.parts.browsers import PATIENCE, patient_context, sign_in
from tests.parts.installations import Factory

ROWS = 1000


def test_a_thousand_tokens_come_in_by_the_browser_and_the_ledger_agrees(
    installation: Factory, browser: Browser, tmp_path: Path
) -> None:
    with start(post_limit="none", get_limit="none", applicants=ROWS) as far_end:
        limits = {"SUMSUB_POST_LIMIT": "none", "SUMSUB_GET_LIMIT": "none"}
        here = installation("postgresql", far_end, **limits)
        here.manage("shell", "-v", "0", "-c", "from tests.parts.people import add_cast; add_cast()")
        here.start_worker(wait=False)
        here.start_web()
        file = tmp_path / "tokens.csv"
        file.write_text(far_end.tokens_csv(ROWS), encoding="utf-8")
        with patient_context(browser, base_url=here.address) as context:
            page = context.new_page()
            sign_in(page, "olga")
            start_import(page, file)
            watch_to_the_end(page)
            listed = results(page)
        found = doors.rows(here)
        doors.ledger_agrees(far_end, found)
    states = Counter(row["state"] for row in found)
    assert states.total() == ROWS
    assert set(states) == {"imported", "refused"}
    assert Counter(row["state"] for row in listed) == states


def watch_to_the_end(page: Page) -> None:
    """See the progress reach its end in the page that was opened at the start."""
    page.evaluate("window.neverReloaded = true")
    expect(page.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    expect(page.get_by_text("is finished.")).to_be_visible()
    assert page.evaluate("window.neverReloaded")


def results(page: Page) -> list[dict[str, str]]:
    """The rows of the results that the page offers."""
    with page.expect_download() as taken:
        page.get_by_role("link", name="Results").click()
    with Path(taken.value.path()).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))
