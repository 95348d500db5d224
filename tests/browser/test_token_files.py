"""The browser reads files of share tokens as the server does: the same table, the same words.

The server's half is tests/customers/test_token_file_cases.py.
"""

from typing import Any

import pytest
from playwright.sync_api import Page

from customers.wording.skipped import FAULTS
from tests.browser.windows import Windows, arrive
from tests.parts.token_files import CASES

READ = """async ({file, paste}) => {
  const { readText, readPaste } = await import("/static/js/token_lines.js");
  const { Refused } = await import("/static/js/token_columns.js");
  try {
    const found = paste === null ? readText(file) : readPaste(paste);
    const death = (dies) => (dies === null ? "ready" : `dies ${new Date(dies).toISOString()}`);
    const why = ({ fault, first }) => fault ?? `duplicate of ${first}`;
    const fresh = found.fresh.map(({ line, dies }) => [line, death(dies)]);
    const lines = [...fresh, ...found.skipped.map((one) => [one.line, why(one)])];
    lines.sort((one, other) => one[0] - other[0]);
    return { columns: [...found.columns].sort(), unknown: found.unknown, lines, refused: "" };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { columns: [], unknown: [], lines: [], refused: error.message };
  }
}"""
FORECAST = """async ([lines, shares, assumed, now]) => {
  const { forecast, inTurn } = await import("/static/js/token_forecast.js");
  return forecast(inTurn(lines), shares, assumed, now);
}"""
RANGES = """async (lines) => (await import("/static/js/token_forecast.js")).ranges(lines)"""
WORDS = """async () => (await import("/static/js/token_faults.js")).WORDS"""


@pytest.fixture
def page(windows: Windows) -> Page:
    """A page of ours, from which modules of ours can be imported."""
    page = windows["ada"]
    arrive(page, "/imports/")
    return page


def test_the_browser_reads_each_file_of_the_table_as_it_says(page: Page) -> None:
    wrong: dict[str, Any] = {}
    for case in CASES:
        found = page.evaluate(READ, {"file": case.file, "paste": case.paste})
        if found != case.expected:
            wrong[case.name] = found
    assert wrong == {}


def test_the_browser_says_of_a_faulty_line_what_the_server_says(page: Page) -> None:
    assert page.evaluate(WORDS) == {str(fault): words for fault, words in FAULTS.items()}


def test_the_forecast_puts_earlier_deadlines_first_and_shares_the_budget(page: Page) -> None:
    def line(number: int, dies: int | None) -> dict[str, Any]:
        return {"line": number, "dies": dies}

    lines = [line(2, None), line(3, 1500), line(4, 500), line(5, 900), line(6, None)]
    shares = {"rate": 1, "others": [1, 100]}
    # In turn: 4, 5, 3, 2, 6 at (k + min(1, k) + min(100, k)) seconds.
    found = page.evaluate(FORECAST, [lines, shares, 60_000, 1000])
    assert found["seconds"] == 5 + 1 + 5
    assert (found["dead"], found["late"]) == ([4, 5], [3])
    assert found["declared"] == 3
    assert found["startBy"] == 1000 + 60_000 - (1000 + 11_000)


def test_without_a_limit_only_dead_share_tokens_are_too_old(page: Page) -> None:
    lines = [{"line": 2, "dies": 1001}, {"line": 3, "dies": 1000}]
    found = page.evaluate(FORECAST, [lines, {"rate": None, "others": [5]}, 0, 1000])
    assert (found["dead"], found["late"], found["seconds"]) == ([3], [], 0)


def test_lines_are_named_in_ranges(page: Page) -> None:
    assert page.evaluate(RANGES, [4, 2, 3, 9, 12, 13]) == "2–4, 9 and 12–13"
    assert page.evaluate(RANGES, [7]) == "7"
    assert page.evaluate(RANGES, list(range(2, 30, 2))) == "2, 4, 6, 8, 10 and others"
