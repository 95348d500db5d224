"""Whole installations for end-to-end tests: a data folder, a database, a broker, real processes."""

import http.client
import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest

from config.environment import PROJECT
from config.places import embedded_redis_url
from config.supervisor import commands, valkey
from config.supervisor.ending import Ending
from config.supervisor.folder import prepare
from config.supervisor.programs import Kennel, Program, Running
from sumsub.sandbox.process import Sandbox
from tests.parts.far_end import connection_settings
from tests.parts.migrated import migrated
from tests.parts.places import PLACE, clean_environment, free_port
from tests.parts.postgres import CLUSTER
from tests.parts.waiting import PATIENCE, wait_until

Kind = Literal["sqlite", "postgresql"]
_numbers = itertools.count(1)
TEMPLATE = "relay_template"


class Installation:
    """One installation with its own data folder. Ends everything it started in `close`."""

    def __init__(self, data_dir: Path, environment: dict[str, str]) -> None:
        prepare(data_dir)
        self.data_dir = data_dir
        self.address = ""
        self.environment = (
            clean_environment()
            | {"DATA_DIR": str(data_dir), "REDIS_URL": embedded_redis_url(data_dir)}
            | {"PYTHONUNBUFFERED": "1"}
            | environment
        )
        self._kennel = Kennel()
        self._started: list[Running] = []

    def manage(
        self, *arguments: str, check: bool = True, stdin: str = "", seconds: float = PATIENCE
    ) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` and wait; with `check`, a failure fails the test with its output."""
        done = subprocess.run(
            commands.manage(*arguments),
            cwd=PROJECT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{arguments} ended with {done.returncode}:\n{done.stderr}")
        return done

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a `manage.py` command whose output is a pipe; whoever began it hears it out."""
        return subprocess.Popen(
            commands.manage(*arguments),
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, name: str, command: Sequence[str]) -> Running:
        """Start any command of ours; its output goes to `logs/<name>.log`."""
        log = self.data_dir / "logs" / f"{name}.log"
        running = self._kennel.start(Program(name, command, self.environment, log))
        self._started.append(running)
        return running

    def start_broker(self) -> None:
        """This installation's own Valkey, `broker` from now on."""
        socket = valkey.socket_path(self.data_dir)
        self.broker = self.start("valkey", valkey.command(socket, self.data_dir / "valkey"))
        wait_until(lambda: valkey.answers(socket), "Valkey answers")

    def start_worker(self, *, wait: bool = True) -> Running:
        """A Celery worker; with `wait`, ready to take messages."""
        ready = self._log("worker").count(" ready.")
        running = self.start("worker", commands.worker())
        if wait:
            wait_until(lambda: self._log("worker").count(" ready.") > ready, "a worker is ready")
        return running

    def start_beat(self) -> Running:
        """The clock that rings for what is due."""
        return self.start("beat", commands.beat())

    def start_web(self, port: int | None = None) -> str:
        """The ASGI server, `web` from now on; returns its address once it answers."""
        port = port or free_port()
        self.web = self.start("web", commands.web(port))
        self.address = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(port, "/healthz"), "the web answers")
        return self.address

    def kill(self, running: Running) -> None:
        """As `kill -9` does it: no time to say good-bye."""
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()

    def close(self) -> None:
        """End everything, the latest first."""
        for running in reversed(self._started):
            running.ask_to_end()
            running.end(Ending(), grace=3)
        self._kennel.close()

    def _log(self, name: str) -> str:
        log = self.data_dir / "logs" / f"{name}.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""


def answers(port: int, path: str) -> bool:
    """True when a GET on this machine answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """A SQLite file with all migrations applied, to be copied."""
    return migrated()


@pytest.fixture(scope="session")
def migrated_postgres() -> str:
    """The name of a PostgreSQL database with all migrations applied, to be copied."""
    CLUSTER.start()
    CLUSTER.drop(TEMPLATE)
    url = CLUSTER.create(TEMPLATE)
    template = Installation(PLACE / "template-pg", {"DATABASE_URL": url})
    template.manage("migrate", "--no-input", "-v", "0")
    template.close()
    return TEMPLATE


class Factory:
    """Makes installations, each with a migrated database and a running broker."""

    def __init__(self, request: pytest.FixtureRequest, sandbox: Sandbox, stack: ExitStack) -> None:
        self._request = request
        self._sandbox = sandbox
        self._stack = stack

    def __call__(
        self,
        database: Kind = "sqlite",
        far_end: Sandbox | None = None,
        workspace: str = "recipient",
        **settings: str,
    ) -> Installation:
        """One more, connected to the session's sandbox or to `far_end`; nothing else runs yet."""
        data_dir = PLACE / f"installation-{next(_numbers)}"
        environment = connection_settings(far_end or self._sandbox, workspace) | settings
        if database == "postgresql":
            environment["DATABASE_URL"] = self._on_postgresql(data_dir.name.replace("-", "_"))
        made = Installation(data_dir, environment)
        self._stack.callback(shutil.rmtree, data_dir, ignore_errors=True)
        self._stack.callback(made.close)
        if database == "sqlite":
            migrated = self._request.getfixturevalue("migrated_sqlite")
            shutil.copyfile(migrated, data_dir / "relay.sqlite3")
        made.start_broker()
        return made

    def _on_postgresql(self, name: str) -> str:
        url = CLUSTER.create(name, self._request.getfixturevalue("migrated_postgres"))
        self._stack.callback(CLUSTER.drop, name)
        return url


@pytest.fixture
def installation(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Factory]:
    """`installation(database="sqlite", far_end=None, workspace="recipient", **settings)`.

    Each call makes one installation for this test; the test starts workers and web.
    """
    with ExitStack() as stack:
        yield Factory(request, sandbox, stack)


@pytest.fixture(scope="session")
def lasting_installation(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Factory]:
    """The same for installations that many tests share."""
    with ExitStack() as stack:
        yield Factory(request, sandbox, stack)
