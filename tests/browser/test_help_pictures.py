"""The pictures of the help page, which `make pictures` takes: all there, sharp and small."""

import re
import struct

import pytest

from config.environment import PROJECT
from tests.browser.taking_pictures import DENSITY, FOLDER, SIZE, THEMES

PAGE = PROJECT / "templates" / "customers" / "help" / "importing_share_tokens.html"
MOST_BYTES = 120_000


def names() -> list[str]:
    """The pictures that the page shows."""
    return re.findall(r'_picture.html" with name="([\w-]+)"', PAGE.read_text("utf-8"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", names())
def test_every_picture_is_there_sharp_and_small(name: str, theme: str) -> None:
    content = (FOLDER / f"{name}-{theme}.webp").read_bytes()
    assert content[:4] + content[8:15] == b"RIFFWEBPVP8"
    assert len(content) < MOST_BYTES
    assert _size(content) == tuple(int(side * DENSITY) for side in SIZE)


def test_no_picture_is_left_that_the_page_does_not_show() -> None:
    there = {file.name for file in FOLDER.iterdir()}
    assert there == {f"{name}-{theme}.webp" for name in names() for theme in THEMES}


def _size(content: bytes) -> tuple[int, int]:
    """Width and height of a lossy WebP, with (VP8X) or without (VP8) an extended header."""
    if content[12:16] == b"VP8X":
        sides = (content[24:27], content[27:30])
        width, height = (int.from_bytes(side, "little") + 1 for side in sides)
        return width, height
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF
