"""HTTP/1.1 over asyncio, parsed by httptools; one Connection per socket, answers in order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator
from typing import cast

import httptools

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.wire import Answer, Request, head

MAX_BODY = 8 * 1024 * 1024
MAX_HEAD = 64 * 1024
MAX_HEADERS = 200
MAX_TARGET = 16 * 1024
MAX_WAITING = 32
IDLE_SECONDS = 120.0
LINGER_SECONDS = 5.0
WATCH_SECONDS = 5.0
SHORTEST_WATCH_SECONDS = 0.05


log = logging.getLogger("sumsub.sandbox")


class Connection(asyncio.Protocol):
    """Reads requests, asks ``handle`` for each answer, writes the answers in the same order.

    ``patience`` tells how many seconds a client may take to send one request whole.
    """

    def __init__(
        self,
        handle: Callable[[Request], Answer],
        now: Callable[[], int],
        connections: set[Connection],
        patience: Callable[[], float],
    ) -> None:
        self._handle = handle
        self._now = now
        self._connections = connections
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[Request] = deque()
        self._request = Request("", b"")
        self._pieces: list[bytes] = []
        self._head_size = 0
        self._body_size = 0
        self._expects = False
        self._busy = False
        self._client_ended = False
        self._refused = False
        self._began: float | None = None
        self._quiet_since = self._loop.time()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._stream: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._peer = ""

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        # uvloop's transports do the work of asyncio.Transport without being one.
        self._transport = cast(asyncio.Transport, transport)
        self._peer = (transport.get_extra_info("peername") or ("",))[0]
        self._connections.add(self)
        self._watch = self._loop.call_later(self._watch_after(), self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left; what it asked for stays done."""
        self._connections.discard(self)
        self._transport = None
        self._watch.cancel()
        self._may_write.set()
        if self._stream is not None:
            self._stream.cancel()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what is not HTTP is refused and the connection closed."""
        while data and not self._refused:
            data = self._fed(data)

    def _fed(self, data: bytes) -> bytes:
        """What the parser leaves, when it stops behind an offer of another protocol."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # Some clients offer HTTP/2 with every request; we stay with HTTP/1.1.
            self._parser = httptools.HttpRequestParser(self)
            return data[upgrade.args[0] :]
        except httptools.HttpParserCallbackError as error:
            self._refuse(self._request.refusal or _our_mistake(error))
        except httptools.HttpParserError:
            self._refuse(Problem(400, "Malformed request"))
        return b""

    def eof_received(self) -> bool:
        """A client that has said all still gets the answers it waits for."""
        self._client_ended = True
        return bool(self._busy or self._waiting)

    def pause_writing(self) -> None:
        """The client reads slower than we write."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """The client caught up."""
        self._may_write.set()

    def close(self) -> None:
        """Hang up, for the server's end."""
        if self._transport is not None:
            self._transport.abort()

    # httptools' side

    def on_message_begin(self) -> None:
        """A new request starts."""
        self._request = Request("", b"", peer=self._peer)
        self._pieces = []
        self._head_size = self._body_size = 0
        self._expects = False
        self._began = self._loop.time()

    def on_url(self, url: bytes) -> None:
        """The target, perhaps in pieces."""
        self._request.target += url
        if len(self._request.target) > MAX_TARGET:
            self._give_up(Problem(414, "URI is too long"))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; names are lower-cased, values of a repeated one joined by a comma."""
        headers = self._request.headers
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
        self._head_size += len(name) + len(value)
        if self._head_size > MAX_HEAD or len(headers) > MAX_HEADERS:
            self._give_up(Problem(431, "Request header fields are too large"))

    def on_headers_complete(self) -> None:
        """Refuse a body that is announced too large; tell a client that asks whether to go on."""
        headers = self._request.headers
        if int(headers.get("content-length") or 0) > MAX_BODY:
            self._give_up(Problem(413, "Request entity is too large"))
        self._expects = headers.get("expect", "").lower() == "100-continue"
        if self._expects and not self._busy:
            self._go_ahead()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body_size += len(body)
        if self._body_size > MAX_BODY:
            self._give_up(Problem(413, "Request entity is too large"))
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        request = self._request
        request.method = self._parser.get_method().decode("ascii")
        request.http_1_0 = self._parser.get_http_version() == "1.0"
        request.keep_alive = self._parser.should_keep_alive() and request.method != "CONNECT"
        request.target = _origin_form(request.target)
        request.body = b"".join(self._pieces)
        self._began = None
        self._expects = False
        self._waiting.append(request)
        if not self._busy:
            self._serve()
        elif len(self._waiting) > MAX_WAITING and self._transport is not None:
            self._transport.pause_reading()

    # ours

    def _give_up(self, problem: Problem) -> None:
        """Leave the parser in the middle of a request that we will not take."""
        self._request.refusal = problem
        raise problem

    def _refuse(self, problem: Problem) -> None:
        """Answer in turn, and read nothing more from this client."""
        self._refused = True
        self._began = None
        self._waiting.append(Request("", b"", keep_alive=False, refusal=problem))
        if not self._busy:
            self._serve()

    def _go_ahead(self) -> None:
        if self._transport is not None:
            self._expects = False
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _serve(self) -> None:
        while self._waiting and not self._busy and self._transport is not None:
            request = self._waiting.popleft()
            answer = self._handle(request)
            if answer.delay_ms > 0:
                self._busy = True
                delay = answer.delay_ms / 1000
                self._loop.call_later(delay, self._after_delay, answer, request)
            else:
                self._write(answer, request)

    def _after_delay(self, answer: Answer, request: Request) -> None:
        self._busy = False
        self._write(answer, request)
        self._go_on()

    def _go_on(self) -> None:
        if self._transport is None or self._transport.is_closing() or self._busy:
            return
        self._transport.resume_reading()
        self._serve()
        if self._expects and not self._busy:
            self._go_ahead()
        if self._client_ended and not (self._busy or self._waiting):
            self._hang_up()

    def _write(self, answer: Answer, request: Request) -> None:
        transport = self._transport
        if transport is None:
            return
        self._quiet_since = self._loop.time()
        if answer.drop:
            transport.abort()
            return
        if isinstance(answer.body, bytes) or request.method == "HEAD":
            whole = isinstance(answer.body, bytes)
            lead = head(answer, self._now(), keep_alive=request.keep_alive, chunked=not whole)
            body = answer.body if isinstance(answer.body, bytes) else b""
            transport.write(lead if request.method == "HEAD" else lead + body)
            if not request.keep_alive:
                self._hang_up()
        else:
            self._busy = True
            task = self._send_stream(transport, answer, answer.body, request)
            self._stream = self._loop.create_task(task)
            self._stream.add_done_callback(self._after_stream)

    def _after_stream(self, task: asyncio.Task[None]) -> None:
        """A list that broke off in the middle ends its connection: nobody waits for the rest."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("%s while a list was sent", type(error).__name__)
            self.close()

    async def _send_stream(
        self, transport: asyncio.Transport, answer: Answer, pieces: Iterator[bytes], to: Request
    ) -> None:
        """In chunks, or to a client of old up to the end of the connection."""
        keep = to.keep_alive and not to.http_1_0
        transport.write(head(answer, self._now(), keep_alive=keep, chunked=not to.http_1_0))
        for piece in pieces:
            if piece:
                framed = piece if to.http_1_0 else b"%x\r\n%s\r\n" % (len(piece), piece)
                transport.write(framed)
            await self._may_write.wait()
            # Others get their turn between two pieces, however fast this client reads.
            await asyncio.sleep(0)
        transport.write(b"" if to.http_1_0 else b"0\r\n\r\n")
        self._busy = False
        self._quiet_since = self._loop.time()
        if keep:
            self._go_on()
        else:
            self._hang_up()

    def _hang_up(self) -> None:
        """Close once everything is written.

        A client that is still sending would lose our answer to a reset, so it may finish first.
        """
        if self._transport is None:
            return
        if not self._refused or self._client_ended:
            self._transport.close()
            return
        self._transport.write_eof()
        self._watch.cancel()
        self._watch = self._loop.call_later(LINGER_SECONDS, self.close)

    def _watch_after(self) -> float:
        return min(WATCH_SECONDS, max(self._patience() / 2, SHORTEST_WATCH_SECONDS))

    def _look(self) -> None:
        """End a request that does not come to its end, and a connection that nobody uses."""
        now = self._loop.time()
        if self._began is not None and now - self._began > self._patience():
            self._refuse(Problem(408, "Request timeout"))
            return
        unused = self._began is None and not self._busy and not self._waiting
        if unused and now - self._quiet_since > IDLE_SECONDS:
            self.close()
            return
        self._watch = self._loop.call_later(self._watch_after(), self._look)


def _our_mistake(error: Exception) -> Problem:
    """An answer that could not be made: not the client's doing, so not a 400."""
    log.error("%s while a request was answered", type(error.__context__).__name__)
    return Problem(500, "Internal server error")


def _origin_form(target: bytes) -> bytes:
    """The path and query that are signed, also when the request line names scheme and host."""
    scheme, mark, rest = target.partition(b"://")
    if target.startswith(b"/") or not mark or b"/" in scheme:
        return target
    return b"/" + rest.partition(b"/")[2]
