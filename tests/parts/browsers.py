"""Fixtures: Debian's Chromium, driven by Playwright against a whole running installation."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sumsub.sandbox.process import Sandbox
from tests.parts.installations import Factory, Installation
from tests.parts.people import PASSWORD
from tests.parts.programs import chromium

PATIENCE = 180_000
"""Milliseconds after which a browser's test says that something will not happen any more."""

# Five seconds would be a test of the machine that runs the tests.
expect.set_options(timeout=60_000)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright starts the machine's Chromium; a test without it skips, and fails under CI."""
    return browser_type_launch_args | {"executable_path": chromium(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def live(lasting_installation: Factory) -> Installation:
    """A running product for all browser tests: web, worker and beat on SQLite.

    `live.address` is the console; the cast of tests.parts.people may
    sign in with PASSWORD.
    """
    running = lasting_installation()
    running.start_worker(wait=False)
    running.start_beat()
    running.manage("shell", "-v", "0", "-c", "from tests.parts.people import add_cast; add_cast()")
    running.start_web()
    return running


@dataclass(frozen=True)
class Showcase:
    """The installation of tests.browser.showcase: its address, and the numbers of its things."""

    address: str
    places: dict[str, Any]


@pytest.fixture(scope="session")
def showcase(lasting_installation: Factory, sandbox: Sandbox) -> Showcase:
    """A donor's installation, full of everything and without a worker. Passkeys need a name."""
    made = lasting_installation(workspace="donor")
    fill = f"from tests.browser.showcase import build; build({sandbox.recipient.client_id!r})"
    told = made.manage("shell", "-v", "0", "-c", fill).stdout
    address = made.start_web().replace("127.0.0.1", "localhost")
    return Showcase(address, json.loads(told.splitlines()[-1]))


def sign_in(page: Page, first_name: str) -> None:
    """Sign in as one of tests.parts.people; waits for the page that follows."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(f"{first_name}@relay.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def choose_in_dialog(page: Page, file: Path, ask: Callable[[], None]) -> None:
    """Choose `file` in the dialog that `ask` opens.

    A key can overtake Playwright's word that it wants to be told of the dialog, which then
    opens unseen (5 of 60 times on a busy machine); any answer from the page says that it came.
    """
    with page.expect_file_chooser() as chooser:
        page.evaluate("1")
        ask()
    chooser.value.set_files(file)


def patient_context(browser: Browser, **choices: Any) -> BrowserContext:
    """A new context in which what is done waits as long as what is expected."""
    made = browser.new_context(**choices)
    made.set_default_timeout(PATIENCE)
    return made


@contextmanager
def all_there(page: Page) -> Iterator[None]:
    """What is done within leads to another page; returns when its scripts listen.

    Its elements are there before: what a quick hand presses or enters then is heard by nobody.
    """
    with page.expect_navigation(timeout=PATIENCE):
        yield
