"""The running server: listening socket, clockwork beside it, and a quick, clean end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from types import FrameType

from sumsub.sandbox.courier import Courier
from sumsub.sandbox.dispatch import Dispatcher
from sumsub.sandbox.engine import Engine
from sumsub.sandbox.server import Connection

ENDING = (signal.SIGTERM, signal.SIGINT)
TICK_SECONDS = 0.05
BREATH_SECONDS = 0.005
BACKLOG = 1024

log = logging.getLogger("sumsub.sandbox")


async def serve(engine: Engine, host: str, port: int, listening: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; ``listening`` is told the URL.

    Raises OSError when the port is taken.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    _on_signal(lambda: loop.call_soon_threadsafe(ended.set))
    dispatcher = Dispatcher(engine)
    connections: set[Connection] = set()
    server = await loop.create_server(
        lambda: Connection(
            dispatcher.answer,
            engine.clock.now,
            connections,
            lambda: engine.switches.request_timeout_ms / 1000,
        ),
        host,
        port,
        backlog=BACKLOG,
    )
    clockwork = [asyncio.create_task(work) for work in (_reviews(engine), Courier(engine).run())]
    real_port = server.sockets[0].getsockname()[1]
    listening(f"http://{_in_url(host)}:{real_port}")
    await ended.wait()
    server.close()
    for connection in list(connections):
        connection.close()
    for task in clockwork:
        task.cancel()
    await asyncio.gather(*clockwork, return_exceptions=True)


def _on_signal(end: Callable[[], object]) -> None:
    """Tell ``end`` of the first SIGTERM or SIGINT; later ones change nothing.

    The loop's own handlers are taken away when the loop closes: a second signal in the last
    moments would then kill the process and spoil its exit status.
    """

    def told(number: int, frame: FrameType | None) -> None:
        for other in ENDING:
            signal.signal(other, signal.SIG_IGN)
        end()

    for number in ENDING:
        signal.signal(number, told)


def _in_url(host: str) -> str:
    if host in ("", "0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


async def _reviews(engine: Engine) -> None:
    while True:
        more = engine.reviews.pass_on()
        # However much is due, calls get as much of the time as reviews do.
        await asyncio.sleep(BREATH_SECONDS if more else TICK_SECONDS)
