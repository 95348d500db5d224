"""Every page there is, light and dark, wide and narrow: axe is content, nothing is cut."""

from collections import defaultdict
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any, Literal
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Page

from accounts.api.reference import chapters
from tests.browser.page_case import Case
from tests.browser.page_cases import CASES, NO_PAGES
from tests.browser.page_cases_api import CHAPTERS
from tests.browser.showcase_applications import ON_THEIR_WAY
from tests.browser.windows import Windows, arrive
from tests.parts.pages import addresses

AXE = Axe().axe_script
GRAVE = {"serious", "critical"}
WIDTHS = (1440, 360)
# Addresses of cases that no view answers.
UNKNOWN = {"/nowhere/", "/broken/400/", "/broken/500/"}
# The theme changes colours only: in the dark axe looks at contrast alone.
RULES: dict[Literal["light", "dark"], dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}


# As many groups as there are processes: in one, these tests would outlast all others by far.
GROUPS = 3
DEALT = [
    pytest.param(case, id=case.name, marks=pytest.mark.xdist_group(f"pages {place % GROUPS}"))
    for place, case in enumerate(CASES)
]


@pytest.mark.parametrize("case", DEALT)
def test_page_is_whole_and_axe_finds_nothing_serious(case: Case, windows: Windows) -> None:
    page = windows[case.who]
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    windows.complaints.clear()
    answer = arrive(page, case.address.format_map(windows.places))
    assert answer is not None
    assert answer.status == case.status
    case.then(page)
    page.evaluate(AXE)
    assert [*_flaws(page), *windows.complaints] == []


def _flaws(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"wider than a window of {width} px"
        for theme, options in RULES.items():
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for bad in page.evaluate("options => axe.run(options)", options)["violations"]:
                if bad["impact"] in GRAVE:
                    yield f"{theme}, {width} px, {bad['id']}: {bad['nodes'][0]['html'][:200]}"


def test_every_address_has_a_case_or_is_no_page() -> None:
    by_uuid = (
        "customer",
        "application",
        "noted",
        "alike",
        "endpoint",
        "stopped_endpoint",
        "linked",
        *ON_THEIR_WAY,
    )
    samples: dict[str, object] = defaultdict(lambda: 1, dict.fromkeys(by_uuid, UUID(int=0)))
    looked_at = {case.address.format_map(samples).split("?")[0] for case in CASES}
    shown = {resolve(address).view_name for address in looked_at - UNKNOWN}
    assert shown.isdisjoint(NO_PAGES)
    assert shown | NO_PAGES == set(addresses())


def test_every_chapter_of_the_api_reference_has_a_case() -> None:
    assert [chapter.anchor for chapter in chapters()] == [*CHAPTERS]


def test_what_is_said_to_be_no_page_is_none(windows: Windows) -> None:
    known = addresses()
    assert [name for name in sorted(NO_PAGES) if _is_page(windows, name, known[name])] == []


def _is_page(windows: Windows, name: str, address: str) -> bool:
    page = windows["tessa" if name.startswith("mfa_") else "ada"]
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    connection = HTTPConnection(windows.host, timeout=60)
    connection.request("GET", address, headers={"Cookie": cookies})
    answer = connection.getresponse()
    # Only HTML is read: a stream would not end.
    html = answer.status == 200 and "text/html" in (answer.getheader("Content-Type") or "")
    is_whole = html and b"<html" in answer.read()
    connection.close()
    return is_whole
