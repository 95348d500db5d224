"""Connecting a socket, without waiting long for an address that never answers."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

Address = tuple[int, int, int, str, Any]
"""Family, type, protocol, name and the address itself, as `getaddrinfo` tells them."""

# An address that is silent for this long (seconds) gets a rival: the next one (RFC 8305, 5).
PATIENCE = 0.25


async def dialled(host: str, port: int) -> socket.socket:
    """A socket connected to a host; raises OSError when there is none. The caller closes it.

    Never ends by itself: the caller sets the time.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return await first_connected([(*where[:3], "", where[4]) for where in found])


async def first_connected(addresses: Sequence[Address]) -> socket.socket:
    """A socket connected to the first address that takes the call; the others are given up."""
    waiting = list(addresses)
    trying: set[asyncio.Task[socket.socket]] = set()
    failure: BaseException = OSError("no address")
    try:
        while waiting or trying:
            if waiting:
                trying.add(asyncio.create_task(_connected(waiting.pop(0))))
            done, _ = await asyncio.wait(
                trying,
                timeout=PATIENCE if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                trying.discard(task)
                error = task.exception()
                if error is None:
                    return task.result()
                failure = error
        raise failure
    finally:
        for task in trying:
            task.cancel()
            task.add_done_callback(_given_up)


async def _connected(address: Address) -> socket.socket:
    family, kind, protocol, _, where = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


def _given_up(task: asyncio.Task[socket.socket]) -> None:
    """Close what a slower attempt brought after all."""
    if not task.cancelled() and task.exception() is None:
        task.result().close()
