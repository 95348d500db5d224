"""Scenario: the switches where Sumsub is not documented, and the faults to inject.

The same JSON is the file of ``--scenario`` and the body of ``PUT /_sandbox/faults``::

    {"seed": 1, "review_delay_ms": 500,
     "rules": [{"call": "reuse", "probability": 0.1, "do": "drop_after_commit"}]}
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from sumsub.sandbox.ratelimit import Limit, parse_limit


class Call(StrEnum):
    """The names by which rules speak of calls."""

    REUSE = "reuse"
    PREVIEW = "preview"
    COPY = "copy"
    SHARE_TOKEN = "share_token"
    LOOKUP = "lookup"
    ONE = "one"
    STATUS = "status"
    STEPS = "steps"
    LEVELS = "levels"
    COUNT = "count"
    API_STATUS = "api_status"
    CREATE = "create"
    CHANGE = "change"


class Do(StrEnum):
    """What a fault does to a call."""

    LATENCY = "latency"
    THROTTLE = "throttle"
    ERROR_BEFORE_COMMIT = "error_before_commit"
    ERROR_AFTER_COMMIT = "error_after_commit"
    DROP_BEFORE_COMMIT = "drop_before_commit"
    DROP_AFTER_COMMIT = "drop_after_commit"
    TRUNCATE = "truncate"
    HTML = "html"
    STALE = "stale"


class ExistingUser(StrEnum):
    """What a reuse does when its ``userId`` is already taken in the recipient's workspace."""

    CONFLICT = "conflict"
    ATTACH = "attach"


class ScenarioError(ValueError):
    """A scenario that cannot be used; the text names the place."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault. ``times`` is how often it may strike (None: always), ``ms`` its latency."""

    do: Do
    call: str = "*"
    applicant_id: str | None = None
    probability: float = 1.0
    ms: float = 0
    spread_ms: float = 0
    times: int | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Switches:
    """Choices where Sumsub's documentation is silent, and times that tests want short."""

    post_limit: Limit | None = field(default_factory=lambda: Limit(50, 5))
    get_limit: Limit | None = field(default_factory=lambda: Limit(300, 5))
    retry_after: bool = True
    throttle_body: bool = True
    clock_offset_seconds: float = 0.0
    review_delay_ms: int = 3000
    spend_on_refusal: bool = False
    preview_spends: bool = False
    create_status: int = 201
    existing_user_id: ExistingUser = ExistingUser.CONFLICT
    reuse_carries_extras: bool = True
    pretty_json: bool = False
    webhook_retry_scale: float = 0.01


@dataclass(frozen=True, slots=True)
class Scenario:
    """Switches, and rules with the seed of their dice."""

    switches: Switches = field(default_factory=Switches)
    seed: int = 0
    rules: tuple[Rule, ...] = ()

    def body(self) -> dict[str, object]:
        """The scenario in the form in which it is written."""
        switches = {f.name: getattr(self.switches, f.name) for f in fields(Switches)}
        for name in ("post_limit", "get_limit"):
            switches[name] = str(switches[name] or "none")
        rules = [{f.name: getattr(rule, f.name) for f in fields(Rule)} for rule in self.rules]
        return {"seed": self.seed, "rules": rules, **switches}


def parse_scenario(text: str | bytes, base: Switches) -> Scenario:
    """Read a scenario; switches it does not name keep the value of ``base``.

    Raises ScenarioError naming the line or the key.
    """
    try:
        given = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", 1)
        raise ScenarioError(f"line {line}: this is not JSON.") from None
    if not isinstance(given, dict):
        raise ScenarioError("line 1: a scenario is a JSON object.")
    rules = given.pop("rules", [])
    if not isinstance(rules, list):
        raise ScenarioError("rules: must be a list.")
    seed = _number("seed", given.pop("seed", 0))
    return Scenario(
        switches=_switches(given, base),
        seed=int(seed),
        rules=tuple(_rule(f"rules[{i}]", rule) for i, rule in enumerate(rules)),
    )


def _switches(given: dict[str, Any], base: Switches) -> Switches:
    changes: dict[str, Any] = {}
    known = {f.name for f in fields(Switches)}
    for name, value in given.items():
        if name not in known:
            raise ScenarioError(f"{name}: there is no such switch.")
        changes[name] = _switch(name, value, getattr(base, name))
    return replace(base, **changes)


def _switch(name: str, value: Any, present: Any) -> Any:
    if name in ("post_limit", "get_limit"):
        return _limit(name, value)
    if isinstance(present, ExistingUser):
        return _word(name, value, ExistingUser)
    if isinstance(present, bool):
        if not isinstance(value, bool):
            raise ScenarioError(f"{name}: must be true or false.")
        return value
    number = _number(name, value)
    if name == "create_status" and number not in (200, 201):
        raise ScenarioError(f"{name}: must be 200 or 201.")
    if number < 0 and name != "clock_offset_seconds":
        raise ScenarioError(f"{name}: must not be negative.")
    return type(present)(number)


def _limit(name: str, value: Any) -> Limit | None:
    try:
        return parse_limit("none" if value is None else str(value))
    except ValueError as error:
        raise ScenarioError(f"{name}: {error}") from None


def _rule(place: str, given: Any) -> Rule:
    if not isinstance(given, dict):
        raise ScenarioError(f"{place}: must be an object.")
    known = {f.name for f in fields(Rule)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise ScenarioError(f"{place}.{unknown[0]}: there is no such key.")
    if "do" not in given:
        raise ScenarioError(f"{place}.do: is missing.")
    call = given.get("call", "*")
    if call != "*":
        _word(f"{place}.call", call, Call)
    return Rule(
        do=_word(f"{place}.do", given["do"], Do),
        call=str(call),
        applicant_id=_optional_text(f"{place}.applicant_id", given.get("applicant_id")),
        probability=_share(f"{place}.probability", given.get("probability", 1.0)),
        ms=_positive(f"{place}.ms", given.get("ms")) or 0,
        spread_ms=_positive(f"{place}.spread_ms", given.get("spread_ms")) or 0,
        times=_whole(f"{place}.times", given.get("times")),
        status=_whole(f"{place}.status", given.get("status")),
    )


def _word(place: str, value: Any, words: type[StrEnum]) -> Any:
    try:
        return words(value)
    except ValueError:
        raise ScenarioError(f"{place}: must be one of {', '.join(words)}.") from None


def _number(place: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError(f"{place}: must be a number.")
    return value


def _share(place: str, value: Any) -> float:
    number = _number(place, value)
    if not 0 <= number <= 1:
        raise ScenarioError(f"{place}: must lie between 0 and 1.")
    return number


def _positive(place: str, value: Any) -> float | None:
    if value is None:
        return None
    number = _number(place, value)
    if number < 0:
        raise ScenarioError(f"{place}: must not be negative.")
    return number


def _whole(place: str, value: Any) -> int | None:
    number = _positive(place, value)
    if number is not None and number != int(number):
        raise ScenarioError(f"{place}: must be a whole number.")
    return None if number is None else int(number)


def _optional_text(place: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ScenarioError(f"{place}: must be a string or null.")
    return value
