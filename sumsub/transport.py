"""Where HTTP is spoken, with `client` and `connection`: requests, and what their failures mean.

httpx's transports are used without httpx's client, so nothing here follows a redirect, reads the
environment, keeps a cookie, retries, or logs an address.
"""

import functools
import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Generic, TypeVar

import httpx

from sumsub.answers import Reply, interpret, trouble
from sumsub.calls import Call
from sumsub.clock import SumsubClock
from sumsub.errors import LeaseEnded, NotDelivered, SumsubError, Unclear
from sumsub.signing import Credentials, auth_headers

T = TypeVar("T")

LARGEST_BODY = 2 * 1024 * 1024

_BEFORE_THE_WRITE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_FIXED_HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "User-Agent": "kyc-relay",
}
# What a request line and a header can carry without becoming two (RFC 9112).
_TARGET = re.compile(rb"[!-~]+")
_VALUE = re.compile(r"[\t -~\x80-\xff]*")
# An answer of a lane is some 2 kB: unpacking costs more than the bytes it would save.
_PACKED = {"Accept-Encoding": "gzip"}
_PLAIN = {"Accept-Encoding": "identity"}


def quieten_logs() -> None:
    """Keep httpx and httpcore from writing requests, and the share tokens in them, to any log."""
    for name in ("httpx", "httpcore"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


quieten_logs()


@functools.cache
def shared_ssl_context() -> ssl.SSLContext:
    """One TLS context for the whole process: building one takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


def origin(base_url: str) -> httpx.URL:
    """The constant URL of every request; raises ValueError unless it is scheme, host and port."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    beyond = url.userinfo or url.query or url.fragment or url.path != "/"
    if url.scheme not in {"http", "https"} or not url.host or beyond:
        raise ValueError("Sumsub's address must be http(s)://host[:port] and nothing more")
    return url


class Wire:
    """What all requests of one client share: address, credentials, clock and timeouts (seconds).

    Waiting for a free connection counts as connecting, writing as reading.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        clock: SumsubClock,
        connect_timeout: float,
        read_timeout: float,
    ) -> None:
        timeout = httpx.Timeout(read_timeout, connect=connect_timeout, pool=connect_timeout)
        self.clock = clock
        self._url = origin(base_url)
        self._credentials = credentials
        self._timeout = timeout.as_dict()
        host = {"Host": self._url.netloc.decode("ascii")}
        self._lasting = _lines({**host, **_FIXED_HEADERS, **_PLAIN})

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is spoken."""
        return self._url.scheme == "https"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to connect to."""
        port = self._url.port or (443 if self.is_encrypted else 80)
        return self._url.raw_host.decode("ascii"), port

    def request(self, call: Call[T], trace: Callable[..., object]) -> httpx.Request:
        """The request for one attempt, signed now. The target that is signed is the one sent."""
        signed = self._signed(call)
        return httpx.Request(
            call.method,
            self._url,
            headers={**_FIXED_HEADERS, **_PACKED, **signed},
            content=call.body,
            extensions={"target": call.target, "trace": trace, "timeout": self._timeout},
        )

    def message(self, call: Call[T]) -> bytes:
        """The same in bytes; raises httpx.LocalProtocolError when HTTP cannot carry it."""
        lines = self._lasting + _lines(self._signed(call))
        if call.body or call.method != "GET":
            lines += b"Content-Length: %d\r\n" % len(call.body)
        if not _TARGET.fullmatch(call.target):
            raise httpx.LocalProtocolError("HTTP cannot carry it")
        method = call.method.encode("ascii")
        return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (method, call.target, lines, call.body)

    def _signed(self, call: Call[T]) -> dict[str, str]:
        ts = int(self.clock.now())
        return auth_headers(self._credentials, ts, call.method, call.target, call.body)


def _lines(headers: Mapping[str, str]) -> bytes:
    if not all(_VALUE.fullmatch(value) for value in headers.values()):
        raise httpx.LocalProtocolError("HTTP cannot carry it")
    return "".join([f"{name}: {value}\r\n" for name, value in headers.items()]).encode()


class Overrun(Exception):
    """An attempt went beyond a limit of ours: its total time, or the size of a body."""


class _Stage(Enum):
    UNSEEN = "unseen"
    CONNECTING = "connecting"
    WRITING = "writing"


class Attempt(Generic[T]):
    """One try of one call: how far it got, what came back, and what that means.

    `not_after` is a `time.monotonic()` moment after which nothing is written; `total_timeout` is
    the time in seconds after which nothing more is read, and `deadline` the moment it ends.
    `wrote_at` is the moment the write began, None before.
    """

    def __init__(
        self, wire: Wire, call: Call[T], *, not_after: float | None, total_timeout: float
    ) -> None:
        self.deadline = time.monotonic() + total_timeout
        self._wire = wire
        self._call = call
        self._not_after = not_after
        self._stage = _Stage.UNSEEN
        self.wrote_at: float | None = None
        self._status: int | None = None
        self._headers: Mapping[str, str] = {}
        self._body = bytearray()

    def request(self) -> httpx.Request:
        """The signed request for a blocking transport; raises LeaseEnded when it is too late."""
        self.check_lease()
        return self._wire.request(self._call, self._trace)

    def connecting(self) -> None:
        """From now on something is done, yet nothing written; raises LeaseEnded when too late."""
        self.check_lease()
        self._stage = _Stage.CONNECTING

    def message(self) -> bytes:
        """The request for a lane in bytes, signed now."""
        return self._wire.message(self._call)

    def about_to_write(self) -> None:
        """The next thing done is the write; raises LeaseEnded when it is too late for it."""
        self.check_lease()
        self._stage = _Stage.WRITING
        self.wrote_at = time.monotonic()

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Take note of the status line and headers, which find their names in lowercase."""
        self._status = status
        self._headers = headers

    def feed(self, chunk: bytes) -> None:
        """Take in a piece of the body; raises Overrun when it grows too large or takes too long."""
        self._body += chunk
        if len(self._body) > LARGEST_BODY:
            raise Overrun("body too large")
        if time.monotonic() > self.deadline:
            raise Overrun("total timeout")

    def result(self) -> T:
        """The value of a reply that was read to its end; raises the error it means."""
        return interpret(self._call, self._reply(""), self._wire.clock.now())

    def failed(self, error: Exception) -> SumsubError:
        """The error that a failure under way means. It keeps nothing of the one it is made from."""
        if isinstance(error, SumsubError):
            return error.with_traceback(None)
        reason = str(error) if isinstance(error, Overrun) else type(error).__name__
        if self._status is not None:
            return trouble(self._call, self._reply(reason), self._wire.clock.now())
        unwritten = isinstance(error, _BEFORE_THE_WRITE) or (
            isinstance(error, Overrun) and self._stage is _Stage.CONNECTING
        )
        return NotDelivered(reason=reason) if unwritten else Unclear(reason=reason)

    def _reply(self, flaw: str) -> Reply:
        assert self._status is not None
        return Reply(self._status, self._headers, bytes(self._body), flaw)

    def check_lease(self) -> None:
        """Raises LeaseEnded when it is too late to write."""
        if self._not_after is not None and time.monotonic() > self._not_after:
            raise LeaseEnded(reason="lease ended")

    def _trace(self, event: str, _: object) -> None:
        """Called by httpcore before and after each of its steps; what it raises stops the step."""
        if event == "http11.send_request_headers.started":
            self.about_to_write()
        elif self._stage is _Stage.UNSEEN:
            self._stage = _Stage.CONNECTING
