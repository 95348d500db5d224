"""Running programs: their groups, their logs, their ends."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.environment import PROJECT
from config.supervisor.ending import STEP, Ending
from config.supervisor.leash import Watcher, kernel_leash

LAST_LINES = 15


@dataclass(frozen=True)
class Program:
    """A command with its environment and its log. The environment holds secrets: no repr."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    talks: bool = False
    """Standard output is a pipe to us; otherwise it goes to the log."""

    def last_lines(self) -> str:
        """The end of the log, for a person who must know why it stopped."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            return "\n".join(f"  {line}" for line in lines[-LAST_LINES:])
        return ""


class Kennel:
    """Starts programs on the leash."""

    def __init__(self) -> None:
        self._leash = kernel_leash()
        self._watcher = None if self._leash else Watcher()

    def start(self, program: Program) -> "Running":
        """Start a program in a session of its own: Ctrl-C reaches only us, and we end it."""
        with program.log.open("ab") as log:
            process = subprocess.Popen(
                program.command,
                cwd=PROJECT,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if program.talks else log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._leash,
            )
        if self._watcher:
            self._watcher.add(process.pid)
        return Running(program, process, self._watcher)

    def close(self) -> None:
        """Let the watcher go."""
        if self._watcher:
            self._watcher.close()


@dataclass
class Running:
    """A started program and whatever it started itself."""

    program: Program
    process: subprocess.Popen[bytes]
    watcher: Watcher | None = None
    since: float = field(default_factory=time.monotonic)

    @property
    def alive(self) -> bool:
        """True while the program runs."""
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        """Ask politely (SIGTERM); `end` insists."""
        self._signal(signal.SIGTERM)

    def end(self, ending: Ending, grace: float) -> None:
        """Wait up to `grace` seconds for a program that was asked, then end its whole group."""
        until = time.monotonic() + grace
        while self.alive and time.monotonic() < until and not ending.urgent:
            time.sleep(STEP)
        self._signal(signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        if self.watcher:
            self.watcher.remove(self.process.pid)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)
