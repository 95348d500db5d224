"""What callers say about an applicant: bodies of create and patch calls (Sumsub: create applicant).

Every function raises Problem 400 for a value of the wrong type.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import Address, Capture, Document, Labels, Profile

MAX_TAGS = 30

_TOP_TEXTS = ("email", "phone", "lang")
_FIXED_TEXTS = {
    "firstName": "first",
    "lastName": "last",
    "firstNameEn": "first_en",
    "lastNameEn": "last_en",
    "gender": "gender",
    "country": "country",
    "tin": "tin",
}


def merged_profile(profile: Profile, body: dict[str, Any]) -> Profile:
    """A profile with what the body says in place of what it was; ``null`` empties a field.

    ``fixedInfo`` (or ``info``) is merged field by field, its ``addresses`` as a whole.
    """
    changes: dict[str, Any] = {key: text(body, key) for key in _TOP_TEXTS if key in body}
    if "type" in body:
        changes["company"] = _kind(body) == "company"
    if "questionnaires" in body:
        changes["questionnaire"] = _questionnaires(body)
    fixed = _fixed(body)
    if fixed is not None:
        changes |= _fixed_changes(profile, fixed)
    changed = replace(profile, **changes)
    return replace(changed, lang=changed.lang or "en")


def merged_labels(labels: Labels, body: dict[str, Any]) -> Labels:
    """Source key, metadata, notes and tags with what the body says in place of what they were."""
    changes: dict[str, Any] = {}
    if "sourceKey" in body:
        changes["source_key"] = text(body, "sourceKey")
    if "metadata" in body:
        changes["metadata"] = _metadata(body["metadata"])
    if "notes" in body:
        changes["notes"] = _notes(body["notes"])
    if "tags" in body:
        changes["tags"] = tags_from(body["tags"] or [])
    return replace(labels, **changes)


def tags_from(value: Any, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A list of tags, each once, after those there were (Sumsub: applicant tags).

    Over thirty together none is taken: Problem 400.
    """
    if not isinstance(value, list) or not all(isinstance(tag, str) and tag for tag in value):
        raise Problem(400, "tags must be a list of strings")
    tags = tuple(dict.fromkeys((*before, *value)))
    if len(tags) > MAX_TAGS:
        raise Problem(400, "Too many applicant tags")
    return tags


def documents_from(body: dict[str, Any]) -> tuple[Document, ...]:
    """The ``idDocs`` of ``info``, which only a recorded applicant brings along as text."""
    info = body.get("info")
    listed = info.get("idDocs") if isinstance(info, dict) else None
    if listed is None:
        return ()
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Problem(400, "idDocs must be a list of objects")
    return tuple(
        Document(
            kind=text(one, "idDocType"),
            country=text(one, "country"),
            number=text(one, "number"),
            issued=day(one, "issuedDate"),
            valid_until=day(one, "validUntil"),
            capture=Capture.UPLOAD,
        )
        for one in listed
    )


def text(source: dict[str, Any], key: str) -> str:
    """A string, empty when absent or null."""
    value = source.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Problem(400, f"{key} must be a string")
    return value


def day(source: dict[str, Any], key: str) -> date | None:
    """A date, None when absent, null or empty."""
    given = text(source, key)
    if not given:
        return None
    try:
        found = date.fromisoformat(given)
    except ValueError:
        found = None
    # Python reads further spellings of ISO 8601.
    if found is None or found.isoformat() != given:
        raise Problem(400, f"{key} is not valid, must be like yyyy-MM-dd")
    return found


def _kind(body: dict[str, Any]) -> str:
    kind = text(body, "type") or "individual"
    if kind not in ("individual", "company"):
        raise Problem(400, f"{kind} is not valid, must be one of: [company, individual]")
    return kind


def _fixed(body: dict[str, Any]) -> dict[str, Any] | None:
    given = [body[key] for key in ("info", "fixedInfo") if body.get(key) is not None]
    if not all(isinstance(one, dict) for one in given):
        raise Problem(400, "fixedInfo must be an object")
    return {key: value for one in given for key, value in one.items()} if given else None


def _fixed_changes(profile: Profile, fixed: dict[str, Any]) -> dict[str, Any]:
    kept = {**(profile.fixed or {}), **fixed}
    kept = {key: value for key, value in kept.items() if value is not None and key != "idDocs"}
    changes: dict[str, Any] = {"fixed": kept or None}
    for key, name in _FIXED_TEXTS.items():
        if key in fixed:
            changes[name] = text(fixed, key)
    for name in ("first", "last"):
        # The English spelling follows the name unless it is given.
        if name in changes and f"{name}_en" not in changes:
            changes[f"{name}_en"] = changes[name]
    if "dob" in fixed:
        changes["born"] = day(fixed, "dob")
    if "addresses" in fixed:
        changes["address"] = _address(fixed["addresses"])
    if "phone" in fixed:
        text(fixed, "phone")
    return changes


def _address(given: Any) -> Address | None:
    if given is None or given == []:
        return None
    if not isinstance(given, list) or not isinstance(given[0], dict):
        raise Problem(400, "addresses must be a list of objects")
    first = given[0]
    return Address(
        country=text(first, "country"),
        town=text(first, "town"),
        street=text(first, "street"),
        post_code=text(first, "postCode"),
        state=text(first, "state"),
    )


def _questionnaires(body: dict[str, Any]) -> str:
    given = body["questionnaires"]
    if given is None or given == []:
        return ""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Problem(400, "questionnaires must be a list of objects")
    return json.dumps(given, ensure_ascii=False)


def _metadata(given: Any) -> tuple[tuple[str, str], ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Problem(400, "metadata must be a list of objects with key and value")
    return tuple((text(one, "key"), text(one, "value")) for one in given)


def _notes(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Problem(400, "notes must be a list of objects with note")
    return tuple(text(one, "note") for one in given)
