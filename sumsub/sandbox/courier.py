"""Carries webhooks to their addresses in a few threads, beside the server's event loop."""

from __future__ import annotations

import asyncio
import http.client
import ssl
from urllib.parse import urlsplit

from sumsub.sandbox.engine import Engine
from sumsub.sandbox.outbox import Delivery
from sumsub.webhooks import DigestAlgorithm, digest

LANES = 4
POLL_SECONDS = 0.1
TIMEOUT_SECONDS = 10


def post(url: str, secret: str, body: bytes) -> bool:
    """Send one webhook; True when it was answered with 2xx in time."""
    parts = urlsplit(url)
    try:
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    except (ValueError, OSError):
        return False
    headers = {
        "Content-Type": "application/json",
        "X-Payload-Digest": digest(secret, body),
        "X-Payload-Digest-Alg": DigestAlgorithm.SHA256.value,
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, headers)
        return 200 <= connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)


class Courier:
    """Sends what is due, ``LANES`` at a time, until cancelled."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._on_the_way: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look for due webhooks for ever."""
        while True:
            free = LANES - len(self._on_the_way)
            due = self._engine.outbox.due(free, self._on_the_way) if free else []
            for delivery in due:
                self._on_the_way.add(delivery.id)
                task = asyncio.create_task(self._send(delivery))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if self._tasks:
                await asyncio.wait(
                    self._tasks, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
            else:
                await asyncio.sleep(POLL_SECONDS)

    async def _send(self, delivery: Delivery) -> None:
        workspace = self._engine.directory.by_client_id[delivery.client_id]
        url, secret = workspace.settings.webhook_url, workspace.webhook_secret
        delivered = bool(url) and await asyncio.to_thread(post, url, secret, delivery.body)
        scale = self._engine.switches.webhook_retry_scale
        self._engine.outbox.settle(delivery, delivered=delivered, retry_scale=scale)
        self._on_the_way.discard(delivery.id)
