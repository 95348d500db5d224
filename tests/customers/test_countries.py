"""The list of countries: whole, and read by two or three letters."""

import pytest

from customers.countries import countries, country_name, three_letters


def test_the_list_holds_every_country_of_the_standard_once() -> None:
    assert len(countries()) == len(set(countries().values())) == 249


@pytest.mark.parametrize(
    ("written", "three"),
    [("DE", "DEU"), (" usa ", "USA"), ("GBR", "GBR"), ("ZZ", ""), ("ZZZ", ""), ("", "")],
)
def test_a_country_is_known_by_two_or_three_letters(written: str, three: str) -> None:
    assert three_letters(written) == three


def test_what_is_no_country_keeps_its_name() -> None:
    assert (country_name("NL"), country_name("XXA")) == ("Netherlands", "XXA")
