"""Templates ask for rights by name; a name that is none would be a plain no, told to nobody."""

import re
from pathlib import Path

from accounts.rights import Right
from config.environment import PROJECT

ASKED = re.compile(r"\bhouse\.may\.(\w+)")
DJANGOS_OWN = re.compile(r"{%[^%]*\bperms\.")


def test_every_right_that_a_template_asks_for_exists(tracked: list[Path]) -> None:
    pages = [file for file in tracked if file.suffix == ".html" and "templates" in file.parts]
    asked = {
        (str(file.relative_to(PROJECT)), right)
        for file in pages
        for right in ASKED.findall(file.read_text("utf-8"))
    }
    assert asked
    assert not {(page, right) for page, right in asked if right not in set(Right)}


def test_no_template_asks_in_django_s_own_way(tracked: list[Path]) -> None:
    pages = [file for file in tracked if file.suffix == ".html" and "templates" in file.parts]
    assert not [file for file in pages if DJANGOS_OWN.search(file.read_text("utf-8"))]
