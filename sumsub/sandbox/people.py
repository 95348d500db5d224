"""Generated people: a number and a seed make one complete profile, always the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from sumsub.sandbox.names import CULTURES, UNITED_STATES, Culture
from sumsub.sandbox.records import Address, AddressProof, Document, Profile, Selfie

T = TypeVar("T")
_DOCUMENTS = ("PASSPORT", "PASSPORT", "ID_CARD", "DRIVERS", "RESIDENCE_PERMIT")


class Draw:
    """A stream of choices out of one digest: repeatable and cheaper than a random generator."""

    def __init__(self, text: str) -> None:
        self._left = int.from_bytes(hashlib.blake2b(text.encode()).digest(), "big")

    def below(self, limit: int) -> int:
        """A number from 0 up to, not including, ``limit``."""
        self._left, chosen = divmod(self._left, limit)
        return chosen

    def of(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]


def person(seed: str, number: int, today: date, *, american: bool = False) -> Profile:
    """An adult whose documents satisfy the level ``id-only`` on ``today``."""
    draw = Draw(f"{seed}:{number}")
    culture = UNITED_STATES if american else draw.of(CULTURES)
    first, first_en, gender = draw.of(culture.firsts)
    last, last_en = draw.of(culture.lasts)
    kind = draw.of(_DOCUMENTS)
    issued = today - timedelta(days=60 + draw.below(1500))
    document = Document(
        kind=kind,
        country=culture.country,
        number=f"{chr(65 + draw.below(26))}{number % 1000:03}{draw.below(10**6):06}",
        issued=issued,
        valid_until=issued + timedelta(days=3650),
    )
    return Profile(
        first=first,
        last=last,
        first_en=first_en,
        last_en=last_en,
        born=today - timedelta(days=19 * 366 + draw.below(55 * 365)),
        gender=gender,
        country=culture.country,
        email=f"user{number:06}@people.example",
        phone=f"{culture.dial}{5550000000 + number}",
        tin=_tin(draw) if culture.country == "USA" else "",
        lang=culture.lang,
        address=_address(draw, culture) if draw.below(10) else None,
        documents=(document,),
        selfie=Selfie(live=True, taken=issued + timedelta(days=1)),
        proof=_proof(draw, today) if draw.below(10) < 4 else None,
        questionnaire="salary" if draw.below(10) < 3 else "",
    )


def with_proof(profile: Profile, today: date, *, days_old: int) -> Profile:
    """The same person with an address proof issued that long ago."""
    proof = AddressProof("UTILITY_BILL", today - timedelta(days=days_old))
    return replace(profile, proof=proof)


def _tin(draw: Draw) -> str:
    """A US tax number: usually well formed as an SSN, sometimes not, sometimes none."""
    serial = f"{800 + draw.below(99)}-{10 + draw.below(89)}-{1000 + draw.below(8999)}"
    return (serial, serial, serial.replace("-", ""), serial[:-2], "")[draw.below(5)]


def _address(draw: Draw, culture: Culture) -> Address:
    town, post_code = draw.of(culture.towns)
    states = {"Portland": "OR", "Austin": "TX", "Duluth": "MN"}
    return Address(
        country=culture.country,
        town=town,
        street=f"{draw.of(culture.streets)} {1 + draw.below(180)}",
        post_code=post_code,
        state=states.get(town, ""),
    )


def _proof(draw: Draw, today: date) -> AddressProof:
    return AddressProof(
        draw.of(("UTILITY_BILL", "BANK_STATEMENT")), today - timedelta(days=20 + draw.below(130))
    )
