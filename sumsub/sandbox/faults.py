"""Faults on request: which of them strike a call, and what they do to its answer."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.scenario import Call, Do, Rule
from sumsub.sandbox.wire import Answer, Request, problem_answer

HEADER = "x-sandbox-fault"
DEFAULT_LATENCY_MS = 1000
_BEFORE = frozenset({Do.THROTTLE, Do.ERROR_BEFORE_COMMIT, Do.DROP_BEFORE_COMMIT, Do.HTML})
_HTML = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    b"<body><h1>502 Bad Gateway</h1><p>The edge could not reach the origin.</p></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class Strike:
    """What hits one call: a delay, and at most one fault beside it."""

    delay_ms: float = 0
    rule: Rule | None = None

    @property
    def do(self) -> Do | None:
        """The fault apart from latency."""
        return None if self.rule is None else self.rule.do

    @property
    def before_commit(self) -> bool:
        """Whether the call must not be carried out."""
        return self.do in _BEFORE


NO_STRIKE = Strike()


class Faults:
    """The rules in force, with their dice and counters."""

    def __init__(self, rules: tuple[Rule, ...], seed: int) -> None:
        self._rules = rules
        self._left = [rule.times for rule in rules]
        self._dice = random.Random(seed)

    def strike(self, call: Call, request: Request, applicant_ids: Callable[[], set[str]]) -> Strike:
        """Decide what hits this call: the header's wish first, then the rules in their order.

        ``applicant_ids`` is asked only when a rule names an applicant. Raises Problem 400 for an
        unknown word in the header.
        """
        wishes = wished(request.headers.get(HEADER, ""))
        if not self._rules and not wishes:
            return NO_STRIKE
        delay = 0.0
        chosen: Rule | None = None
        for rule in (*wishes, *self._struck(call, applicant_ids)):
            if rule.do is Do.LATENCY:
                delay += rule.ms + self._dice.uniform(0, rule.spread_ms)
            elif chosen is None:
                chosen = rule
        return Strike(delay, chosen)

    def _struck(self, call: Call, applicant_ids: Callable[[], set[str]]) -> list[Rule]:
        struck = []
        for place, rule in enumerate(self._rules):
            left = self._left[place]
            if left == 0 or rule.call not in ("*", call):
                continue
            if rule.applicant_id is not None and rule.applicant_id not in applicant_ids():
                continue
            if self._dice.random() >= rule.probability:
                continue
            self._left[place] = None if left is None else left - 1
            struck.append(rule)
        return struck


def wished(header: str) -> tuple[Rule, ...]:
    """The faults of an ``X-Sandbox-Fault`` header: ``drop_after_commit`` or ``latency=250``."""
    rules = []
    for word in header.split(","):
        name, _, ms = word.strip().partition("=")
        if not name:
            continue
        if name not in set(Do) or (ms and not ms.isdigit()):
            raise Problem(400, f"X-Sandbox-Fault must be one of: {', '.join(Do)}")
        rules.append(Rule(do=Do(name), ms=float(ms or DEFAULT_LATENCY_MS)))
    return tuple(rules)


def instead(strike: Strike) -> Answer:
    """The answer of a call that a fault keeps from being carried out."""
    if strike.do is Do.DROP_BEFORE_COMMIT:
        return Answer(0, drop=True, delay_ms=strike.delay_ms)
    status = None if strike.rule is None else strike.rule.status
    if strike.do is Do.HTML:
        return Answer(status or 502, _HTML, "text/html; charset=UTF-8", delay_ms=strike.delay_ms)
    return replace(
        problem_answer(Problem(status or 500, "Internal server error")), delay_ms=strike.delay_ms
    )


def spoil(answer: Answer, strike: Strike) -> Answer:
    """What a fault leaves of the answer of a call that was carried out."""
    delay = answer.delay_ms + strike.delay_ms
    if strike.do is Do.DROP_AFTER_COMMIT:
        return replace(answer, drop=True, delay_ms=delay)
    if strike.do is Do.ERROR_AFTER_COMMIT and strike.rule is not None:
        status = strike.rule.status or 502
        return replace(problem_answer(Problem(status, "Bad gateway")), delay_ms=delay)
    if strike.do is Do.TRUNCATE and isinstance(answer.body, bytes):
        return replace(answer, body=answer.body[: len(answer.body) // 2], delay_ms=delay)
    return replace(answer, delay_ms=delay) if delay else answer
