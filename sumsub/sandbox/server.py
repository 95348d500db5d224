"""HTTP/1.1 over asyncio, parsed by httptools; one Connection per socket, answers in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import cast

import httptools

from sumsub.sandbox.problems import Problem
from sumsub.sandbox.wire import Answer, Request, head, problem_answer

MAX_BODY = 8 * 1024 * 1024
MAX_HEAD = 64 * 1024
MAX_WAITING = 32


class Connection(asyncio.Protocol):
    """Reads requests, asks ``handle`` for each answer, writes the answers in the same order."""

    def __init__(
        self,
        handle: Callable[[Request], Answer],
        now: Callable[[], int],
        connections: set[Connection],
    ) -> None:
        self._handle = handle
        self._now = now
        self._connections = connections
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[Request] = deque()
        self._request = Request("", b"")
        self._head_size = 0
        self._busy = False
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._stream: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        # uvloop's transports do the work of asyncio.Transport without being one.
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left; what it asked for stays done."""
        self._connections.discard(self)
        self._transport = None
        self._may_write.set()
        if self._stream is not None:
            self._stream.cancel()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; anything that is not HTTP gets a 400 and a closed connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return
        except httptools.HttpParserError:
            self._refuse()

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
        self._request = Request("", b"")
        self._head_size = 0

    def on_url(self, url: bytes) -> None:
        """The target, perhaps in pieces."""
        self._request.target += url
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; names are lower-cased."""
        self._request.headers[name.decode("latin-1").lower()] = value.decode("latin-1").strip()
        self._count_head(len(name) + len(value))

    def on_headers_complete(self) -> None:
        """Tell a client that asks whether to go on with its body."""
        expects = self._request.headers.get("expect", "").lower() == "100-continue"
        if expects and self._transport is not None and not self._busy:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """A piece of the body; too much of it is dropped and refused."""
        if len(self._request.body) + len(body) > MAX_BODY:
            self._request.too_large = True
        else:
            self._request.body += body

    def on_message_complete(self) -> None:
        """The request is whole."""
        request = self._request
        request.method = self._parser.get_method().decode("ascii")
        upgrade = "upgrade" in request.headers
        request.keep_alive = self._parser.should_keep_alive() and not upgrade
        self._waiting.append(request)
        if not self._busy:
            self._serve()
        elif len(self._waiting) > MAX_WAITING and self._transport is not None:
            self._transport.pause_reading()

    # ours

    def _count_head(self, size: int) -> None:
        self._head_size += size
        if self._head_size > MAX_HEAD:
            self._refuse()

    def _refuse(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._write(problem_answer(Problem(400, "Malformed request")), keep_alive=False)

    def _serve(self) -> None:
        while self._waiting and not self._busy and self._transport is not None:
            request = self._waiting.popleft()
            answer = self._handle(request)
            if answer.delay_ms > 0:
                self._busy = True
                asyncio.get_running_loop().call_later(
                    answer.delay_ms / 1000, self._after_delay, answer, request.keep_alive
                )
            else:
                self._write(answer, request.keep_alive)

    def _after_delay(self, answer: Answer, keep_alive: bool) -> None:
        self._busy = False
        self._write(answer, keep_alive)
        self._go_on()

    def _go_on(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
            self._serve()

    def _write(self, answer: Answer, keep_alive: bool) -> None:
        transport = self._transport
        if transport is None:
            return
        if answer.drop:
            transport.abort()
        elif isinstance(answer.body, bytes):
            lead = head(answer, self._now(), keep_alive=keep_alive, chunked=False)
            transport.write(lead + answer.body)
            if not keep_alive:
                transport.close()
        else:
            self._busy = True
            task = self._send_stream(transport, answer, answer.body, keep_alive)
            self._stream = asyncio.get_running_loop().create_task(task)

    async def _send_stream(
        self, transport: asyncio.Transport, answer: Answer, pieces: Iterator[bytes], keep: bool
    ) -> None:
        transport.write(head(answer, self._now(), keep_alive=keep, chunked=True))
        for piece in pieces:
            if piece:
                transport.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await self._may_write.wait()
            # Others get their turn between two pieces, however fast this client reads.
            await asyncio.sleep(0)
        transport.write(b"0\r\n\r\n")
        self._busy = False
        if keep:
            self._go_on()
        else:
            transport.close()
