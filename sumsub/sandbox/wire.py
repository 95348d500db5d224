"""Requests and answers as values, between the HTTP protocol and the handlers."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from http import HTTPStatus
from urllib.parse import unquote_plus

from sumsub.sandbox.problems import Problem

JSON_TYPE = "application/json"
PLAIN_TYPE = "text/plain; charset=UTF-8"


def _no_number(word: str) -> None:
    """Python reads NaN and Infinity; JSON has neither."""
    raise ValueError(word)


def _finite(digits: str) -> float:
    """Python reads 1e400 as infinity, which no answer could say again."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


_BODY = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_PRETTY = json.JSONEncoder(ensure_ascii=False, indent=2)


@dataclass
class Request:
    """One HTTP request. ``target`` is the request line's target, byte for byte (it is signed).

    ``peer`` is the caller's IP address. ``refusal`` says why the request cannot be taken at all.
    """

    method: str
    target: bytes
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    keep_alive: bool = True
    http_1_0: bool = False
    peer: str = ""
    refusal: Problem | None = None

    @cached_property
    def path(self) -> str:
        """The target before the question mark, still percent-encoded."""
        return self.target.split(b"?", 1)[0].decode("utf-8", "replace")

    @cached_property
    def params(self) -> dict[str, str]:
        """Query parameters, decoded. Of a repeated key the first value counts."""
        query = self.target.partition(b"?")[2].decode("utf-8", "replace")
        found: dict[str, str] = {}
        for pair in query.split("&"):
            name, _, value = pair.partition("=")
            if name:
                found.setdefault(unquote_plus(name), unquote_plus(value))
        return found

    def json_object(self) -> dict[str, object]:
        """The body as a JSON object; raises Problem 400."""
        value = read_json(self.body)
        if not isinstance(value, dict):
            raise Problem(400, "Body must be a JSON object")
        return value


@dataclass
class Answer:
    """What goes back, and how: after ``delay_ms``, or not at all when ``drop`` is set.

    ``body`` is bytes, or an iterator of bytes that is sent in chunks as the client reads.
    """

    status: int
    body: bytes | Iterator[bytes] = b""
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()
    delay_ms: float = 0
    drop: bool = False


def read_json(body: bytes) -> object:
    """A body as JSON; raises Problem 400."""
    if not body.strip():
        raise Problem(400, "Body must be provided")
    try:
        value: object = _BODY.decode(body.decode("utf-8-sig"))
        if b"\\u" in body:
            _COMPACT.encode(value).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise Problem(400, "Malformed JSON") from None
    return value


def json_answer(status: int, value: object, *, pretty: bool = False) -> Answer:
    """A JSON answer, compact unless asked otherwise."""
    return Answer(status, (_PRETTY if pretty else _COMPACT).encode(value).encode())


def problem_answer(problem: Problem) -> Answer:
    """A refusal in Sumsub's error shape."""
    if problem.plain:
        text = problem.description.encode()
        return Answer(problem.status, text, PLAIN_TYPE, headers=problem.headers)
    answer = json_answer(problem.status, problem.body())
    answer.headers = problem.headers
    return answer


def head(answer: Answer, now: int, *, keep_alive: bool, chunked: bool) -> bytes:
    """Status line and headers. ``now`` is Unix seconds, for the Date header."""
    length = "" if chunked or not isinstance(answer.body, bytes) else str(len(answer.body))
    framing = f"Content-Length: {length}\r\n" if length else ""
    if chunked:
        framing = "Transfer-Encoding: chunked\r\n"
    extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    return (
        f"HTTP/1.1 {_status_line(answer.status)}\r\nDate: {_http_date(now)}\r\n"
        f"Content-Type: {answer.content_type}\r\n{framing}{extra}"
        f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    ).encode("latin-1")


@lru_cache(maxsize=64)
def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


@lru_cache(maxsize=4)
def _http_date(now: int) -> str:
    # email.utils would do, but takes ten times as long; English names do not follow the locale.
    moment = time.gmtime(now)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.tm_wday]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[
        moment.tm_mon - 1
    ]
    return (
        f"{day}, {moment.tm_mday:02} {month} {moment.tm_year}"
        f" {moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02} GMT"
    )
