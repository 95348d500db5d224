"""Start a sandbox as a child process: for tests, benchmarks and anything that drives one."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

# When to give up; a busy machine is slow to start a process, and one that dies is noticed at once.
START_SECONDS = 180.0
STOP_SECONDS = 60.0


class SandboxFailed(RuntimeError):
    """The child did not come up; the text is what it wrote to standard error."""


@dataclass(frozen=True, slots=True)
class SandboxWorkspace:
    """Credentials of one workspace; ``levels`` are names, the default first."""

    name: str
    client_id: str
    app_token: str = field(repr=False)
    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    levels: tuple[str, ...]


class Child(Protocol):
    """What a sandbox asks of the process that it is, as `subprocess.Popen` says it."""

    @property
    def pid(self) -> int: ...

    @property
    def stdout(self) -> IO[bytes] | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def kill(self) -> None: ...


Begin = Callable[[list[str], IO[bytes]], Child]
"""Starts a process with these arguments of the command line; it writes its errors there."""


class Sandbox:
    """A running sandbox. As a context manager it stops at the end."""

    def __init__(self, process: Child, errors: IO[bytes]) -> None:
        self._process = process
        self._errors = errors
        told = self._first_line()
        self.url: str = told["url"]
        self.workspaces = tuple(
            SandboxWorkspace(**{**one, "levels": tuple(one["levels"])})
            for one in told["workspaces"]
        )

    @property
    def donor(self) -> SandboxWorkspace:
        """The workspace that shares."""
        return self.workspace("donor")

    @property
    def recipient(self) -> SandboxWorkspace:
        """The workspace that redeems."""
        return self.workspace("recipient")

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def workspace(self, name: str) -> SandboxWorkspace:
        """The workspace of that name."""
        return next(one for one in self.workspaces if one.name == name)

    def ledger(self, after: int = 0) -> list[dict[str, Any]]:
        """Every event after that sequence number."""
        lines = self._get(f"/_sandbox/ledger.jsonl?after={after}").splitlines()
        return [json.loads(line) for line in lines]

    def applicants(self, limit: int = 1000) -> list[dict[str, Any]]:
        """Generated applicants with the outcome of a reuse at the recipient's default level."""
        listed = json.loads(self._get(f"/_sandbox/applicants?limit={limit}"))
        items: list[dict[str, Any]] = listed["items"]
        return items

    def tokens_csv(self, n: int = 20, query: str = "") -> str:
        """A file of fresh share tokens; ``query`` may add ``ttl=60&outcome=approved``."""
        return self._get(f"/_sandbox/tokens.csv?n={n}&{query}").decode()

    def set_faults(self, scenario: dict[str, Any]) -> None:
        """Put a scenario in force, replacing the rules of the one before."""
        self._put("/_sandbox/faults", scenario)

    def set_workspace(self, name: str, settings: dict[str, Any]) -> None:
        """Change permissions, partners or features of a workspace."""
        self._put(f"/_sandbox/workspaces/{name}", settings)

    def stop(self) -> int:
        """Ask it to stop; returns the exit status. Stopping twice is fine."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        """End it the hard way, as a crash would."""
        if self._process.poll() is None:
            self._process.kill()
        self._ended()

    def log(self) -> str:
        """What it wrote to standard error so far."""
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._errors.close()

    def _ended(self) -> int:
        status = self._process.wait(STOP_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status

    def _first_line(self) -> dict[str, Any]:
        pipe = self._process.stdout
        if pipe is None:
            raise SandboxFailed("The child has no standard output.")
        deadline = time.monotonic() + START_SECONDS
        readable = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]
        line = pipe.readline() if readable else b""
        if not line:
            self.kill()
            raise SandboxFailed(self.log().strip() or "The sandbox did not start.")
        told: dict[str, Any] = json.loads(line)
        return told

    def _get(self, path: str) -> bytes:
        with _OPENER.open(self.url + path, timeout=60) as answer:
            data: bytes = answer.read()
        return data

    def _put(self, path: str, value: dict[str, Any]) -> None:
        request = urllib.request.Request(
            self.url + path, data=json.dumps(value).encode(), method="PUT"
        )
        with _OPENER.open(request, timeout=60) as answer:
            answer.read()


# A proxy named in the environment must not get between a process and its own child.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def as_program(arguments: list[str], errors: IO[bytes]) -> Child:
    """``python -m sumsub.sandbox`` of this project, whatever the present directory is."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-m", "sumsub.sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=errors,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)},
    )


def start(
    *,
    port: int = 0,
    state: Path | None = None,
    applicants: int = 200,
    scenario: Path | dict[str, Any] | None = None,
    post_limit: str | None = None,
    get_limit: str | None = None,
    webhook_url: str | None = None,
    seed: str | None = None,
    begin: Begin = as_program,
) -> Sandbox:
    """Start a sandbox as ``python -m sumsub.sandbox --json`` is one, and wait until it listens.

    ``scenario`` is a file, or a scenario itself, put in force before this returns. Raises
    SandboxFailed with the child's own words.
    """
    flags = {
        "--state": state,
        "--scenario": scenario if isinstance(scenario, Path) else None,
        "--post-limit": post_limit,
        "--get-limit": get_limit,
        "--webhook-url": webhook_url,
        "--seed": seed,
    }
    arguments = ["--json", "--port", str(port), "--applicants", str(applicants)]
    for flag, value in flags.items():
        if value is not None:
            arguments += [flag, str(value)]
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
    sandbox = Sandbox(begin(arguments, errors), errors)
    if isinstance(scenario, dict):
        sandbox.set_faults(scenario)
    return sandbox
