"""A private PostgreSQL cluster, started when the first test needs it.

PostgreSQL refuses to run as root; then the cluster belongs to Debian's user `postgres`, or to
`nobody`. `TEST_DATABASE_URL` names a server to use instead; its database is left alone.
"""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.supervisor.leash import kernel_leash
from tests.parts.places import PLACE, free_port
from tests.parts.programs import require
from tests.parts.waiting import PATIENCE

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=150")


def newest_binaries() -> Path | None:
    """The directory of the newest server on a Debian machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return found[-1].parent if found else None


def _version(initdb: Path) -> float:
    return float(initdb.parent.parent.name)


class Cluster:
    """One server for all tests of a run, or with `own` for somebody who may crash it.

    Its address is known before it starts.
    """

    def __init__(
        self, directory: Path, *, options: Sequence[str] = FAST, own: bool = False
    ) -> None:
        self._directory = directory
        self._options = options
        self._given = None if own else os.environ.get("TEST_DATABASE_URL")
        self._process: subprocess.Popen[bytes] | None = None

    @cached_property
    def _server(self) -> str:
        return self._given or f"postgres://relay@127.0.0.1:{free_port()}/postgres"

    def url(self, database: str) -> str:
        """The address of a database on this server."""
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{database}"))

    def start(self) -> None:
        """Start the server unless it runs; skips or fails the test when it is not installed."""
        if self._process or self._given:
            return
        binaries = Path(require("postgresql", newest_binaries()))
        if not self._directory.exists():
            self._make(binaries)
        self._serve(binaries)

    def crash(self, number: signal.Signals) -> None:
        """End the server without its consent: SIGQUIT (`immediate`), or SIGKILL for its head.

        What was committed is on disk; the next `start` recovers it.
        """
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        """End the server at once; its data is of no use to anybody."""
        if self._process:
            # A fast shutdown; the usual signal would wait for connections that somebody forgot.
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database, a copy of `template`; returns its address."""
        self.start()
        names = sql.Identifier(database), sql.Identifier(template)
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database with everybody in it."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(sql.Identifier(database)))

    def _make(self, binaries: Path) -> None:
        self._directory.mkdir(mode=0o700)
        user = _user()
        os.chown(self._directory, user.pw_uid, user.pw_gid)
        initdb = [f"{binaries}/initdb", "-D", str(self._directory), "-U", "relay", "-E", "UTF8"]
        self._run([*initdb, "--auth=trust", "--no-locale", "--no-sync"]).wait()

    def _serve(self, binaries: Path) -> None:
        """Start the server until it stays: what a crash left of the last one needs a moment."""
        options = [part for option in self._options for part in ("-c", option)]
        place = ["-D", str(self._directory), "-k", str(self._directory)]
        port = ["-h", "127.0.0.1", "-p", str(urlsplit(self._server).port)]
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                self._process = self._run([f"{binaries}/postgres", *place, *port, *options])
            if time.monotonic() > until:
                raise TimeoutError("PostgreSQL does not start")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._server).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        user = _user()
        as_root = os.getuid() == 0
        with (PLACE / "postgres.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self._directory,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=kernel_leash(),
                user=user.pw_uid if as_root else None,
                group=user.pw_gid if as_root else None,
                extra_groups=[] if as_root else None,
            )


def _user() -> pwd.struct_passwd:
    """Who runs the server: ourselves, or somebody else when we are root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


CLUSTER = Cluster(PLACE / "postgres")
