"""Faults on request: which of them strike a call, and what they do to its answer."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.scenario import Call, Do, Rule
from sumsub.sandbox.wire import Answer, Request, problem_answer

HEADER = "x-sandbox-fault"
DEFAULT_LATENCY_MS = 1000
_WISH = re.compile(r"(\w+)(?:=(\d{1,6})(?:~(\d{1,6}))?)?")
_BEFORE = frozenset({Do.THROTTLE, Do.ERROR_BEFORE_COMMIT, Do.DROP_BEFORE_COMMIT, Do.HTML})
_WITH_STATUS = frozenset({Do.ERROR_BEFORE_COMMIT, Do.ERROR_AFTER_COMMIT, Do.HTML})
_HTML = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    b"<body><h1>502 Bad Gateway</h1><p>The edge could not reach the origin.</p></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class About:
    """Whom a call is about: applicant ids, and ``subject``, which two runs have in common."""

    applicant_ids: frozenset[str] = frozenset()
    subject: str = ""


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


class Dice:
    """Chance that follows from a seed, a name, and how often that name was asked before.

    Names do not disturb one another, so calls about different applicants may come in any order.
    How often is kept in a table of fixed size: two names may, rarely, share a place.
    """

    PLACES = 2**18

    def __init__(self, seed: int) -> None:
        self._key = str(seed).encode()[:64]
        self._asked: array[int] | None = None

    def roll(self, name: str) -> tuple[float, float]:
        """Two numbers from 0 up to, but not including, 1."""
        if self._asked is None:
            self._asked = array("L", bytes(self.PLACES * array("L").itemsize))
        told = name.encode("utf-8", "replace")
        place = int.from_bytes(blake2b(told, digest_size=4).digest(), "big") % self.PLACES
        times = self._asked[place]
        self._asked[place] = times + 1
        drawn = blake2b(b"%d/%s" % (times, told), key=self._key, digest_size=12).digest()
        halves = int.from_bytes(drawn[:6], "big"), int.from_bytes(drawn[6:], "big")
        return halves[0] / 2**48, halves[1] / 2**48


@dataclass
class Asking:
    """One call before the rules. Whom it is about is found out once, and only if it matters."""

    call: Call
    request: Request
    client_id: str
    find_out: Callable[[], About]

    @cached_property
    def about(self) -> About:
        """Whom the call is about."""
        return self.find_out()


class Faults:
    """The rules in force, with their dice and counters."""

    def __init__(self, rules: tuple[Rule, ...], seed: int | None) -> None:
        self._rules = rules
        self._left = [rule.times for rule in rules]
        self._dice = Dice(seed or 0)

    def strike(self, asking: Asking) -> Strike:
        """Decide what hits this call: the header's wish first, then the rules in their order.

        Latency adds up; of the other faults the first strikes, and rules behind it are neither
        asked nor counted. Raises Problem 400 for an unknown word in the header.
        """
        header = asking.request.headers.get(HEADER, "")
        if not self._rules and not header:
            return NO_STRIKE
        wishes = wished(header)
        delay = 0.0
        chosen: Rule | None = None
        for place, rule in enumerate((*wishes, *self._rules), start=-len(wishes)):
            instead = rule.do is not Do.LATENCY
            if (instead and chosen is not None) or not self._concerns(rule, place, asking):
                continue
            hit, more = self._thrown(rule, place, asking)
            if not hit:
                continue
            self._count(place)
            delay += rule.ms + more
            chosen = rule if instead else chosen
        return Strike(delay, chosen)

    def _concerns(self, rule: Rule, place: int, asking: Asking) -> bool:
        """Whether a rule (or a wish, at a place below 0) speaks of such a call at all."""
        if rule.do is Do.STALE and asking.request.method not in ("GET", "HEAD"):
            return False
        if place >= 0 and self._left[place] == 0:
            return False
        if rule.call not in ("*", asking.call):
            return False
        return rule.applicant_id is None or rule.applicant_id in asking.about.applicant_ids

    def _thrown(self, rule: Rule, place: int, asking: Asking) -> tuple[bool, float]:
        """Whether chance lets the rule strike, and the milliseconds that it adds."""
        if rule.probability >= 1 and not rule.spread_ms:
            return True, 0.0
        name = (str(place), asking.client_id, asking.call.value, asking.about.subject)
        hit, more = self._dice.roll("\n".join(name))
        return hit < rule.probability, more * rule.spread_ms

    def _count(self, place: int) -> None:
        left = self._left[place] if place >= 0 else None
        if left is not None:
            self._left[place] = left - 1


def wished(header: str) -> tuple[Rule, ...]:
    """The faults of an ``X-Sandbox-Fault`` header, separated by commas; raises Problem 400.

    ``drop_after_commit``; ``latency=250`` in milliseconds, ``latency=250~100`` with up to 100 more;
    ``error_before_commit=503`` with the status of the answer.
    """
    return tuple(_wish(word.strip()) for word in header.split(",") if word.strip())


def _wish(word: str) -> Rule:
    shape = _WISH.fullmatch(word)
    if shape is None or shape[1] not in set(Do):
        raise Problem(400, f"X-Sandbox-Fault must be one of: {', '.join(Do)}")
    do, number, spread = Do(shape[1]), shape[2], shape[3]
    if do is Do.LATENCY:
        return Rule(do, ms=float(number or DEFAULT_LATENCY_MS), spread_ms=float(spread or 0))
    if number is None:
        return Rule(do)
    if spread is not None or do not in _WITH_STATUS or not 400 <= int(number) <= 599:
        raise Problem(400, f"X-Sandbox-Fault: {do} does not go with this number")
    return Rule(do, status=int(number))


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
