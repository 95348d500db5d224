"""Sandboxes out of the nursery: `start` as `sumsub.sandbox.process` has it, without the waiting."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from functools import cache, partial
from typing import IO

from config.environment import PROJECT
from sumsub.sandbox import process


class Forked:
    """A child of the nursery, which looks after it; we see what it writes and when it ends."""

    def __init__(self, pid: int, stdout: int, ended: int) -> None:
        self.pid = pid
        self.stdout: IO[bytes] | None = os.fdopen(stdout, "rb")
        self._ended = os.fdopen(ended, "rb")
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, as a negative number the signal that ended it; None while it lives."""
        return self._status if self._status is not None else self._told(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises TimeoutExpired."""
        until = time.monotonic() + (timeout or 0)
        status = self.poll()
        while status is None:
            left = None if timeout is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise subprocess.TimeoutExpired("a forked sandbox", timeout or 0)
            status = self._told(left)
        return status

    def send_signal(self, sig: int) -> None:
        """Tell it something; nothing where it is gone."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """End it the hard way."""
        self.send_signal(signal.SIGKILL)

    def _told(self, seconds: float | None) -> int | None:
        """Its status once it wrote it, or once nobody holds the pipe to write it."""
        if select.select([self._ended], [], [], seconds)[0]:
            said = self._ended.read()
            self._ended.close()
            self._status = int(said) if said else -signal.SIGKILL
        return self._status


@cache
def _nursery() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The nursery of this process, and the door to it. It ends when the door is shut: with us."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.parts.nursery", str(theirs.fileno())]
    nursery = subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
    )
    theirs.close()
    return ours, nursery


def _fork(arguments: list[str], errors: IO[bytes]) -> Forked:
    (out, write_out), (ended, write_ended) = os.pipe(), os.pipe()
    door, _ = _nursery()
    request = json.dumps(arguments).encode()
    socket.send_fds(door, [request], [write_out, errors.fileno(), write_ended])
    os.close(write_out)
    os.close(write_ended)
    return Forked(int(door.recv(64)), out, ended)


start = partial(process.start, begin=_fork)
"""`start(applicants=200, scenario=None, …)`: a sandbox of one's own."""
