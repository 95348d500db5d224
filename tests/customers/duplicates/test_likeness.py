"""What makes two people look like one, and what does not."""

from datetime import date

import pytest

from accounts.keyring import keyring, parse_keys
from customers.duplicates.likeness import marks_of, plain
from customers.models.duplicates import Ground
from sumsub.identity import IdDoc, Identity

BORN = date(1988, 6, 4)


def person(first: str, last: str, **more: object) -> Identity:
    known: dict[str, object] = {"first_name": first, "last_name": last, "dob": BORN}
    return Identity(**(known | more))  # type: ignore[arg-type]


def keys(identity: Identity, ground: Ground = Ground.NAME) -> set[str]:
    return {mark.key for mark in marks_of(identity, keyring()) if mark.ground == ground}


def alike(one: Identity, other: Identity, ground: Ground = Ground.NAME) -> bool:
    return bool(keys(one, ground) & keys(other, ground))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("JOSÉ", "Núñez"),
        ("jose", "nunez"),
        ("Jose\u0301", "Nun\u0303ez"),
        ("Núñez", "José"),
        (" José ", "Núñez."),
    ],
)
def test_case_accents_signs_and_order_make_no_difference(first: str, last: str) -> None:
    assert alike(person("José", "Núñez"), person(first, last))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Anne-Marie O’Brien", ["anne", "marie", "obrien"]),
        ("Łukasz Strauß", ["lukasz", "strauss"]),
        ("Søren Þórsson", ["soren", "thorsson"]),
        ("Иван Петров", ["иван", "петров"]),
        ("李 小龍", ["李", "小龍"]),
        ("R2-D2 _", ["r", "d"]),
        ("", []),
    ],
)
def test_names_are_reduced_to_their_letters(name: str, said: list[str]) -> None:
    assert plain(name) == said


def test_a_name_in_another_script_is_found_by_the_latin_one_that_sumsub_supplies() -> None:
    own = person("Иван", "Петров", first_name_en="Ivan", last_name_en="Petrov")
    assert alike(own, person("Ivan", "Petrov"))
    assert alike(own, person("Иван", "Петров"))
    assert not alike(person("Иван", "Петров"), person("Ivan", "Petrov"))


def test_a_middle_name_that_one_document_lacks_makes_no_difference() -> None:
    assert alike(person("Ada", "Mercer", middle_name="Maria"), person("Ada", "Mercer"))
    assert alike(person("Ada Maria", "Mercer"), person("Ada", "Mercer", middle_name="Maria"))


@pytest.mark.parametrize(
    "other",
    [
        person("Ada", "Mercier"),
        person("Ada", "Mercer", dob=date(1988, 4, 6)),
        person("Ada", "Mercer", dob=None),
        person("", "Mercer"),
    ],
)
def test_another_name_or_day_is_another_person_and_half_of_it_is_nobody(other: Identity) -> None:
    assert not alike(person("Ada", "Mercer"), other)
    assert not keys(person("Mercer", "")) & keys(person("", "Mercer"))


def passport(number: str, country: str = "NLD", kind: str = "PASSPORT") -> Identity:
    return Identity(id_docs=(IdDoc(type=kind, country=country, number=number),))


def test_a_document_is_known_by_country_and_number_however_it_is_written() -> None:
    one = passport("NX-12 345 678")
    assert alike(one, passport("nx12345678", kind="ID_CARD"), Ground.DOCUMENT)
    assert not alike(one, passport("NX12345679"), Ground.DOCUMENT)
    assert not alike(one, passport("NX12345678", country="DEU"), Ground.DOCUMENT)


@pytest.mark.parametrize("number", ["", "123", "0000000", "---", "XXXXXXXX"])
def test_a_number_that_stands_for_none_says_nothing(number: str) -> None:
    assert not keys(passport(number), Ground.DOCUMENT)


def test_keys_say_nothing_without_the_installations_key() -> None:
    here = keys(passport("NX12345678"), Ground.DOCUMENT)
    other = parse_keys(
        ",".join(
            f"{name}:{'A' * 42}{letter}="
            for name, letter in zip(
                ("encryption-1", "fingerprint", "external-id", "audit"), "AEIM", strict=True
            )
        )
    )
    elsewhere = {mark.key for mark in marks_of(passport("NX12345678"), other)}
    assert here.isdisjoint(elsewhere)
    assert "12345678" not in "".join(here)
