"""After an import, in a browser: settling what only a person can, and new tokens from the donor."""

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sumsub.sandbox.process import Sandbox
from tests.browser.windows import Windows
from tests.parts.browsers import PATIENCE, all_there
from tests.parts.installations import Installation

Minted = Callable[[int, str], list[str]]


@pytest.fixture
def minted(sandbox: Sandbox) -> Minted:
    """`minted(2, "approved")`: fresh share tokens of people whose reuse ends that way."""

    def made(count: int, outcome: str) -> list[str]:
        address = f"{sandbox.url}/_sandbox/tokens.csv?n={count}&outcome={outcome}"
        with urllib.request.urlopen(address) as answer:
            return [line.split(",")[0] for line in answer.read().decode().split()[1:]]

    return made


@pytest.fixture
def unanswered(live: Installation) -> str:
    """The address of a row that waits for a person; Sumsub knows nobody under its id."""
    return row_for_a_person(live, hours=2)


def row_for_a_person(here: Installation, hours: int) -> str:
    """The address of a row that waits for a person and was sent so many hours ago."""
    make = f"""
from datetime import timedelta
from django.utils import timezone
from customers.models import ImportState, Row, RowState
from tests.parts.import_maker import make_import
made = make_import(RowState.NEEDS_PERSON, state=ImportState.FINISHED)
sent = timezone.now() - timedelta(hours={hours})
Row.objects.of(made).update(first_sent_at=sent, sent_at=sent, lookups=31)
print("/imports/%s/rows/2/" % made.pk)
"""
    told = here.manage("shell", "-v", "0", "-c", make).stdout
    return told.split()[-1]


def test_a_row_that_waits_for_a_person_is_closed_with_what_they_saw(
    office: Page, unanswered: str
) -> None:
    office.goto(unanswered.split("rows/")[0])
    office.get_by_role("link", name="Open line 2").last.click()
    expect(office).to_have_url(re.compile(f"{unanswered}$"))
    expect(office.get_by_role("heading", level=1)).to_contain_text("Needs you")
    expect(office.get_by_text("We asked Sumsub 31 times")).to_be_visible()
    closing = office.get_by_role("form", name="I made sure that none exists")
    closing.get_by_role("button", name="Close without an applicant").click()
    expect(closing.get_by_text("Say what you saw, and where")).to_be_visible()
    closing.get_by_label("What you saw, and where").fill("Nobody in the dashboard, 14:20.")
    closing.get_by_role("button", name="Close without an applicant").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("Not imported")
    story = office.get_by_role("complementary", name="Its story")
    expect(story).to_contain_text("Closed by a person: no applicant exists, by Olga Officer")
    expect(story).to_contain_text("“Nobody in the dashboard, 14:20.”")


def test_closing_becomes_possible_by_itself_when_the_quiet_time_is_over(
    office: Page, live: Installation
) -> None:
    office.clock.install()
    office.goto(row_for_a_person(live, hours=0))
    button = office.get_by_role("button", name="Close without an applicant")
    expect(button).to_be_disabled()
    expect(office.get_by_text("Possible from")).to_be_visible()
    office.clock.fast_forward("15:01")
    expect(button).to_be_enabled()
    expect(office.get_by_text("Possible now")).to_be_visible()
    expect(office.get_by_text("Possible from")).to_be_hidden()


def test_asking_again_shows_what_is_done_until_sumsub_settles_it(
    office: Page, unanswered: str
) -> None:
    office.goto(unanswered)
    asking = office.get_by_role("form", name="An applicant exists")
    asking.get_by_label("What you saw, and where").fill("Somebody is there.")
    asking.get_by_role("button", name="Ask Sumsub again").click()
    expect(office.get_by_role("heading", level=1)).to_contain_text("Checking")
    expect(office.get_by_text("Request no new share token yet")).to_be_visible()
    # The page learns by itself that Sumsub was asked.
    looks = re.compile(r"[1-9]\d* looks?,")
    expect(office.locator("#row-page")).to_contain_text(looks, timeout=PATIENCE)


def test_new_tokens_from_the_donor_go_to_the_rows_that_wait(
    office: Page, minted: Minted, tmp_path: Path
) -> None:
    old = tmp_path / "old.csv"
    dead = [f"_act-dead-{number}-{tmp_path.name}" for number in range(3)]
    old.write_text("\n".join(["token", *dead, *minted(1, "approved")]))
    office.goto("/customers/add/")
    office.locator("#id_file").set_input_files(old)
    office.get_by_role("button", name="Import 4 rows").click()
    expect(office.get_by_text("is finished.")).to_be_visible(timeout=PATIENCE)
    first = office.url
    with all_there(office):
        office.get_by_role("link", name="Ask, or take in what came").click()
    with office.expect_download() as taken:
        office.get_by_role("link", name="List for the donor, 3 rows").click()
    asked = Path(taken.value.path()).read_text()
    assert not any(token in asked for token in dead)

    # The donor fills in the last column of two, and somebody who is not on the list.
    fresh = minted(3, "approved")
    lines = asked.splitlines()
    back = tmp_path / "back.csv"
    filled = [
        line.removesuffix('""') + token for line, token in zip(lines[1:3], fresh[:2], strict=True)
    ]
    back.write_text("\n".join([lines[0], *filled, f",ffffffffffff,,,,,,{fresh[2]}"]))
    office.get_by_label("The donor’s file").set_input_files(back)
    pairing = office.locator("#pairing")
    expect(pairing).to_contain_text("2 share tokens found their rows")
    expect(pairing).to_contain_text("1 share token is for no row of import")
    said = office.locator("#pairing-say")
    expect(said).to_have_text(re.compile("^2 share tokens found their rows: 2 by token mark,"))
    expect(said).to_have_role("status")
    assert not any(token in office.content() for token in fresh)
    office.get_by_role("button", name="Import the new share tokens").click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    assert office.url != first
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    expect(office.locator("#import-head")).to_contain_text("New share tokens for import")

    office.goto(first)
    expect(office.locator("#import-body")).to_contain_text(
        re.compile(r"Replaced by line \d of import \d+: imported\.")
    )
    expect(office.locator("#import-next-steps")).to_contain_text("1 row waits")


def test_order_is_confirmed_before_it_is_believed(
    office: Page, minted: Minted, tmp_path: Path
) -> None:
    office.goto("/customers/add/")
    office.get_by_role("button", name="Paste instead").click()
    office.get_by_label("Share tokens, one a line").fill(f"_act-gone-{tmp_path.name}")
    office.get_by_role("button", name="Import 1 row").click()
    expect(office.get_by_text("is finished.")).to_be_visible(timeout=PATIENCE)
    with all_there(office):
        office.get_by_role("link", name="Ask, or take in what came").click()
    office.get_by_label("Share tokens, one a line").fill(minted(1, "approved")[0])
    confirm = office.get_by_label("The file has the order of our list")
    confirm.check()
    office.get_by_role("button", name="Import the new share tokens").click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(office.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)


def test_all_rows_of_a_card_go_again_at_another_level(
    office: Page, minted: Minted, tmp_path: Path
) -> None:
    file = tmp_path / "strict.csv"
    file.write_text("\n".join(["token", *minted(3, "refused:10513")]))
    office.goto("/customers/add/")
    office.locator("#id_file").set_input_files(file)
    office.get_by_role("button", name="Import 3 rows").click()
    expect(office.get_by_text("is finished.")).to_be_visible(timeout=PATIENCE)
    office.get_by_role("link", name="Retry 3 at another level").click()
    office.get_by_label("Level", exact=True).select_option("id-relaxed")
    office.get_by_role("button", name="Send 3 rows again").click()
    office.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(office.locator("#import-notices")).to_contain_text("3 of 3 imported", timeout=PATIENCE)


def test_on_a_narrow_screen_the_guide_is_one_column(windows: Windows) -> None:
    page = windows["ada"]
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"/imports/{windows.places['repair']}/rows/2/")
    boxes = [form.bounding_box() for form in page.locator(".ways form").all()]
    assert len({box["x"] for box in boxes if box}) == 1
