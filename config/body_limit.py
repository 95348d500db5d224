"""A limit on the bodies of some addresses, held while they are read and not afterwards.

Whoever may not sign in must not make us keep what they send: Django takes a whole body in, however
large, before the view is asked.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyLimit:
    """An ASGI application around another: `limits` are the most bytes by path.

    A path that ends in a slash stands for all that begin with it.
    """

    def __init__(self, app: App, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, its body read within its limit; 413 when it is larger."""
        limit = self._limit_of(scope.get("path", "")) if scope["type"] == "http" else None
        if limit is None:
            await self._app(scope, receive, send)
            return
        body = None if _announced(scope) > limit else await _body(receive, limit)
        if body is None:
            logger.warning("a request to %s was larger than %d bytes", scope["path"], limit)
            await _too_large(send)
        else:
            await self._app(scope, _Replayed(body, receive), send)

    def _limit_of(self, path: str) -> int | None:
        for limited, limit in self._limits.items():
            if path == limited or (limited.endswith("/") and path.startswith(limited)):
                return limit
        return None


class _Replayed:
    """Gives a body that was read already, then whatever else comes: the end of the connection."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _announced(scope: Scope) -> int:
    """The length that the request announces; 0 when it announces none that is a number."""
    lengths = (value for name, value in scope["headers"] if name == b"content-length")
    return max((int(value) for value in lengths if value.isdigit()), default=0)


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The body; None when it goes on beyond the limit, or its sender has gone."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


async def _too_large(send: Send) -> None:
    text = b"This is too large. Go back, and send something smaller."
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
    ]
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
