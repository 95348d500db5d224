"""Webhooks that the sandbox sends."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, until


@dataclass
class Received:
    """What a receiver saw; it answers 500 as often as ``failures`` says."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    failures: int = 0

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    def of(self, applicant_id: str) -> list[tuple[str, str]]:
        return [
            (event["type"], event["reviewStatus"])
            for event in self.events()
            if event["applicantId"] == applicant_id
        ]


@pytest.fixture(scope="module")
def listening() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.headers.append({k.lower(): v for k, v in self.headers.items()})
            received.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            received.failures -= 1
            self.send_response(500 if received.failures >= 0 else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}/webhooks/sumsub"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def calling(listening: Received) -> Iterator[Sandbox]:
    quick = {"review_delay_ms": 100, "webhook_retry_scale": 0.0002}
    with process.start(applicants=30, webhook_url=listening.url, scenario=quick) as sandbox:
        yield sandbox


@pytest.fixture
def receiver(listening: Received) -> Received:
    """The receiver with its memory cleared."""
    listening.bodies.clear()
    listening.headers.clear()
    return listening


def token_of(sandbox: Sandbox, external_id: str) -> str:
    person = next(p for p in sandbox.applicants() if p["external_user_id"] == external_id)
    return Caller(sandbox, sandbox.donor).mint(person["applicant_id"], sandbox.recipient.client_id)


def test_a_reuse_is_announced_from_created_to_reviewed(
    calling: Sandbox, receiver: Received
) -> None:
    recipient = Caller(calling, calling.recipient)
    made = recipient.reuse(token_of(calling, "demo-approved"), "hook-1").json["id"]
    until(lambda: len(receiver.bodies) >= 3)
    assert set(receiver.of(made)) == {
        ("applicantCreated", "init"),
        ("applicantPending", "pending"),
        ("applicantReviewed", "completed"),
    }
    event = next(e for e in receiver.events() if e["type"] == "applicantReviewed")
    assert event["externalUserId"] == "hook-1"
    assert event["clientId"] == calling.recipient.client_id
    assert event["sandboxMode"] is True
    assert event["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert "reuseScope" not in event


def test_the_body_is_pretty_and_its_digest_made_with_the_webhooks_secret(
    calling: Sandbox, receiver: Received
) -> None:
    Caller(calling, calling.recipient).reuse(token_of(calling, "demo-documents-no-selfie"))
    until(lambda: len(receiver.bodies) == 1)
    body, headers = receiver.bodies[0], receiver.headers[0]
    assert body.startswith(b'{\n  "applicantId" : "')
    assert headers["x-payload-digest-alg"] == "HMAC_SHA256_HEX"
    secret = calling.recipient.webhook_secret.encode()
    assert headers["x-payload-digest"] == hmac.new(secret, body, hashlib.sha256).hexdigest()


def test_a_copy_with_missing_steps_says_green_first(calling: Sandbox, receiver: Received) -> None:
    token = token_of(calling, "demo-documents-no-selfie")
    recipient = Caller(calling, calling.recipient)
    target = f"/resources/applicants/-/import?shareToken={token}&levelName=id-only"
    made = recipient.post(target).json["id"]
    until(lambda: len(receiver.bodies) >= 2)
    first, second = sorted(
        receiver.events(), key=lambda event: event["type"] != "applicantReviewed"
    )
    assert receiver.of(made)
    assert first["reuseScope"] == "importApiShareToken"
    assert first["reviewResult"] == {"reviewAnswer": "GREEN"}
    assert "reuseScope" not in second
    assert second["reviewStatus"] == "init"


def test_a_failed_delivery_is_tried_again(calling: Sandbox, receiver: Received) -> None:
    receiver.failures = 2
    Caller(calling, calling.recipient).reuse(token_of(calling, "demo-documents-no-selfie"))
    until(lambda: len(receiver.bodies) >= 3)
    assert len(set(receiver.bodies)) == 1, "the same bytes each time"


def test_the_donor_hears_nothing_of_a_redemption(calling: Sandbox, receiver: Received) -> None:
    recipient = Caller(calling, calling.recipient)
    recipient.reuse(token_of(calling, "demo-approved"))
    until(lambda: len(receiver.bodies) >= 3)
    assert {event["clientId"] for event in receiver.events()} == {calling.recipient.client_id}
