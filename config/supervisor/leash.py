"""A leash for children: they die with us, however we die.

Linux ends a child with its parent when the child asks for it (prctl, PR_SET_PDEATHSIG). Elsewhere
a small watcher process holds the reading end of a pipe: when the pipe breaks, we are gone, and it
ends the groups that we had named to it.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
WATCHER = Path(__file__).with_name("watcher.py")


def kernel_leash() -> Callable[[], None] | None:
    """What a fresh child must call before it becomes its program; None where Linux is not."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent


class Watcher:
    """Ends process groups once this process is gone, however it went."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(WATCHER)],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def add(self, group: int) -> None:
        """End this process group, too, when we are gone."""
        self._say(f"+{group}")

    def remove(self, group: int) -> None:
        """The group has ended; its number may soon belong to somebody else."""
        self._say(f"-{group}")

    def close(self) -> None:
        """Nothing is left to watch."""
        self._process.communicate()

    def _say(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
