"""Server-sent events: one loop for all that move, on what each of them has to tell.

A page that cannot be told by a stream polls: under WSGI the answer is 204, which ends an
EventSource.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

TICK_SECONDS: Final = 0.5
HEARTBEAT_SECONDS: Final = 15.0
# Then the listener connects anew, and sign-in or key, and rights, are asked again.
STREAM_SECONDS: Final = 300.0
SETTLED: Final = "event: settled\ndata: {}\n\n"


@dataclass(frozen=True)
class Found:
    """What one look found, as it goes out; `more` is looked for at once, `over` ends the stream."""

    text: str
    over: bool
    more: bool = False


@dataclass(frozen=True)
class Told:
    """What one look found for a page: `body` goes out as JSON with `cursor` as its id, unless None.

    `settled` ends the stream: nothing more is to be expected soon.
    """

    body: dict[str, Any] | None
    settled: bool
    cursor: int | None = None

    def found(self) -> Found:
        """The same as it goes out."""
        named = "" if self.cursor is None else f"id: {self.cursor}\n"
        news = "" if self.body is None else f"{named}data: {json.dumps(self.body)}\n\n"
        return Found(news + (SETTLED if self.settled else ""), over=self.settled)


def stream_of(request: HttpRequest, look: Callable[[], Told]) -> HttpResponseBase:
    """A `text/event-stream` of what `look` finds, twice a second; for an async view."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    return as_stream(StreamingHttpResponse(_events(look)))


def as_stream(response: HttpResponseBase) -> HttpResponseBase:
    """The same response, named as events that no proxy is to hold back."""
    response.headers["Content-Type"] = "text/event-stream"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def events_of(look: Callable[[], Awaitable[Found]]) -> AsyncGenerator[str]:
    """What `look` finds, asked twice a second for five minutes, with a sign of life in between."""
    ends_at = time.monotonic() + STREAM_SECONDS
    beat_at = time.monotonic()
    yield "retry: 2000\n\n"
    while time.monotonic() < ends_at:
        found = await look()
        if found.text:
            yield found.text
            beat_at = time.monotonic()
        elif time.monotonic() - beat_at > HEARTBEAT_SECONDS:
            yield ": still here\n\n"
            beat_at = time.monotonic()
        if found.over:
            return
        if not found.more:
            await asyncio.sleep(TICK_SECONDS)


async def _events(look: Callable[[], Told]) -> AsyncIterator[str]:
    try:
        async with aclosing(events_of(sync_to_async(_lending(look)))) as events:
            async for event in events:
                yield event
    finally:
        await sync_to_async(lambda: connection.close())()


def _lending(look: Callable[[], Told]) -> Callable[[], Found]:
    """`look`, which gives its connection back to the pool: a viewer must not hold one while idle.

    A file that is open costs nothing; to open it anew takes three CPU-milliseconds.
    """

    def looked() -> Found:
        try:
            return look().found()
        finally:
            if connection.vendor != "sqlite":
                connection.close()

    return looked
