"""The sandbox's own page: a tester mints a share token, orders a fault, and watches the ledger."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sumsub.sandbox.process import Sandbox

AXE = Axe().axe_script


@pytest.fixture
def opened(page: Page, fresh_sandbox: Sandbox) -> Iterator[Page]:
    """The page, with a list of what the browser complained about."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.emulate_media(reduced_motion="reduce")
    page.goto(fresh_sandbox.url)
    yield page
    # A refused scenario is a 400, and browsers write that down.
    assert [text for text in complaints if "400 (Bad Request)" not in text] == []


def test_a_tester_finds_everything_on_the_sandboxs_page(
    opened: Page, fresh_sandbox: Sandbox
) -> None:
    opened.get_by_label("Name or id").fill("demo-10513-doc-type")
    opened.get_by_label("Name or id").press("Enter")
    expect(opened.locator("#applicants tbody tr")).to_have_count(1)
    expect(opened.locator("#applicants tbody")).to_contain_text("Refused 10513")
    opened.get_by_label("At the level").select_option("id-relaxed")
    expect(opened.locator("#applicants tbody")).to_contain_text("Approved")

    opened.get_by_role("button", name="Mint for recipient").click()
    expect(opened.locator("#mint-told")).to_contain_text("Good for one reuse")
    opened.get_by_role("button", name="Close").click()
    expect(opened.locator("#ledger-rows")).to_contain_text("demo-10513-doc-type")

    opened.get_by_role("button", name="Slow").click()
    expect(opened.locator("#rules")).to_contain_text("100 to 500 ms")
    opened.get_by_text("All rules and switches as JSON").click()
    opened.get_by_label("Scenario").fill('{\n"rules": [{"do": "explode"}]}')
    opened.get_by_role("button", name="Put in force").click()
    expect(opened.locator("#scenario-told")).to_contain_text("line 2")
    opened.get_by_role("button", name="Clear all").click()
    expect(opened.locator("#rules")).to_contain_text("No fault is in force")

    assert [event["event"] for event in fresh_sandbox.ledger()] == ["minted"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_sandboxs_page_and_nothing_is_cut(
    opened: Page, scheme: str
) -> None:
    opened.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for summary in opened.locator("main summary:visible").all():
        summary.click()
    opened.set_viewport_size({"width": 360, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") == 360
    opened.evaluate(AXE)
    found = opened.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    assert [(bad["id"], [node["html"] for node in bad["nodes"]][:3]) for bad in found] == []
