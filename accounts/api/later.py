"""Answers that take their time: the view does its deed, and the waiting is asynchronous.

REST framework's views are synchronous, and a thread that sleeps for a minute with a database
connection is dear. So the view returns at once with what is to follow, and this door awaits it. At
most so many calls of a process are at the database at a time: two hundred repetitions of one call
must not take every connection that there is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

AT_ONCE = 16
_FOLLOWS = "_follows"
Follows = Callable[[], Awaitable[HttpResponseBase]]

_doors: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]" = WeakKeyDictionary()


def to_follow(response: HttpResponseBase, follows: Follows) -> None:
    """Let `follows` make the answer that is given in place of `response`."""
    setattr(response, _FOLLOWS, follows)


async def at_the_database(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do something with the database in this call's thread, then give its connection back."""
    door = _doors.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with door:
        return await sync_to_async(_and_close)(act, *args, **kwargs)


def _and_close(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return act(*args, **kwargs)
    finally:
        if not connection.in_atomic_block:
            connection.close()


def asynchronous(view: Any) -> Any:
    """The asynchronous door of a view (what `as_view()` returns) whose answer may follow later."""

    @csrf_exempt
    async def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = await at_the_database(view, request, *args, **kwargs)
        follows: Follows | None = getattr(response, _FOLLOWS, None)
        return response if follows is None else await follows()

    for name in ("cls", "initkwargs", "view_class"):
        setattr(door, name, getattr(view, name, {}))
    return door
