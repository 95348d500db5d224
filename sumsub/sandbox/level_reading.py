"""Levels out of what callers send: the part of a level that the rules understand."""

from __future__ import annotations

import json
from typing import Any

from sumsub.sandbox.levels import CARDS, PAPERS, Level, Step
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.records import StepType

MAX_NAME = 256
MAX_YEARS = 150

_DEFAULT_TYPES = {
    StepType.IDENTITY: CARDS,
    StepType.SELFIE: ("SELFIE",),
    StepType.PROOF_OF_RESIDENCE: PAPERS,
}
_CAPTURE = ("disabled", "docapture")
_LIVENESS = ("passiveLiveness", "staticLiveness", "liveness")
_SELFIE = ("disabled", "enabled", "photoRequired", "optional", *_LIVENESS)
_MODES = {
    "captureMode": ("manualAndAuto", "manualOnly", "seamless", "manualAfterTimeout"),
    "uploaderMode": ("always", "never", "fallback"),
}
_KINDS = ("standalone", "actions", "module")
_APPLICANTS = ("individual", "company")


def level_from(body: dict[str, Any], level_id: str) -> Level:
    """The level that a body describes (Sumsub: levels).

    A step type without ``types`` takes the usual ones. Beside Sumsub's fields the keys ``minAge``
    and ``maxAge`` (years) and, in a step, ``maxAgeDays`` are our own. Raises Problem 400.
    """
    name = body.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise Problem(400, f"name is required and must have at most {MAX_NAME} characters")
    desc = body.get("desc") or ""
    if not isinstance(desc, str):
        raise Problem(400, "desc must be a string")
    _word(body, "type", _KINDS, "standalone")
    _word(body, "applicantType", _APPLICANTS, "individual")
    wanted = body.get("requiredIdDocs")
    if not isinstance(wanted, dict):
        raise Problem(400, "requiredIdDocs is required and must be an object")
    return Level(
        name,
        desc,
        _steps(wanted.get("docSets")),
        min_age=_whole(body, "minAge", MAX_YEARS, 18) or 0,
        max_age=_whole(body, "maxAge", MAX_YEARS, 120) or 0,
        included=_strings(wanted, "includedCountries"),
        excluded=_strings(wanted, "excludedCountries"),
        id=level_id,
        given=json.dumps(body, ensure_ascii=False),
    )


def _steps(doc_sets: Any) -> tuple[Step, ...]:
    if not isinstance(doc_sets, list) or not doc_sets:
        raise Problem(400, "docSets is required and must be a list of steps")
    steps = tuple(_step(one) for one in doc_sets)
    if len({step.kind for step in steps}) < len(steps):
        raise Problem(400, "docSets must not name a step twice")
    return steps


def _step(given: Any) -> Step:
    if not isinstance(given, dict):
        raise Problem(400, "docSets must be a list of objects")
    kind = StepType(_word(given, "idDocSetType", tuple(StepType), ""))
    capture = kind is StepType.IDENTITY and _word(given, "videoRequired", _CAPTURE, "disabled")
    selfie = kind is StepType.SELFIE and _word(given, "videoRequired", _SELFIE, "disabled")
    for key, words in _MODES.items():
        _word(given, key, words, words[0])
    return Step(
        kind,
        _strings(given, "types") or _DEFAULT_TYPES.get(kind, ()),
        live_capture=capture == "docapture",
        liveness=selfie in _LIVENESS,
        max_age_days=_whole(given, "maxAgeDays", MAX_YEARS * 366, None),
    )


def _word(body: dict[str, Any], key: str, words: tuple[str, ...], otherwise: str) -> str:
    value = body.get(key)
    chosen = otherwise if value is None else value
    if chosen not in words:
        raise Problem(400, f"{chosen} is not valid, must be one of: [{', '.join(words)}]")
    return str(chosen)


def _strings(body: dict[str, Any], key: str) -> tuple[str, ...]:
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Problem(400, f"{key} must be a list of strings")
    return tuple(value)


def _whole(body: dict[str, Any], key: str, limit: int, otherwise: int | None) -> int | None:
    value = body.get(key)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
        raise Problem(400, f"{key} must be a whole number from 0 to {limit}")
    return value
