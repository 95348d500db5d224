"""The countries of ISO 3166-1: their letters and English names. Sumsub writes three letters."""

from functools import cache
from pathlib import Path

_LIST = Path(__file__).with_suffix(".txt")


@cache
def countries() -> dict[str, str]:
    """Three letters and English name of every country, by name."""
    return {three: name for _, three, name in _entries()}


@cache
def _by_letters() -> dict[str, str]:
    known = {}
    for two, three, _ in _entries():
        known[two] = known[three] = three
    return known


def three_letters(code: str) -> str:
    """A country's three letters for its two or three, in any case; empty for no country."""
    return _by_letters().get(code.strip().upper(), "")


def kept_letters(code: str) -> str:
    """A country in the form in which it is kept; what is no country stays as it came."""
    return three_letters(code) or code


def country_name(code: str) -> str:
    """The English name of a country; what is no code stays as it is."""
    return countries().get(three_letters(code), code)


@cache
def _entries() -> list[tuple[str, str, str]]:
    """Two letters, three letters, name; one line of the list each."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return [(line[:2], line[3:6], line[7:]) for line in lines]
