"""An auditor finds out who did what to one import, and takes it home."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, SlowSumsub, Tokens
from tests.parts.browsers import PATIENCE


@pytest.fixture
def import_of_olga(page_of: Open, tokens: Tokens, slow_sumsub: SlowSumsub) -> str:
    """The number of an import that Olga brought, paused and resumed."""
    page = page_of("olga")
    page.goto("/customers/add/")
    page.locator("#id_file").set_input_files(tokens(60))
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click()
    slow_sumsub.recover()
    expect(page.get_by_text("is finished.")).to_be_visible(timeout=PATIENCE)
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def test_an_auditor_finds_who_did_what_to_one_import_and_exports_it(
    page_of: Open, import_of_olga: str, tmp_path: Path
) -> None:
    page = page_of("aurel")
    page.goto(f"/imports/{import_of_olga}/")
    page.get_by_text("What happened to this import").click()
    page.get_by_role("link", name="Show all in the audit trail").click()
    expect(
        page.get_by_role("heading", name=f"What happened to Import {import_of_olga}")
    ).to_be_visible()
    rows = page.locator("table.trail tbody tr")
    expect(rows.filter(has_text="Import paused")).to_contain_text("Olga Officer")
    expect(rows.filter(has_text="Import created")).to_have_count(1)

    page.get_by_label("Deed").select_option(label="Import resumed")
    page.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(1)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export CSV").click()
    file = tmp_path / "audit.csv"
    taken.value.save_as(file)
    lines = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [(line["who"], line["deed"], line["about"]) for line in lines] == [
        ("Olga Officer", "import.resumed", f"import:{import_of_olga}")
    ]

    page.goto("/audit/?deed=audit")
    expect(rows.first).to_contain_text("Audit trail taken as a file")
    page.get_by_role("button", name="Verify the chain").click()
    expect(page.get_by_text(re.compile(r"The chain holds: .* sealed events"))).to_be_visible()


def test_without_scripts_the_same_way_is_open(page_of: Open, import_of_olga: str) -> None:
    page = page_of("aurel", java_script_enabled=False)
    page.goto("/audit/")
    page.get_by_label("About which object").fill(f"Import {import_of_olga}")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("table.trail tbody tr").last).to_contain_text("Import created")
