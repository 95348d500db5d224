"""From status, headers and body to a value or an error. Knows nothing of how they were fetched."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import TypeVar

from sumsub import fields
from sumsub.calls import Call
from sumsub.errors import (
    Answered,
    BadRequest,
    ClockRefused,
    Conflict,
    CredentialsRefused,
    FeatureDisabled,
    NotFound,
    NotPartners,
    PermissionRefused,
    Redirected,
    RuleRefused,
    SumsubError,
    Throttled,
    TokenRefused,
    TooLarge,
    Unclear,
    UnknownRule,
    credential_code,
    refusal_code,
)
from sumsub.redaction import safe_text

T = TypeVar("T")

_BY_STATUS: dict[int, type[Answered]] = {
    403: PermissionRefused,
    404: NotFound,
    413: TooLarge,
    414: TooLarge,
    422: TooLarge,
    429: Throttled,
}
_BY_NAME: dict[str, type[RuleRefused]] = {
    "not-in-partners-list": NotPartners,
    "reusable-kyc-disabled": FeatureDisabled,
    "copy-applicant-disabled": FeatureDisabled,
}
_INVALID_SHARE_TOKEN = 10503
_CLOCK = 4004
_RULES = range(10500, 10600)
_LONGEST_WAIT = 86_400.0

# A body cut short is no JSON, but Sumsub names the applicant near its start.
_LEADING_ID = re.compile(r'\s*\{(?:\s*"\w+"\s*:\s*"[^"\\]*"\s*,)*?\s*"id"\s*:\s*"([^"\\]{1,100})"')
_CODE = re.compile(r"[0-9]{1,9}")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,79}")
_CORRELATION = re.compile(r"[0-9A-Za-z_-]{1,80}")


@dataclass(frozen=True)
class Reply:
    """What came back. `flaw` says why the body was not read to its end; empty when it was.

    `headers` finds its names in lowercase.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    flaw: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class _Problem:
    """Sumsub's error object, as far as it could be read ("Sumsub: error format")."""

    code: int | None = None
    name: str | None = None
    correlation_id: str | None = None
    description: str = field(default="", repr=False)


def interpret(call: Call[T], reply: Reply, now: float) -> T:
    """The value a reply carries; raises the error it means. `now` is Unix seconds.

    Raises Unclear for a 2xx that cannot be read: the deed may be done all the same.
    """
    if reply.succeeded and not reply.flaw:
        try:
            return call.parse(json.loads(reply.body) if call.reads_body else None)
        except (ValueError, RecursionError):
            reply = replace(reply, flaw="body broken or foreign")
    raise trouble(call, reply, now)


def trouble(call: Call[T], reply: Reply, now: float) -> SumsubError:
    """The error that a reply means which is not a whole and readable 2xx."""
    if reply.succeeded:
        return _unreadable(reply)
    problem = _problem(reply, call.share_token)
    kind = _kind(call, reply, problem)
    if kind is None:
        return Unclear(reason=reply.flaw or "undecided status", status=reply.status)
    server_time = _http_date(reply.headers.get("date", ""))
    return kind(
        status=reply.status,
        error_code=problem.code,
        error_name=problem.name,
        description=problem.description,
        correlation_id=problem.correlation_id,
        server_time=server_time,
        retry_after=_wait(reply.headers.get("retry-after", ""), server_time or now),
    )


def _unreadable(reply: Reply) -> Unclear:
    return Unclear(
        reason=reply.flaw,
        status=reply.status,
        after_success=True,
        applicant_id=_named_applicant(reply.body),
    )


def _named_applicant(body: bytes) -> str | None:
    try:
        source = fields.document(json.loads(body))
    except (ValueError, RecursionError):
        found = _LEADING_ID.match(body.decode("utf-8", "replace"))
        return found.group(1) if found else None
    return fields.optional_text(source, "id")


def _kind(call: Call[T], reply: Reply, problem: _Problem) -> type[Answered] | None:
    """The class of a refusal; None means that the reply tells nothing for certain."""
    if 300 <= reply.status < 400:
        return Redirected
    if reply.status in _BY_STATUS:
        return _BY_STATUS[reply.status]
    if reply.flaw:
        return None
    if reply.status == 401:
        return _unauthorised(call, problem)
    if reply.status == 400:
        return _bad_request(problem)
    return Conflict if reply.status == 409 else None


def _unauthorised(call: Call[T], problem: _Problem) -> type[Answered] | None:
    if problem.code == _INVALID_SHARE_TOKEN:
        return TokenRefused
    if problem.code is not None or (problem.name or "").startswith("app-token"):
        return _credentials(problem)
    return TokenRefused if call.share_token is not None else CredentialsRefused


def _credentials(problem: _Problem) -> type[CredentialsRefused] | None:
    if problem.code == _CLOCK:
        return ClockRefused
    known = problem.code is None or credential_code(problem.code) is not None
    return CredentialsRefused if known else None


def _bad_request(problem: _Problem) -> type[Answered]:
    if problem.code == _INVALID_SHARE_TOKEN:
        return TokenRefused
    known = refusal_code(problem.code, problem.name)
    if known is not None:
        return _BY_NAME.get(known.name, RuleRefused)
    if problem.code in _RULES:
        return UnknownRule
    return (_credentials(problem) if problem.code is not None else None) or BadRequest


def _problem(reply: Reply, share_token: str | None) -> _Problem:
    try:
        source = fields.document(json.loads(reply.body))
    except (ValueError, RecursionError):
        return _Problem(description=safe_text(reply.body.decode("utf-8", "replace"), share_token))
    code = _CODE.fullmatch(str(source.get("errorCode")))
    name = "".join(fields.text(source, "errorName").split())
    return _Problem(
        code=int(code.group()) if code else None,
        name=name if _NAME.fullmatch(name) else None,
        correlation_id=_matching(_CORRELATION, fields.text(source, "correlationId")),
        description=safe_text(fields.text(source, "description"), share_token),
    )


def _matching(pattern: re.Pattern[str], text: str) -> str | None:
    return text if pattern.fullmatch(text) else None


def _http_date(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None


def _wait(value: str, now: float) -> float | None:
    """Seconds to wait by a `Retry-After` in either of its two forms (RFC 9110, 10.2.3)."""
    try:
        seconds = float(value)
    except ValueError:
        until = _http_date(value)
        seconds = math.nan if until is None else until - now
    return None if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_WAIT)
