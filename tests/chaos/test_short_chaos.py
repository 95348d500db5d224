"""The short chaos run of every `make test`; `make chaos` is the long one."""

import logging

import pytest

from tests.chaos.driver import run
from tests.chaos.plan import Sizes, Strike
from tests.parts.places import PLACE

pytestmark = [pytest.mark.story, pytest.mark.main_story]

SIZES = Sizes(
    rows=160,
    kills=3,
    freezes=1,
    crashes=1,
    wipes=1,
    workers=2,
    file_rows=40,
    spacing=1.2,
    seed=4,
)
logger = logging.getLogger(__name__)


def test_three_ledgers_agree_after_kills_a_freeze_a_crash_and_a_wiped_broker() -> None:
    report = run(SIZES, PLACE / "chaos", postgresql=True, template=None, say=logger.info)
    assert report.violations == [], report.figures
    struck = report.figures["strikes"]
    assert struck == {Strike.KILL: 3, Strike.FREEZE: 1, Strike.CRASH: 1, Strike.WIPE: 1}
    assert report.figures["rows that were in question"] > 0, report.figures
    assert report.figures["stops confirmed"] > 0, report.figures
