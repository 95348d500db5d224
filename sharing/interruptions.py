"""Ending a command in order when somebody interrupts it."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sharing.command_line import Exit

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """The first Ctrl-C (or TERM) sets the event; a second one ends the process."""
    stop = threading.Event()

    def ask_to_stop(_: int, __: FrameType | None) -> None:
        if stop.is_set():
            sys.exit(Exit.INTERRUPTED)
        stop.set()

    kept = {number: signal.signal(number, ask_to_stop) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
