"""What goes wrong while people watch: told once, in words, and no row pays for it."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sumsub.sandbox.process import Sandbox, start
from tests.browser.conftest import LATE
from tests.browser.test_sumsub_import import cancel, start_import
from tests.browser.windows import Windows
from tests.parts.browsers import PATIENCE
from tests.parts.installations import Factory

# The machine of the product on a shorter clock: seconds instead of minutes.
WAITS = {
    "lookup_offsets": [0.3, 0.6, 1, 1.5, *range(2, 30)],
    "resend_absents": 2,
    "resend_span": 0.3,
    "resend_margin": 1,
    "breaker_pause": 0.5,
    "breaker_longest_pause": 1,
    "review_offsets": [1, 2],
}
THROTTLED_ONCE = {"call": "reuse", "do": "throttle", "times": 1}
GONE = {"call": "*", "do": "drop_before_commit"}
# While Sumsub is late, these last longer than any story here; what is left is cancelled.
MANY = 400
NONE_REFUSED = re.compile(r"Refused\s*0")
Approved = Callable[[int], Path]


@pytest.fixture(scope="module")
def far_end() -> Iterator[Sandbox]:
    """A Sumsub of one's own, on which anything may go wrong."""
    with start(seed="trouble", applicants=1000, scenario={"review_delay_ms": 200}) as running:
        yield running


@pytest.fixture(scope="module")
def people(lasting_installation: Factory, far_end: Sandbox, browser: Browser) -> Iterator[Windows]:
    """`people["olga"]`: her window on the product that is connected to it."""
    here = lasting_installation("sqlite", far_end, REDEMPTION_TIMING=json.dumps(WAITS))
    here.start_worker(wait=False)
    here.manage("shell", "-v", "0", "-c", "from tests.parts.people import add_cast; add_cast()")
    opened = Windows(browser, here.start_web(), {})
    yield opened
    opened.close()


@pytest.fixture
def office(people: Windows, far_end: Sandbox) -> Iterator[Page]:
    """Olga's window; afterwards all is well again at Sumsub."""
    yield people["olga"]
    far_end.set_faults({"rules": []})
    far_end.set_workspace("recipient", {"partners": [far_end.donor.client_id]})


@pytest.fixture
def approved(far_end: Sandbox, tmp_path: Path) -> Approved:
    """`approved(20)`: a file of so many people who will be approved."""

    def made(count: int) -> Path:
        file = tmp_path / f"approved-{count}.csv"
        file.write_text(far_end.tokens_csv(count, "outcome=approved"))
        return file

    return made


def notices(page: Page) -> Locator:
    return page.locator("#import-notices .notice")


def label(page: Page, name: str) -> Locator:
    return page.get_by_label("Show rows by state").get_by_role("link", name=name)


def all_imported(page: Page, rows: int) -> None:
    expect(notices(page)).to_contain_text(
        f"{rows} of {rows} imported", timeout=PATIENCE, use_inner_text=True
    )
    expect(label(page, "Refused")).to_have_text(NONE_REFUSED)


def test_wrong_partner_is_one_notice_and_the_rows_go_on_when_a_person_opens_the_gate(
    office: Page, people: Windows, far_end: Sandbox, approved: Approved
) -> None:
    file = approved(20)
    far_end.set_workspace("recipient", {"partners": []})
    address = start_import(office, file)
    expect(notices(office)).to_contain_text("Not partners at Sumsub (10501).", timeout=PATIENCE)
    expect(notices(office)).to_contain_text("enters the other's partner token")
    expect(notices(office)).to_have_count(1)
    expect(label(office, "Waiting")).to_have_text(re.compile(r"Waiting\s*20"))
    expect(office.locator("#import-summary")).to_contain_text("a gate is closed")
    expect(office.locator("#import-next-steps")).to_contain_text("Nothing needs anybody so far")
    expect(office.locator("#import-say")).to_contain_text("held back: Not partners at Sumsub")

    watching = people["vera"]
    watching.goto(address)
    expect(notices(watching)).to_contain_text("Not partners at Sumsub")
    expect(watching.get_by_role("button", name="Open the gate")).to_have_count(0)

    far_end.set_workspace("recipient", {"partners": [far_end.donor.client_id]})
    office.get_by_role("button", name="Open the gate").click()
    all_imported(office, 20)
    expect(notices(watching)).to_contain_text("20 of 20 imported")


def test_an_outage_in_the_middle_pauses_the_sending_and_fails_no_row(
    office: Page, far_end: Sandbox, approved: Approved
) -> None:
    far_end.set_faults({"rules": [LATE]})
    start_import(office, approved(MANY))
    expect(office.locator("#import-body")).to_contain_text("Customer created.", timeout=PATIENCE)
    far_end.set_faults({"rules": [GONE]})
    expect(notices(office)).to_contain_text("Sumsub does not answer.", timeout=PATIENCE)
    expect(notices(office)).to_contain_text("with a harmless call")
    expect(office.locator("#import-summary")).to_contain_text("Held")
    expect(office.locator("#import-say")).to_contain_text("Sumsub does not answer")
    checking = label(office, "Checking")
    expect(checking).to_be_visible()
    checking.click()
    expect(office.locator("#import-body")).to_contain_text("Do not request a new token yet.")
    office.go_back()
    done = label(office, "Imported").inner_text()
    far_end.set_faults({"rules": [LATE]})
    expect(notices(office)).to_have_count(0, timeout=PATIENCE)
    expect(checking).to_have_count(0, timeout=PATIENCE)
    expect(label(office, "Imported")).not_to_have_text(done, use_inner_text=True)
    expect(label(office, "Refused")).to_have_text(NONE_REFUSED)
    cancel(office)
    executed = redeemed(far_end)
    assert len(executed) == len(set(executed))


def redeemed(far_end: Sandbox) -> list[str]:
    """Which share tokens were executed, once for each time."""
    events = far_end.ledger()
    return [event["token_sha256"] for event in events if event["event"] == "redeemed"]


def test_an_expired_batch_pauses_by_itself_before_it_is_used_up(
    office: Page, tmp_path: Path
) -> None:
    file = tmp_path / "expired.csv"
    file.write_text("\n".join(["token", *(f"_act-dead-{number}" for number in range(90))]))
    start_import(office, file)
    expect(notices(office)).to_contain_text(
        "this file looks expired or already used", timeout=PATIENCE
    )
    expect(label(office, "Waiting")).to_be_visible()
    # No row moved by that, and yet those on the screen wait for something else now.
    shown = office.locator("#import-body")
    expect(shown).to_contain_text("Waits: the import is paused.")
    expect(shown).not_to_contain_text("Waits for its turn.")
    # Until the last lookup is answered there is a card for those still in doubt.
    card = office.locator("#import-next-steps .reason")
    expect(card).to_have_count(1, timeout=PATIENCE)
    expect(card).to_contain_text("Share token expired or already used")
    expect(office.get_by_role("button", name="Resume")).to_be_visible()
    expect(office.get_by_role("link", name="Ask, or take in what came")).to_be_visible()
    cancel(office)


def test_pausing_says_how_many_are_in_flight_until_they_have_come_home(
    office: Page, people: Windows, far_end: Sandbox, approved: Approved
) -> None:
    # Longer than it takes to look: all that is in flight comes home within one second.
    far_end.set_faults({"rules": [LATE | {"ms": 20_000}]})
    address = start_import(office, approved(MANY))
    watching = people["vera"]
    watching.goto(address)
    expect(label(watching, "Sending")).to_be_visible(timeout=PATIENCE)
    # Once the page hears of rows, it listens for keys.
    expect(office.locator("#import-live")).to_have_text("Live")
    office.keyboard.press("p")
    expect(notices(office)).to_contain_text(re.compile(r"Pausing, [1-9]\d* in flight\."))
    expect(watching.locator("#import-head")).to_contain_text("Pausing")
    expect(notices(office)).to_contain_text("nothing is in flight", timeout=PATIENCE)
    expect(notices(watching)).to_contain_text("nothing is in flight")
    # What waits at that moment is what still waits when somebody looks again.
    waits = label(office, "Waiting").inner_text()
    office.reload()
    expect(label(office, "Waiting")).to_have_text(waits, use_inner_text=True)
    expect(label(watching, "Waiting")).to_have_text(waits, use_inner_text=True)

    for deed in ("Pause", "Resume", "Cancel"):
        expect(watching.get_by_role("button", name=deed)).to_have_count(0)
    assert [status(watching, deed) for deed in ("pause", "resume", "cancel")] == [403] * 3
    office.get_by_role("button", name="Resume").click()
    expect(watching.locator("#import-head")).to_contain_text("Running")
    expect(label(watching, "Waiting")).not_to_have_text(waits, use_inner_text=True)
    cancel(office)
    expect(watching.locator("#import-head")).to_contain_text("Cancelled", timeout=PATIENCE)


def status(page: Page, deed: str) -> int:
    """What the server answers when this window asks for the deed all the same."""
    answer: int = page.evaluate(
        """async (deed) => {
          const headers = {"X-CSRFToken": document.querySelector("meta[name=csrf-token]").content};
          return (await fetch(location.pathname + deed + "/", {method: "POST", headers})).status;
        }""",
        deed,
    )
    return answer


def test_when_sumsub_asks_to_slow_down_the_clock_says_so(
    office: Page, far_end: Sandbox, approved: Approved
) -> None:
    far_end.set_faults({"rules": [LATE]})
    start_import(office, approved(MANY))
    expect(office.locator("#import-body")).to_contain_text("Customer created.", timeout=PATIENCE)
    far_end.set_faults({"rules": [THROTTLED_ONCE, LATE]})
    summary = office.locator("#import-summary")
    expect(summary).to_contain_text("Sumsub asked us to slow down", timeout=PATIENCE)
    expect(summary).to_contain_text(re.compile(r"full rate again about \d\d:\d\d:\d\d"))
    cancel(office)
