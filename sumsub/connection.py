"""One HTTP/1.1 connection of a lane: httptools reads, the event loop carries the bytes.

httpx or httpcore would do it at several times the CPU: most of that goes into pools, locks and
copies of headers that a lane has no use for. Failures carry httpx's names all the same, so that
both kinds of client tell the same tale.
"""

import asyncio
import select
import ssl
import time
import zlib
from collections.abc import Callable
from typing import Any, Self, cast

import httptools
import httpx

from sumsub.dialing import dialled
from sumsub.transport import LARGEST_BODY, Attempt, Overrun

# Short enough that an idle connection is rarely one that the far end has already closed.
KEEPALIVE_SECONDS = 2.0
LARGEST_HEAD = 100 * 1024
# What an answer may take on the wire: a body in the smallest of chunks.
LARGEST_ANSWER = LARGEST_HEAD + 8 * LARGEST_BODY


class Exchange:
    """What one request and its answer need while they are under way. Times are monotonic seconds.

    `read_timeout` is the longest silence; the attempt knows how long it may take in all.
    `leaves_open` tells, once the answer is whole, whether another may follow on the connection.
    The parser calls the methods `on_…`.
    """

    def __init__(self, attempt: Attempt[Any], read_timeout: float) -> None:
        self._attempt = attempt
        self._read_timeout = read_timeout
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._heard = time.monotonic()
        self._watch: asyncio.TimerHandle | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._received = 0
        self._headers: dict[str, str] = {}
        self._unpack: Callable[[bytes], bytes] | None = None
        self._flaw: Exception | None = None
        self._is_whole = False
        self.leaves_open = False

    def written(self) -> bytes:
        """The request in bytes; nothing but the write may come next. Raises LeaseEnded."""
        message = self._attempt.message()
        self._attempt.about_to_write()
        return message

    async def answered(self) -> None:
        """Wait until `end` is called; raises its error."""
        self._look_at_the_clock()
        try:
            await self._done
        finally:
            if self._watch is not None:
                self._watch.cancel()

    def read(self, data: bytes) -> bool:
        """Take in bytes, none at the end of all; True once the answer is whole.

        Raises httpx.RemoteProtocolError for what is not HTTP, or cut short, or too long.
        """
        self._heard = time.monotonic()
        self._received += len(data)
        if not data:
            return self._ended()
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            # After a whole answer it only says that something else came behind it.
            self.leaves_open = False
            if not self._is_whole:
                raise self._flaw or httpx.RemoteProtocolError("not HTTP") from None
        most = LARGEST_HEAD if self._unpack is None else LARGEST_ANSWER
        if self._received > most and not self._is_whole:
            raise httpx.RemoteProtocolError("too long")
        return self._is_whole

    def end(self, error: Exception | None = None) -> None:
        """Wake the one who waits, with the error if there is one. Only the first call counts."""
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)
            # Counts as seen, or the log would complain of it when the caller was cancelled.
            self._done.exception()

    def on_message_begin(self) -> None:
        """A status line begins; behind a whole answer it is one too many."""
        if self._is_whole:
            self.leaves_open = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; those behind the body say nothing that matters."""
        if self._unpack is None:
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head is whole: the answer's, or one that only says to wait for it."""
        if self._is_whole or self._is_preliminary():
            return
        self._attempt.answered(self._parser.get_status_code(), self._headers)
        try:
            self._unpack = unpacking(self._headers.get("content-encoding", "identity").lower())
        except httpx.DecodingError as flaw:
            self._flaw = flaw
            raise

    def on_body(self, chunk: bytes) -> None:
        """A piece of the body."""
        if self._is_whole or self._unpack is None:
            return
        try:
            self._attempt.feed(self._unpack(chunk))
        except Exception as flaw:
            self._flaw = flaw
            raise

    def on_message_complete(self) -> None:
        """Everything is there."""
        if self._is_whole:
            return
        if self._unpack is None:
            self._headers = {}
        else:
            self._is_whole = True
            self.leaves_open = self._parser.should_keep_alive()

    def _is_preliminary(self) -> bool:
        return 100 <= self._parser.get_status_code() < 200

    def _ended(self) -> bool:
        """The far end says no more: a body without a length is whole with that."""
        measured = {"content-length", "transfer-encoding"} & self._headers.keys()
        if self._unpack is None or measured:
            raise httpx.RemoteProtocolError("cut short")
        self._is_whole, self.leaves_open = True, False
        return True

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        silent_until = self._heard + self._read_timeout
        if now >= self._attempt.deadline:
            self.end(Overrun("total timeout"))
        elif now >= silent_until:
            self.end(httpx.ReadTimeout("silence"))
        else:
            pause = min(silent_until, self._attempt.deadline) - now
            self._watch = self._loop.call_later(pause, self._look_at_the_clock)


class Connection(asyncio.Protocol):
    """A connection for one exchange at a time; it outlives none but a whole answer.

    Made by `opened`. The event loop calls the methods of `asyncio.Protocol`.
    """

    def __init__(self) -> None:
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._exchange: Exchange | None = None
        self._is_kept = True
        self._idle_since = time.monotonic()

    @classmethod
    async def opened(cls, host: str, port: int, tls: ssl.SSLContext | None) -> Self:
        """Connect; raises OSError (ssl.SSLError is one). How long it may take, the caller says."""
        sock = await dialled(host, port)
        if tls is not None:
            tls.set_alpn_protocols(["http/1.1"])
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                cls, sock=sock, ssl=tls, server_hostname=host if tls else None
            )
        except BaseException:
            sock.close()
            raise
        return connection

    def is_reusable(self, *, keepalive: float) -> bool:
        """Whether a request may be written: only whole answers so far, and nothing since.

        `keepalive` is the time in seconds after which an idle connection is not trusted.
        The socket itself is asked, for the event loop may not have told of a hang-up yet.
        """
        fresh = time.monotonic() - self._idle_since <= keepalive
        return self._is_kept and fresh and not self._readable.poll(0)

    async def carry(self, exchange: Exchange) -> None:
        """Write the request and wait until the answer is whole.

        Raises LeaseEnded, with nothing written, or whatever cuts the answer short; the connection
        is closed then.
        """
        self._is_kept = False
        self._exchange = exchange
        try:
            self._transport.write(exchange.written())
            await exchange.answered()
        except BaseException:
            self.close()
            raise
        finally:
            self._exchange = None

    def close(self) -> None:
        """Close at once; the event loop frees the socket soon after."""
        self._is_kept = False
        self._transport.abort()

    async def aclose(self) -> None:
        """Close, and wait until the socket is free."""
        self.close()
        await self._lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected, with TLS also shaken hands."""
        # uvloop's transports do the work of asyncio.Transport without being one.
        self._transport = cast(asyncio.Transport, transport)
        self._readable = select.poll()
        self._readable.register(transport.get_extra_info("socket"), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        """Something came. Outside an exchange it could only be taken for a later answer."""
        if self._exchange is None:
            self.close()
            return
        try:
            if self._exchange.read(data):
                self._finish(self._exchange)
        except Exception as error:
            self._exchange.end(error)

    def eof_received(self) -> None:
        """The far end says no more: the end of an answer without a length, or half of another."""
        self.data_received(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing can come any more."""
        self._is_kept = False
        if self._exchange is not None:
            self._exchange.end(httpx.ReadError("connection lost"))
        if not self._lost.done():
            self._lost.set_result(None)

    def _finish(self, exchange: Exchange) -> None:
        """Keep the connection if the far end does, and nothing came behind the answer."""
        if exchange.leaves_open:
            self._idle_since = time.monotonic()
            self._is_kept = True
        else:
            self.close()
        self._exchange = None
        exchange.end()


def unpacking(encoding: str) -> Callable[[bytes], bytes]:
    """What turns the pieces of a body into plain bytes; raises DecodingError for an unknown one.

    We ask for no packing, so only what an obstinate edge would use is understood. No piece unpacks
    to more than just above the largest body.
    """
    if encoding == "identity":
        return bytes
    if encoding != "gzip":
        raise httpx.DecodingError("unknown encoding")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def unpack(chunk: bytes) -> bytes:
        try:
            return inflate.decompress(chunk, LARGEST_BODY + 1)
        except zlib.error:
            raise httpx.DecodingError("broken gzip") from None

    return unpack
