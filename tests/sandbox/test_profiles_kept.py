"""Profiles go into the store and come out as they were, whatever they hold."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from sumsub.sandbox import profile_json
from sumsub.sandbox.records import (
    Address,
    AddressProof,
    Capture,
    Document,
    Moderation,
    Picture,
    Profile,
    Recheck,
    Selfie,
)
from sumsub.sandbox.stories import Story, tell

TODAY = date(2026, 11, 20)
PICTURE = Picture(1, "FRONT_SIDE", "a.jpg", "image/png", 5, "ab", 7)
FULL = Profile(
    first="Zoë",
    last="Ørsted",
    first_en="Zoe",
    last_en="Orsted",
    born=date(1990, 4, 12),
    gender="F",
    country="DNK",
    email="z@people.example",
    phone="+4510000000",
    tin="1",
    lang="da",
    company=True,
    address=Address("DNK", "Aarhus", "Havnegade 1", "8000", "X"),
    documents=(
        Document("PASSPORT", "DNK", "1", date(2020, 1, 1), None, Capture.UPLOAD, (PICTURE,), "Z"),
        Document("ID_CARD", "DNK", "", None, date(2030, 1, 1), pictures=(PICTURE, PICTURE)),
    ),
    selfie=Selfie(live=False, taken=TODAY, kind="VIDEO_SELFIE", pictures=(PICTURE,)),
    proof=AddressProof("UTILITY_BILL", None, "DNK", (PICTURE,)),
    questionnaire="salary",
    moderation=Moderation.AML_ONLY,
    checked=False,
    erased=True,
    sumsub_id=True,
    recheck=Recheck.BLURRED,
    fixed={"firstName": "Zoë", "deep": {"list": [1, None, {"a": 2.5}]}},
)


def test_a_profile_with_everything_in_it_survives() -> None:
    plain = Profile()
    assert all(getattr(FULL, f.name) != getattr(plain, f.name) for f in fields(Profile))
    assert profile_json.load(profile_json.dump(FULL)) == FULL


@pytest.mark.parametrize("story", list(Story))
def test_every_story_survives(story: Story) -> None:
    for number in range(20):
        profile = tell("seed", number, story, TODAY).profile
        assert profile_json.load(profile_json.dump(profile)) == profile


def test_an_empty_profile_takes_no_room() -> None:
    assert profile_json.dump(Profile()) == "{}"
