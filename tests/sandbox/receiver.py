"""A receiver of webhooks for the tests: standard library only, told how to behave."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """What a receiver saw, and how it is to behave.

    It answers ``status`` to all, but 500 as often as ``failures`` says, each after ``seconds``.
    Requests for an applicant of ``held`` wait until ``release`` is set.
    """

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    failures: int = 0
    status: int = 200
    seconds: float = 0.0
    answer_headers: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    release: threading.Event = field(default_factory=threading.Event)
    connections: int = 0

    def clear(self) -> None:
        """Forget what was seen and behave as at first."""
        self.bodies.clear()
        self.headers.clear()
        self.paths.clear()
        self.failures, self.status, self.seconds, self.connections = 0, 200, 0.0, 0
        self.answer_headers = {}
        self.held = set()
        self.release.clear()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in list(self.bodies)]

    def about(self, applicant_id: str) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["applicantId"] == applicant_id]

    def of(self, applicant_id: str) -> list[tuple[str, str]]:
        return [(event["type"], event["reviewStatus"]) for event in self.about(applicant_id)]


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Received]:
    """A receiver on a free port of this machine, with connections that stay open."""
    received = Received()
    server = _Server(("127.0.0.1", 0), _handler(received))
    scheme = "http"
    if tls is not None:
        scheme = "https"
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    received.url = f"{scheme}://127.0.0.1:{server.server_port}/webhooks/sumsub"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield received
    finally:
        received.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    # A test that fails must not wait for a request that is being held.
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hangs up early is what some tests are about."""


def _handler(received: Received) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Else the kernel waits to see whether more of an answer follows.
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            with lock:
                received.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                received.headers.append({k.lower(): v for k, v in self.headers.items()})
                received.paths.append(self.path)
                received.bodies.append(body)
                received.failures -= 1
                status = 500 if received.failures >= 0 else received.status
            if received.held and json.loads(body)["applicantId"] in received.held:
                received.release.wait(30)
            if received.seconds:
                time.sleep(received.seconds)
            self.send_response(status)
            for name, value in received.answer_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    return Handler
