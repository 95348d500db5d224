"""The Add page while one chooses: what a look costs, what levels are worth, what lines hold."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Tokens
from tests.browser.test_add_before import (
    ADD,
    MOMENT,
    choose,
    in_seconds,
    paste,
    press_import,
    share_tokens,
)
from tests.parts.installations import Installation

MAKE_DONORS = """
from tests.parts.import_maker import make_import
from tests.parts.partners import make_partner
from customers.models import ImportState, RowState as S
ours = make_partner(name="Ostermoor Pay", client_id="om-facts", is_donor=True,
                    agreement_reference="OP-7", default_level="id-relaxed")
make_partner(name="Brightwater", client_id="bw-facts", is_donor=True, agreement_reference="BW-1")
make_import(S.IMPORTED, S.IMPORTED, S.IMPORTED, S.REFUSED, partner=ours, level_name="id-relaxed",
            state=ImportState.FINISHED)
"""


@pytest.fixture
def office(page_of: Open) -> Page:
    """Olga's window, on the Add page."""
    page = page_of("olga")
    page.goto(ADD)
    return page


def test_each_way_of_looking_says_what_it_costs_for_this_file(
    office: Page, tokens: Tokens, tmp_path: Path
) -> None:
    cost = {one: office.locator(f"[data-look-cost={one}]") for one in ("sample", "all")}
    for one in cost.values():
        expect(one).to_be_hidden()
    # At 60 looks and 10 sends a second: 600 rows are looked at in 10 s, and the last dies first.
    lines = [f"_act-never-{number},{in_seconds(64)}" for number in range(600)]
    choose(office, tmp_path, "token,expires_at", *lines)
    expect(cost["sample"]).to_have_text(
        re.compile(rf"1\ss more\. The last row would be sent about {MOMENT} UTC")
    )
    expect(cost["all"]).to_contain_text(
        re.compile(r"10\ss more\. .*, and \d+ more share tokens? would be too old\.")
    )
    office.locator("#id_file").set_input_files(tokens(2))
    expect(cost["all"]).to_contain_text("1\u00a0s more.")
    expect(cost["all"]).not_to_contain_text("too old")


def test_a_level_that_is_none_of_ours_is_named_before_it_holds_the_import(
    office: Page, tmp_path: Path
) -> None:
    lines = (
        "_act-never-1,id-only",
        "_act-never-2,id-olny",
        "_act-never-3,",
        "_act-never-4,id-olny",
    )
    choose(office, tmp_path, "token,level", *lines)
    warning = office.locator("#unknown-levels")
    expect(warning).to_contain_text("2 lines name levels that are none of ours: “id-olny” on lines")
    expect(warning).to_contain_text("3 and 5. Sumsub would not accept them")
    expect(office.locator("#reading-say")).to_contain_text("none of ours")
    office.reload()
    choose(office, tmp_path, "token,level", "_act-never-1,id-only")
    expect(office.locator("#n-rows")).to_have_text("1")
    expect(warning).to_be_hidden()


def test_a_share_token_in_the_column_of_levels_is_not_shown(office: Page, tmp_path: Path) -> None:
    choose(office, tmp_path, "token,level", "_act-never-1,_act-misplaced")
    expect(office.locator("#unknown-levels")).to_contain_text("a text that is no level’s name")
    expect(office.locator("main")).not_to_contain_text("_act-misplaced")


def test_skipped_lines_show_what_they_hold_but_no_share_token(office: Page, tmp_path: Path) -> None:
    lines = ("_act-never-1", "_act-never-1", "=HYPERLINK(1)", "-_act-never-2", '""')
    choose(office, tmp_path, "token", *lines)
    digest = hashlib.sha256(b"_act-never-1").hexdigest()
    holds = office.locator("#skipped-lines td:nth-child(3)")
    expect(holds).to_have_text([f"{digest[:4]}·{digest[4:8]}", "=HYPERL…", "-…", "Empty"])


def test_a_donors_own_level_comes_with_it_unless_one_was_chosen(
    office: Page, live: Installation
) -> None:
    live.manage("shell", "-v", "0", "-c", MAKE_DONORS)
    office.reload()
    donor, level = office.locator("#id_partner"), office.locator("#id_level")
    first = level.input_value()
    donor.select_option("Ostermoor Pay (om-facts)")
    expect(level).to_have_value("id-relaxed")
    expect(office.locator("#donor-facts-say")).to_have_text("Agreement OP-7, without an end.")
    facts = office.locator("#level-facts-say")
    expect(facts).to_contain_text("The donor’s own level. Last 30 days: 3 of 4 rows sent from")
    expect(level).to_have_accessible_description(re.compile("became customers, 75 %"))
    office.get_by_role("radio", name="Copy Applicant").check()
    expect(facts).not_to_contain_text("became customers")
    donor.select_option("Brightwater (bw-facts)")
    expect(level).to_have_value(first)
    level.select_option("id-and-liveness")
    donor.select_option("Ostermoor Pay (om-facts)")
    expect(level).to_have_value("id-and-liveness")
    expect(facts).to_have_text("The donor’s own level is id-relaxed.")


def test_what_was_pasted_before_is_told_as_a_file_is(office: Page, tokens: Tokens) -> None:
    pasted = "\n".join(share_tokens(tokens(2)))
    paste(office, "body", pasted)
    expect(office.get_by_role("button", name="Import 2 rows")).to_be_visible()
    expect(office.locator("#same-file")).to_be_hidden()
    press_import(office)
    office.goto(ADD)
    paste(office, "body", pasted)
    expect(office.locator("#same-file")).to_contain_text(
        re.compile("Olga Officer imported it (at|on)")
    )
    office.get_by_label("Import it again").check()
    press_import(office)
    expect(office.get_by_label("Show rows by state")).to_contain_text("Skipped2")


def test_who_is_signed_out_meanwhile_is_told_before_choosing_import(
    office: Page, tmp_path: Path
) -> None:
    office.context.clear_cookies(name="sessionid")
    choose(office, tmp_path, "token", "_act-never-1")
    expect(office.locator("#history-note")).to_contain_text("You are signed out")


def test_of_many_skipped_lines_ten_are_in_sight_until_somebody_asks_for_the_rest(
    office: Page, tmp_path: Path
) -> None:
    choose(office, tmp_path, "token", "_act-never-1", *(f"={number}" for number in range(14)))
    lines = office.locator("#skipped-lines tr")
    expect(lines.filter(visible=True)).to_have_count(10)
    office.get_by_role("button", name="Show 4 more skipped lines").click()
    expect(lines.filter(visible=True)).to_have_count(14)
    expect(lines.nth(10)).to_be_focused()
    expect(office.locator("#skipped-rest")).to_be_hidden()
    expect(office.locator("#skipped-sum")).to_have_text(
        "Why lines are skipped: holds a spreadsheet formula, not a token (14)."
    )
    another = tmp_path / "another"
    another.mkdir()
    choose(office, another, "token", "_act-never-1", *(f"={number}" for number in range(11)))
    expect(lines.filter(visible=True)).to_have_count(11)
    expect(office.locator("#skipped-rest")).to_be_hidden()


def test_of_very_many_skipped_lines_the_reasons_are_counted_and_the_rest_has_a_place(
    office: Page, tmp_path: Path
) -> None:
    lines = [*(f"={number}" for number in range(90)), *["_act-never-1"] * 20, "a b"]
    choose(office, tmp_path, "token", *lines)
    expect(office.locator("#skipped-sum")).to_have_text(
        "Why lines are skipped: holds a spreadsheet formula, not a token (90); "
        "same token as an earlier line of this file (19); "
        "holds white space inside the share token (1)."
    )
    expect(office.locator("#reading-note")).to_contain_text(
        "The list holds 100 of 110 skipped lines; after Import the import’s page has them all"
    )
    expect(office.locator("#skipped-lines tr")).to_have_count(100)
