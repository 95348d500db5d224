"""Takes the pictures of the help page, of the product itself: `make pictures` runs this.

No test of a commit, and so no name that pytest collects by itself.
"""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from config.environment import PROJECT
from tests.parts.browsers import sign_in
from tests.parts.installations import Factory, Installation

FOLDER = PROJECT / "static" / "img" / "help"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZE = (1360, 840)
DENSITY = 1.25


class Studio:
    """The installation of tests.browser.scene, and a window on it in each theme."""

    def __init__(self, here: Installation, browser: Browser) -> None:
        self._here = here
        told = here.manage("shell", "-v", "0", "-c", "from tests.browser.scene import *; build()")
        self.places = json.loads(told.stdout.splitlines()[-1])
        here.start_web()
        self._windows = {theme: self._window(browser, theme) for theme in THEMES}

    def take(self, name: str, address: str, then: Callable[[Page], None]) -> None:
        """Go there in both themes and keep what is seen."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        for theme, page in self._windows.items():
            run = f"from tests.browser.scene import *; as_of_now({self.places['running']})"
            self._here.manage("shell", "-v", "0", "-c", run)
            page.goto(address.format_map(self.places))
            then(page)
            page.evaluate("document.activeElement.blur()")
            (FOLDER / f"{name}-{theme}.webp").write_bytes(_picture(page))

    def close(self) -> None:
        """Close the windows."""
        for page in self._windows.values():
            page.context.close()

    def _window(self, browser: Browser, theme: Literal["light", "dark"]) -> Page:
        width, height = SIZE
        context = browser.new_context(
            base_url=self._here.address,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        page = context.new_page()
        sign_in(page, "olga")
        return page


@pytest.fixture(scope="module")
def studio(lasting_installation: Factory, browser: Browser) -> Iterator[Studio]:
    """Where the pictures are taken."""
    made = Studio(lasting_installation(), browser)
    yield made
    made.close()


def _picture(page: Page) -> bytes:
    width, height = SIZE
    top = page.evaluate("scrollY")
    clip = {"x": 0, "y": top, "width": width, "height": height, "scale": DENSITY}
    session = page.context.new_cdp_session(page)
    how = {"format": "webp", "quality": 72, "clip": clip}
    taken = session.send("Page.captureScreenshot", how)
    return base64.b64decode(taken["data"])


def _file(page: Page, where: str, name: str, lines: list[str]) -> None:
    content = "\r\n".join(lines).encode()
    page.locator(where).set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def _faulty_file(page: Page) -> None:
    now = datetime.now(UTC)
    lines = ["token,external_id,expires_at"]
    for number in range(2, 1842):
        dies = now + timedelta(seconds=900 + number / 10)
        token = {17: "", 40: "_act-39", 1204: "=HYPERLINK(1)"}.get(number, f"_act-{number}")
        lines.append(f"{token},LM-{number},{dies:%Y-%m-%dT%H:%M:%SZ}")
    _file(page, "#id_file", "ostermoor-november.csv", lines)
    expect(page.locator("#history-note")).to_contain_text("none of these came before")


def _running(page: Page) -> None:
    expect(page.locator("#import-live")).to_have_text("Live")


def _next_steps(page: Page) -> None:
    page.get_by_role("heading", name="Next steps").evaluate(
        "heading => scrollTo(0, heading.getBoundingClientRect().top - 72)"
    )


def _came_back(page: Page) -> None:
    lines = ["token,external_id"]
    lines += [f"_act-new-{line},LM-{2000 + line}" for line in (6, 7, 8)]
    _file(page, "#id_file", "for-you.csv", [*lines, "_act-new-99,LM-9999"])
    expect(page.locator("#pairing tbody tr").first).to_be_visible()
    page.get_by_role("heading", name="2. Take in what came back").evaluate(
        "heading => scrollTo(0, heading.getBoundingClientRect().top - 72)"
    )


def _nothing(page: Page) -> None:
    """The page as it arrives."""


@pytest.mark.parametrize(
    ("name", "address", "then"),
    [
        ("add", "/customers/add/", _faulty_file),
        ("running", "/imports/{running}/", _running),
        ("next-steps", "/imports/{repair}/", _next_steps),
        ("in-doubt", "/imports/{repair}/rows/4/", _nothing),
        ("new-tokens", "/imports/{repair}/new-tokens/", _came_back),
    ],
)
def test_take_the_picture(
    studio: Studio, name: str, address: str, then: Callable[[Page], None]
) -> None:
    studio.take(name, address, then)
    assert {f"{name}-{theme}.webp" for theme in THEMES} <= {one.name for one in _taken()}


def _taken() -> list[Path]:
    return list(FOLDER.iterdir())
