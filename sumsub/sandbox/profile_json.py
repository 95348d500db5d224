"""Profiles of applicants that callers create, to and from the text kept in the store."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Address, Profile


def profile_from_body(body: dict[str, Any]) -> Profile:
    """What a create call says about the person (Sumsub: create applicant).

    Raises Problem 400 for a value of the wrong type.
    """
    fixed = body.get("fixedInfo") or body.get("info") or {}
    if not isinstance(fixed, dict):
        raise Problem(400, "fixedInfo must be an object")
    profile = Profile(
        first=_text(fixed, "firstName"),
        last=_text(fixed, "lastName"),
        first_en=_text(fixed, "firstNameEn"),
        last_en=_text(fixed, "lastNameEn"),
        gender=_text(fixed, "gender"),
        country=_text(fixed, "country"),
        tin=_text(fixed, "tin"),
        email=_text(body, "email"),
        phone=_text(body, "phone"),
        lang=_text(body, "lang") or "en",
        company=body.get("type") == "company",
        born=_day(_text(fixed, "dob")),
        address=_address(fixed.get("addresses")),
        fixed=fixed,
    )
    return replace(
        profile,
        first_en=profile.first_en or profile.first,
        last_en=profile.last_en or profile.last,
    )


def dump(body: dict[str, Any]) -> str:
    """The text to keep: the part of the body that makes the profile."""
    kept = ("fixedInfo", "info", "email", "phone", "lang", "type")
    return json.dumps({key: body[key] for key in kept if key in body}, ensure_ascii=False)


def load(text: str) -> Profile:
    """The profile behind a kept text."""
    return profile_from_body(json.loads(text))


def _text(source: dict[str, Any], key: str) -> str:
    value = source.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Problem(400, f"{key} must be a string")
    return value


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(400, "dob is not valid, must be like yyyy-MM-dd") from None


def _address(given: Any) -> Address | None:
    if not isinstance(given, list) or not given or not isinstance(given[0], dict):
        return None
    first = given[0]
    return Address(
        country=_text(first, "country"),
        town=_text(first, "town"),
        street=_text(first, "street"),
        post_code=_text(first, "postCode"),
        state=_text(first, "state"),
    )
