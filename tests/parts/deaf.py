"""A port of this machine that takes no call."""

import contextlib
import socket
from collections.abc import Iterator


@contextlib.contextmanager
def deaf_listener() -> Iterator[socket.socket]:
    """One whose queue of connections is full, so that connecting takes for ever."""
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            sock = waiting.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        yield listener
