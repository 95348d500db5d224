"""Listening to the product's server-sent events as a browser does."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient

from accounts.models import User

SECONDS = 20


def within(act: Callable[[], Awaitable[Any]]) -> Any:
    """What an async function gives, waited for at most so long."""

    async def bounded() -> Any:
        return await asyncio.wait_for(act(), SECONDS)

    return async_to_sync(bounded)()


async def listening(person: User, address: str, **headers: str) -> AsyncGenerator[dict[str, str]]:
    """The events of a stream by the names of their lines, without signs of life."""
    client = AsyncClient()
    await client.aforce_login(person, "django.contrib.auth.backends.ModelBackend")
    answer: Any = await client.get(address, headers=headers)
    assert answer["Content-Type"] == "text/event-stream"
    async for piece in answer:
        for event in piece.decode().split("\n\n"):
            if "\ndata: " in f"\n{event}":
                yield dict(line.split(": ", 1) for line in event.splitlines())
