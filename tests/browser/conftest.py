"""Fixtures: people who are signed in already, and files of fresh share tokens."""

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from sumsub.sandbox.process import Sandbox
from tests.browser.windows import Windows
from tests.parts.browsers import PATIENCE, Showcase, patient_context, sign_in
from tests.parts.installations import Installation

Open = Callable[..., Page]
Tokens = Callable[[int], Path]
# Sumsub that takes its time over each redemption: ten are sent in as many seconds, not in one.
LATE = {"call": "reuse", "do": "latency", "ms": 10_000}
FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file share an installation, and so a process, unless they say otherwise."""
    for item in items:
        if item.path.parent == FOLDER and not any(item.iter_markers("xdist_group")):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def states(browser: Browser, live: Installation) -> Callable[[str], Any]:
    """`states("olga")`: the cookies of somebody who has signed in; each signs in once."""
    known: dict[str, Any] = {}

    def state_of(first_name: str) -> Any:
        if first_name not in known:
            context = patient_context(browser, base_url=live.address)
            page = context.new_page()
            sign_in(page, first_name)
            known[first_name] = context.storage_state()
            context.close()
        return known[first_name]

    return state_of


@pytest.fixture
def new_context(new_context: Callable[..., Any]) -> Callable[..., Any]:
    """pytest-playwright's, in which what is done waits as long as what is expected."""

    def patient(**choices: Any) -> Any:
        made = new_context(**choices)
        made.set_default_timeout(PATIENCE)
        return made

    return patient


@pytest.fixture
def page_of(new_context: Callable[..., Any], states: Callable[[str], Any]) -> Open:
    """`page_of("olga", **context)`: a window in which that person is signed in."""

    def opened(first_name: str, **context: Any) -> Page:
        made = new_context(storage_state=states(first_name), reduced_motion="reduce", **context)
        page: Page = made.new_page()
        return page

    return opened


@pytest.fixture
def office(page_of: Open) -> Page:
    """Olga's window."""
    return page_of("olga")


@pytest.fixture(scope="session")
def windows(browser: Browser, showcase: Showcase) -> Iterator[Windows]:
    """`windows["doris"]`: her window on the installation that shows everything."""
    opened = Windows(browser, showcase.address, showcase.places)
    yield opened
    opened.close()


class SlowSumsub:
    """The far end of all tests, slow until it may recover."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        sandbox.set_faults({"rules": [LATE]})

    def recover(self) -> None:
        """From now on it answers at once; what it has taken in before comes home late."""
        self._sandbox.set_faults({"rules": []})


@pytest.fixture
def slow_sumsub(sandbox: Sandbox) -> Iterator[SlowSumsub]:
    """Imports run on until `slow_sumsub.recover()`: for what must be seen while they do."""
    slow = SlowSumsub(sandbox)
    yield slow
    slow.recover()


@pytest.fixture
def tokens(sandbox: Sandbox, tmp_path: Path) -> Tokens:
    """`tokens(20)`: a file of so many fresh share tokens, covering the outcomes."""

    def minted(count: int) -> Path:
        with urllib.request.urlopen(f"{sandbox.url}/_sandbox/tokens.csv?n={count}") as answer:
            content = answer.read()
        path = tmp_path / f"tokens-{count}.csv"
        path.write_bytes(content)
        return path

    return minted
