"""Being told that an import is finished: the bell, a toast, the browser's own notification."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, SlowSumsub, Tokens
from tests.browser.test_sumsub_import import cancel
from tests.parts.browsers import PATIENCE

# Sent at ten a second, once Sumsub has recovered.
ROWS = 120
WISH = "Notify me in this browser"
# What the browser shows is outside the page: its own class is asked what it was told to show.
LISTEN = """
  window.shown = [];
  window.Notification = class extends Notification {
    constructor(title, options) {
      super(title, options);
      window.shown.push([title, options.body]);
    }
  };
"""


@pytest.fixture
def running(page_of: Open, tokens: Tokens, slow_sumsub: SlowSumsub) -> Callable[..., Page]:
    """`running(**context)`: Olga's window on an import that goes on until Sumsub recovers."""

    def opened(**context: Any) -> Page:
        page = page_of("olga", **context)
        bring(page, tokens(ROWS))
        return page

    return opened


def bring(page: Page, file: Path) -> None:
    """Bring a file; returns on the page of its import."""
    page.goto("/customers/add/")
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name=re.compile("^Import")).click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))


def test_the_browser_notifies_when_the_import_is_finished(
    running: Callable[..., Page], slow_sumsub: SlowSumsub
) -> None:
    page = running(permissions=["notifications"])
    page.add_init_script(LISTEN)
    page.reload()
    page.get_by_role("button", name=WISH).click()
    expect(page.locator("#import-notify-say")).to_contain_text("while this page stays open")
    expect(page.locator("#import-notify")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("#import-notify")).to_have_attribute("aria-pressed", "true")
    slow_sumsub.recover()
    expect(page.locator("#import-telling")).to_be_hidden(timeout=PATIENCE)
    ((title, body),) = page.evaluate("window.shown")
    assert re.fullmatch(r"Import \d+ is finished", title)
    assert f"{ROWS} of {ROWS} done" in body
    assert not [key for key in page.evaluate("Object.keys(sessionStorage)") if "notify" in key]


def test_where_the_browser_keeps_nothing_for_pages_it_notifies_all_the_same(
    running: Callable[..., Page], slow_sumsub: SlowSumsub
) -> None:
    page = running(permissions=["notifications"])
    page.add_init_script(LISTEN)
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage',"
        " { get() { throw new DOMException('blocked', 'SecurityError'); } });"
    )
    page.reload()
    page.get_by_role("button", name=WISH).click()
    expect(page.locator("#import-notify")).to_have_attribute("aria-pressed", "true")
    slow_sumsub.recover()
    expect(page.locator("#import-telling")).to_be_hidden(timeout=PATIENCE)
    assert len(page.evaluate("window.shown")) == 1


def test_who_changes_their_mind_is_not_notified(
    running: Callable[..., Page], slow_sumsub: SlowSumsub
) -> None:
    page = running(permissions=["notifications"])
    page.add_init_script(LISTEN)
    page.reload()
    page.get_by_role("button", name=WISH).click()
    page.get_by_role("button", name="Do not notify me").click()
    slow_sumsub.recover()
    expect(page.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    assert page.evaluate("window.shown") == []


def test_a_refused_permission_is_said_with_what_to_do(running: Callable[..., Page]) -> None:
    page = running()
    page.add_init_script(
        "Object.defineProperty(Notification, 'permission', { value: 'denied' });"
        "Notification.requestPermission = async () => 'denied';"
    )
    page.reload()
    expect(page.locator("#import-notify-say")).to_contain_text("Allow notifications for this site")
    page.get_by_role("button", name=WISH).click()
    expect(page.locator("#import-notify")).to_have_attribute("aria-pressed", "false")
    cancel(page)


def test_a_browser_without_notifications_says_so(running: Callable[..., Page]) -> None:
    page = running()
    page.add_init_script("delete window.Notification")
    page.reload()
    expect(page.locator("#import-notify")).to_be_disabled()
    expect(page.locator("#import-notify-say")).to_contain_text("The bell tells you")
    cancel(page)


def test_the_story_grows_and_the_bell_stays_calm_for_who_watches(
    running: Callable[..., Page], slow_sumsub: SlowSumsub
) -> None:
    story = running().locator("#import-story")
    expect(story).to_be_visible()
    slow_sumsub.recover()
    expect(story).to_contain_text("Finished: ", timeout=PATIENCE)
    expect(story).to_contain_text(f"Started: {ROWS} rows to send")


def test_whoever_asked_is_told_wherever_they_are(
    page_of: Open, running: Callable[..., Page], slow_sumsub: SlowSumsub
) -> None:
    vera, olga = page_of("vera"), running()
    vera.goto(olga.url)
    vera.get_by_role("button", name="Tell me").click()
    expect(vera.get_by_role("button", name="Do not tell me")).to_be_visible()
    vera.goto("/partners/")
    slow_sumsub.recover()
    expect(olga.get_by_label("Progress")).to_contain_text("100 %", timeout=PATIENCE)
    title = f"Import {olga.url.split('/')[-2]} is finished"
    expect(vera.locator("[data-toast-text]")).to_contain_text(title, timeout=PATIENCE)
    vera.get_by_role("link", name="Notices, 1 unread").click()
    vera.get_by_role("link", name=re.compile(title)).click()
    expect(vera.get_by_role("link", name="Notices", exact=True)).to_be_visible()
