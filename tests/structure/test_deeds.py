"""Every deed that the code writes into the audit trail has words that a person understands."""

import re

from accounts.trail.deeds import Family, families, words_of
from tests.parts.deeds_in_code import deeds_in_code

NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def described() -> dict[str, str]:
    return {deed: words for family in families() for deed, words in family.words.items()}


def test_every_deed_in_the_code_has_plain_words() -> None:
    written = deeds_in_code()
    assert len(written) > 100
    assert {deed: files for deed, files in written.items() if deed not in described()} == {}


def test_no_words_are_kept_for_a_deed_that_nobody_does_any_more() -> None:
    assert described().keys() - deeds_in_code().keys() == set()


def test_deeds_have_the_form_that_filters_rely_on() -> None:
    assert [deed for deed in described() if not NAME.fullmatch(deed)] == []


def test_no_two_deeds_are_told_in_the_same_words() -> None:
    told = list(described().values())
    assert sorted(told) == sorted(set(told))
    assert len(Family.known) == len({family.label for family in families()})


def test_a_deed_that_nobody_described_is_shown_under_its_own_name() -> None:
    assert words_of("moon.walked_on") == "Moon walked on"
