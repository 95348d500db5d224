"""One webhook's HTTP connections: kept open between deliveries, never redirected."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast
from urllib.parse import urlsplit

import httptools

from sumsub.sandbox.delivery_log import Outcome
from sumsub.sandbox.webhooks_kept import Webhook
from sumsub.webhooks import DigestAlgorithm, digest

# Sumsub: webhook manager. Before the scale of the scenario.
CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 10.0

Address = tuple[str, str, int]


class _HungUp(Exception):
    """The far end closed a connection before it answered anything."""


class _Wire(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._status: asyncio.Future[int] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._begun = False

    @property
    def open(self) -> bool:
        """Whether another request may go out here."""
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, data: bytes) -> int:
        """Send a request and wait for the status of its answer."""
        if self._transport is None:
            raise _HungUp
        self._status = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._begun = False
        self._transport.write(data)
        try:
            return await self._status
        finally:
            self._status = None

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        # uvloop's transports do the work of asyncio.Transport without being one.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """A piece of the answer; what is no HTTP counts as no answer."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(OSError("the answer was not HTTP"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The far end left; an answer without a length ends here."""
        self._transport = None
        if self._begun:
            self._answered()
        else:
            self._fail(_HungUp())

    def on_headers_complete(self) -> None:
        """The status is known, the rest does not matter."""
        self._begun = self._parser.get_status_code() >= 200

    def on_message_complete(self) -> None:
        """The answer is whole; an interim one is not the answer."""
        if not self._begun:
            return
        if not self._parser.should_keep_alive() and self._transport is not None:
            self._transport.close()
        self._answered()

    def _answered(self) -> None:
        if self._status is not None and not self._status.done():
            self._status.set_result(self._parser.get_status_code())

    def _fail(self, error: Exception) -> None:
        if self._status is not None and not self._status.done():
            self._status.set_exception(error)


class Carrier:
    """Sends requests to one address after another, with connections to the present one kept."""

    def __init__(self) -> None:
        self._address: Address | None = None
        self._idle: list[_Wire] = []
        self._all: set[_Wire] = set()

    async def send(self, webhook: Webhook, body: bytes, *, scale: float) -> Outcome:
        """One attempt; ``scale`` stretches or shortens Sumsub's time limits."""
        address = _address(webhook.target)
        data = _request(webhook, address, body)
        self._turn_to(address)
        try:
            wire = self._kept_open()
            if wire is not None:
                try:
                    return await self._exchange(wire, data, scale)
                except _HungUp:
                    # The far end closed an idle connection just then: not a failed delivery yet.
                    pass
            return await self._exchange(await self._connected(address, scale), data, scale)
        except _HungUp:
            return Outcome(error="the connection was closed without an answer")
        except (OSError, TimeoutError) as error:
            return Outcome(error=_reason(error))

    def close(self) -> None:
        """Hang up on every connection."""
        for wire in list(self._all):
            wire.close()
        self._all.clear()
        self._idle.clear()

    def _turn_to(self, address: Address) -> None:
        if address != self._address:
            for wire in self._idle:
                wire.close()
            self._idle.clear()
            self._address = address

    def _kept_open(self) -> _Wire | None:
        while self._idle:
            wire = self._idle.pop()
            if wire.open:
                return wire
            self._all.discard(wire)
        return None

    async def _connected(self, address: Address, scale: float) -> _Wire:
        seconds = CONNECT_SECONDS * scale
        with _in_words(f"no connection within {seconds:g} s"):
            async with asyncio.timeout(seconds):
                return await self._connect(address)

    async def _connect(self, address: Address) -> _Wire:
        scheme, host, port = address
        loop = asyncio.get_running_loop()
        refused: OSError = OSError("no address")
        for name in _hosts(scheme, host):
            try:
                tls = _tls() if scheme == "https" else None
                _, wire = await loop.create_connection(_Wire, name, port, ssl=tls)
            except OSError as error:
                refused = error
                continue
            self._all.add(wire)
            return wire
        raise refused

    async def _exchange(self, wire: _Wire, data: bytes, scale: float) -> Outcome:
        seconds = ANSWER_SECONDS * scale
        try:
            with _in_words(f"no answer within {seconds:g} s"):
                async with asyncio.timeout(seconds):
                    status = await wire.exchange(data)
        except BaseException:
            wire.close()
            self._all.discard(wire)
            raise
        if wire.open:
            self._idle.append(wire)
        else:
            self._all.discard(wire)
        return Outcome(status)


@cache
def _tls() -> ssl.SSLContext:
    # Made when first needed: reading the trusted authorities takes a while.
    return ssl.create_default_context()


@contextmanager
def _in_words(reason: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise OSError(reason) from None


def _hosts(scheme: str, host: str) -> tuple[str, ...]:
    """Plain HTTP never leaves this machine, whatever a hosts file makes of ``localhost``."""
    return ("127.0.0.1", "::1") if scheme == "http" and host == "localhost" else (host,)


def _address(target: str) -> Address:
    parts = urlsplit(target)
    return (
        parts.scheme,
        parts.hostname or "",
        parts.port or (443 if parts.scheme == "https" else 80),
    )


def _request(webhook: Webhook, address: Address, body: bytes) -> bytes:
    parts = urlsplit(webhook.target)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    algorithm = DigestAlgorithm(webhook.algorithm)
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-Payload-Digest": digest(webhook.secret_key, body, algorithm),
        "X-Payload-Digest-Alg": algorithm.value,
    }
    given = {name.lower() for name, _ in webhook.headers}
    lines = [f"{name}: {value}" for name, value in headers.items() if name.lower() not in given]
    lines += [f"{name}: {value}" for name, value in webhook.headers]
    head = f"POST {target} HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n"
    return head.encode("utf-8") + body


def _reason(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or "no connection"
