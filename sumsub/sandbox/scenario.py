"""Scenario: the switches where Sumsub is not documented, and the faults to inject.

The same JSON is the file of ``--scenario`` and the body of ``PUT /_sandbox/faults``::

    {"seed": 1, "review_delay_ms": 500,
     "rules": [{"call": "reuse", "probability": 0.1, "do": "drop_after_commit"}]}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from sumsub.sandbox.positions import NotReadable, line_of, read_with_lines
from sumsub.sandbox.ratelimit import Limit, parse_limit

_HUGE = 2**53
_CHOICES = {
    "create_status": (200, 201),
    "expired_token_status": (401, 403),
    "blocked_ip_status": (401, 403),
}
# Beyond fifty years applicants' ids, which begin with the time, lose their form.
_MOST = {"clock_offset_seconds": 50 * 365 * 86_400, "webhook_retry_scale": 1000}


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
    PATCH = "patch"
    INGEST = "ingest"
    UPLOAD = "upload"
    IMAGES = "images"
    MODERATION_STATES = "moderation_states"
    TAGS = "tags"
    RESET = "reset"
    MOVE_TO_LEVEL = "move_to_level"
    CHANGE_LEVELS = "change_levels"
    SDK_TOKEN = "sdk_token"
    SUMSUB_ID_TOKEN = "sumsub_id_token"
    AUDIT_TRAIL = "audit_trail"
    WEBHOOKS = "webhooks"


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


class LimitWindow(StrEnum):
    """How the rate limit counts; Sumsub does not say."""

    SLIDING = "sliding"
    FIXED = "fixed"


class ScenarioError(ValueError):
    """A scenario that cannot be used; the text names the line, or begins with the place."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault. ``times`` is how often it may strike (None: always).

    ``ms`` is its latency and ``spread_ms`` what chance may add to it, beside any other fault too.
    ``lag_ms`` is how far a stale read lags behind (None: to the start).
    """

    do: Do
    call: str = "*"
    applicant_id: str | None = None
    probability: float = 1.0
    ms: float = 0
    spread_ms: float = 0
    times: int | None = None
    status: int | None = None
    lag_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Switches:
    """Choices where Sumsub's documentation is silent, and times that tests want short."""

    post_limit: Limit | None = field(default_factory=lambda: Limit(50, 5))
    get_limit: Limit | None = field(default_factory=lambda: Limit(300, 5))
    limit_window: LimitWindow = LimitWindow.SLIDING
    retry_after: bool = True
    throttle_body: bool = True
    clock_offset_seconds: float = 0.0
    edge_refuses_unsigned: bool = False
    expired_token_status: int = 401
    blocked_ip_status: int = 403
    request_timeout_ms: int = 30_000
    review_delay_ms: int = 3000
    spend_on_refusal: bool = False
    preview_spends: bool = False
    create_status: int = 201
    existing_user_id: ExistingUser = ExistingUser.CONFLICT
    reuse_carries_extras: bool = True
    pretty_json: bool = False
    webhook_retry_scale: float = 0.01
    webhook_timeout_scale: float = 1.0
    webhook_delay_ms: int = 0
    webhook_shuffle_ms: int = 0
    webhook_duplicate_probability: float = 0.0
    webhook_disable_after: int = 500


@dataclass(frozen=True, slots=True)
class Scenario:
    """Switches, and rules with the seed of their dice; ``seed`` is None when it names none."""

    switches: Switches = field(default_factory=Switches)
    seed: int | None = None
    rules: tuple[Rule, ...] = ()

    def body(self) -> dict[str, object]:
        """The scenario in the form in which it is written."""
        switches = {f.name: getattr(self.switches, f.name) for f in fields(Switches)}
        for name in ("post_limit", "get_limit"):
            switches[name] = str(switches[name] or "none")
        rules = [{f.name: getattr(rule, f.name) for f in fields(Rule)} for rule in self.rules]
        return {"seed": self.seed or 0, "rules": rules, **switches}


def parse_scenario(text: str | bytes, base: Switches) -> Scenario:
    """Read a scenario; switches it does not name keep the value of ``base``.

    Raises ScenarioError naming the line and the key.
    """
    try:
        given, lines = read_with_lines(text)
    except NotReadable as error:
        raise ScenarioError(str(error)) from None
    if not isinstance(given, dict):
        raise ScenarioError(f"line {lines['']}: a scenario is a JSON object.")
    try:
        return _scenario(given, base)
    except ScenarioError as error:
        line = line_of(str(error).partition(": ")[0], lines)
        raise ScenarioError(f"line {line}: {error}") from None


def _scenario(given: dict[str, Any], base: Switches) -> Scenario:
    rules = given.pop("rules", [])
    if not isinstance(rules, list):
        raise ScenarioError("rules: must be a list.")
    seed = given.pop("seed", None)
    return Scenario(
        switches=_switches(given, base),
        seed=None if seed is None else int(_integer("seed", seed)),
        rules=tuple(_rule(f"rules[{i}]", rule) for i, rule in enumerate(rules)),
    )


def _switches(given: dict[str, Any], base: Switches) -> Switches:
    changes: dict[str, Any] = {}
    known = {f.name for f in fields(Switches)}
    for name, value in given.items():
        if name not in known:
            near = _did_you_mean(name, {*known, "rules", "seed"})
            raise ScenarioError(f"{name}: there is no such switch.{near}")
        changes[name] = _switch(name, value, getattr(base, name))
    return replace(base, **changes)


def _switch(name: str, value: Any, present: Any) -> Any:
    if name in ("post_limit", "get_limit"):
        return _limit(name, value)
    if isinstance(present, StrEnum):
        return _word(name, value, type(present))
    if isinstance(present, bool):
        if not isinstance(value, bool):
            raise ScenarioError(f"{name}: must be true or false.")
        return value
    number = _integer(name, value) if isinstance(present, int) else _number(name, value)
    choice = _CHOICES.get(name, (number, number))
    if number not in choice:
        raise ScenarioError(f"{name}: must be {choice[0]} or {choice[1]}.")
    if name.endswith("_probability"):
        return _share(name, value)
    return type(present)(_within(name, number))


def _within(name: str, number: float) -> float:
    if number < 0 and name != "clock_offset_seconds":
        raise ScenarioError(f"{name}: must not be negative.")
    if abs(number) > _MOST.get(name, _HUGE):
        raise ScenarioError(f"{name}: must not be above {_MOST[name]}.")
    return number


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
        near = _did_you_mean(unknown[0], known)
        raise ScenarioError(f"{place}.{unknown[0]}: there is no such key.{near}")
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
        status=_status(f"{place}.status", given.get("status")),
        lag_ms=_positive(f"{place}.lag_ms", given.get("lag_ms")),
    )


def _did_you_mean(word: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(word), sorted(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _word(place: str, value: Any, words: type[StrEnum]) -> Any:
    try:
        return words(value)
    except ValueError:
        near = _did_you_mean(value, words)
        raise ScenarioError(f"{place}: must be one of {', '.join(words)}.{near}") from None


def _number(place: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _HUGE:
        raise ScenarioError(f"{place}: must be a number.")
    return value


def _integer(place: str, value: Any) -> float:
    number = _number(place, value)
    if number != int(number):
        raise ScenarioError(f"{place}: must be a whole number.")
    return number


def _status(place: str, value: Any) -> int | None:
    status = _whole(place, value)
    if status is not None and not 400 <= status <= 599:
        raise ScenarioError(f"{place}: must be an HTTP status from 400 to 599.")
    return status


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
    return None if number is None else int(_integer(place, number))


def _optional_text(place: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ScenarioError(f"{place}: must be a string or null.")
    return value
