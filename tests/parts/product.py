"""`make run` as a test sees it: the supervisor in a process of its own, watched from outside."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.environment import PROJECT
from tests.parts.installations import answers
from tests.parts.places import clean_environment, free_port
from tests.parts.waiting import PATIENCE, wait_until

OWN_WORKSPACE = {
    "SUMSUB_APP_TOKEN": "sbx:not-a-real-app-token",
    "SUMSUB_SECRET_KEY": "not-a-real-secret",
}
"""With credentials of one's own there is neither sandbox nor demo: a quicker start."""


class Product:
    """One supervisor on free ports, with its output in a file."""

    def __init__(
        self, data_dir: Path, environment: Mapping[str, str] | None = None, *, shell: bool = False
    ) -> None:
        self.data_dir = data_dir
        self.port, self.sandbox_port = free_port(), free_port()
        self._output = data_dir.with_suffix(".output")
        self.process = self._start(dict(environment or {}), shell)

    @property
    def output(self) -> str:
        """What the person at the terminal has read so far."""
        return self._output.read_text(encoding="utf-8")

    def await_welcome(self) -> None:
        """Wait until everything runs."""
        wait_until(
            lambda: "KYC Relay is running." in self.output or self.process.poll() is not None,
            "KYC Relay is running",
        )
        assert self.process.poll() is None, self.output
        assert answers(self.port, "/healthz")

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the supervisor alone; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def processes(self) -> dict[int, str]:
        """Every live process that belongs to the data folder: id and command line."""
        return {
            int(entry.name): command
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and (command := self._command(entry))
        }

    def process_of(self, part: str) -> int:
        """The id of the process with `part` in its command line."""
        return next(number for number, command in self.processes().items() if part in command)

    def await_silence(self) -> None:
        """Wait until no process of the data folder is left."""
        wait_until(lambda: not self.processes(), "no process is left")

    def clean_up(self) -> None:
        """Leave nothing, whatever the test did."""
        self.process.kill()
        self.process.wait()
        for number in self.processes():
            os.kill(number, signal.SIGKILL)

    def _command(self, entry: Path) -> str:
        marker = str(self.data_dir).encode()
        try:
            command = (entry / "cmdline").read_bytes()
            belongs = marker in command or marker in (entry / "environ").read_bytes()
        except OSError:
            return ""
        return command.replace(b"\0", b" ").decode() if belongs else ""

    def _start(self, environment: dict[str, str], shell: bool) -> subprocess.Popen[bytes]:
        ports = ["--port", str(self.port), "--sandbox-port", str(self.sandbox_port)]
        command = [sys.executable, "-m", "config.supervisor", *ports]
        command += ["--data-dir", str(self.data_dir)]
        if shell:
            command = ["sh", "-c", '"$@" & wait', "sh", *command]
        with self._output.open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=PROJECT,
                env=clean_environment() | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
