"""Being asked to stop: by Ctrl-C, by a signal, or by the death of whoever started us."""

import os
import signal
import time
from collections.abc import Callable
from types import FrameType

STEP = 0.05


class Ended(Exception):
    """We were asked to stop; not an error."""


class StartFailed(Exception):
    """Something cannot start. The text is a sentence for the person at the terminal."""

    exit_code = 1


class Ending:
    """Whether somebody wants us to stop, and how urgently."""

    def __init__(self) -> None:
        self._parent = os.getppid()
        self._signals = 0

    def listen(self) -> None:
        """Take over SIGINT, SIGTERM and SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    @property
    def asked(self) -> bool:
        """True once a signal came or our parent died (we then have a new one)."""
        return bool(self._signals) or os.getppid() != self._parent

    @property
    def urgent(self) -> bool:
        """True when the wish was repeated: a second Ctrl-C waits for nobody."""
        return self._signals > 1

    def wait_for(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Poll until `reached()`, at most `seconds`; says whether it came true.

        Raises Ended when we are asked to stop meanwhile.
        """
        until = time.monotonic() + seconds
        while not reached():
            if self.asked:
                raise Ended
            if time.monotonic() > until:
                return False
            time.sleep(STEP)
        return True

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
