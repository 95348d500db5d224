"""A real HTTP server that does to its callers whatever a test asks for."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import h11

DATE = "Fri, 20 Nov 2026 00:00:30 GMT"


@dataclass(frozen=True)
class Received:
    """One request as it arrived; `connection` counts the connections from 0."""

    method: str
    target: bytes
    headers: Mapping[str, str]
    body: bytes
    connection: int


class Conversation:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket, number: int, closing: threading.Event) -> None:
        self.sock = sock
        self.number = number
        self.closing = closing
        self._parser = h11.Connection(h11.SERVER)

    def next_request(self) -> Received | None:
        """The next request, or None when the caller hangs up or speaks something else."""
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._next_event()
            if isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return self._received(request, bytes(body))
            elif event is None or isinstance(event, h11.ConnectionClosed):
                return None

    def _next_event(self) -> h11.Event | None:
        try:
            while (event := self._parser.next_event()) is h11.NEED_DATA:
                self._parser.receive_data(self.sock.recv(65536))
        except (h11.RemoteProtocolError, OSError):
            return None
        return event if isinstance(event, h11.Event) else None

    def _received(self, request: h11.Request, body: bytes) -> Received:
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        # The answers are raw bytes, so the parser has to start afresh for each request.
        self._parser = h11.Connection(h11.SERVER)
        return Received(request.method.decode(), bytes(request.target), headers, body, self.number)


Behaviour = Callable[[Conversation], bool]
"""Answers one request; returns whether the connection stays open."""


def raw(status: int, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of an answer."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", f"Date: {DATE}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def sends(data: bytes, *, then_close: bool = False) -> Behaviour:
    """Send these very bytes."""

    def behave(talk: Conversation) -> bool:
        talk.sock.sendall(data)
        return not then_close

    return behave


def answers(status: int, value: object = None, **headers: str) -> Behaviour:
    """Answer with a status and a JSON body."""
    return sends(raw(status, json.dumps(value, indent=2).encode(), **headers))


def drops(talk: Conversation) -> bool:
    """Reset the connection without a word."""
    talk.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def hangs_up(talk: Conversation) -> bool:
    """Close the connection politely, without an answer."""
    return False


def stalls(talk: Conversation) -> bool:
    """Say nothing until the test is over."""
    talk.closing.wait(10)
    return False


def trickles(head: bytes) -> Behaviour:
    """Send a beginning, then a blank every 20 ms for as long as anybody listens."""

    def behave(talk: Conversation) -> bool:
        talk.sock.sendall(head)
        while not talk.closing.wait(0.02):
            talk.sock.sendall(b" ")
        return False

    return behave


@dataclass
class FarEnd:
    """The server: what it will do next, and what it has received."""

    url: str
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    script: list[Behaviour] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def will(self, *behaviours: Behaviour) -> None:
        """Say what happens to the next requests, in order; after that all are answered 200 {}."""
        self.script.extend(behaviours)

    def serve(self, sock: socket.socket) -> None:
        """Hold one connection's conversation."""
        talk = Conversation(sock, self.connections, self.closing)
        self.connections += 1
        with sock:
            try:
                while (request := talk.next_request()) is not None:
                    self.received.append(request)
                    behave = self.script.pop(0) if self.script else answers(200, {})
                    if not behave(talk):
                        return
            except OSError:
                return


@contextmanager
def far_end(wrap: Callable[[socket.socket], socket.socket] = lambda sock: sock) -> Iterator[FarEnd]:
    """A server on a free port of 127.0.0.1; `wrap` may put TLS around each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = FarEnd(f"http://127.0.0.1:{listener.getsockname()[1]}")
        threads = _Threads(server, wrap)
        acceptor = threading.Thread(target=threads.accept, args=(listener,))
        acceptor.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown(socket.SHUT_RDWR)
            acceptor.join(5)
            threads.join()


class _Threads:
    def __init__(self, server: FarEnd, wrap: Callable[[socket.socket], socket.socket]) -> None:
        self._server = server
        self._wrap = wrap
        self._open: list[tuple[threading.Thread, socket.socket]] = []

    def accept(self, listener: socket.socket) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(sock,))
            self._open.append((thread, sock))
            thread.start()

    def _talk(self, sock: socket.socket) -> None:
        try:
            self._server.serve(self._wrap(sock))
        except OSError:
            sock.close()

    def join(self) -> None:
        for thread, sock in self._open:
            if thread.is_alive():
                _shut(sock)
            thread.join(5)


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
