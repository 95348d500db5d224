"""The field of a chaos run: a far end, an installation with its processes, ways to look and strike.

Everything that runs is on the kernel's leash: it dies with this process, however that goes.
"""

import json
import select
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from config.environment import PROJECT
from config.supervisor import commands
from config.supervisor.ending import Ending
from config.supervisor.leash import kernel_leash
from config.supervisor.programs import Kennel, Program, Running
from sumsub.sandbox.process import Sandbox
from tests.chaos.mix import TIMING
from tests.parts.far_end import connection_settings
from tests.parts.installations import Installation
from tests.parts.postgres import Cluster
from tests.parts.waiting import PATIENCE

# What a crashed server must recover: everything that it said was committed.
CRASH_SAFE = ("fsync=on", "synchronous_commit=on", "max_connections=100")
ANSWER_SECONDS = 60
# So soon what became due is done: an idle worker looks every two seconds, and sweeps every second.
DONE_WITHIN = 5
_STATES = "SELECT state, count(*) FROM customers_row GROUP BY state"
_SENDING = "SELECT count(*) FROM customers_row WHERE import_id = {} AND state = 'sending'"


class Away(Exception):
    """The database did not answer; whether a deed was done is not known."""


class Field:
    """One far end and one installation, on SQLite or on a PostgreSQL that may be crashed."""

    def __init__(
        self,
        folder: Path,
        far_end: Sandbox,
        cluster: Cluster | None,
        settings: Mapping[str, str],
        variant: str = "",
        workspace: str = "recipient",
    ) -> None:
        self.far_end = far_end
        self.cluster = cluster
        self.variant = variant
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        self.stops = folder / "stops.jsonl"
        self.stops.touch()
        environment = connection_settings(far_end, workspace) | dict(settings)
        if cluster is not None:
            environment["DATABASE_URL"] = cluster.create("chaos")
        self.here = Installation(folder / "data", environment)
        self.workers: list[Running] = []
        self._desk: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> str:
        """The database as the checker is told it: an address, or a SQLite file."""
        file = self.here.data_dir / "relay.sqlite3"
        return self.here.environment.get("DATABASE_URL") or str(file)

    # ---- processes -------------------------------------------------------------------------

    def start(self, workers: int, template: Path | None = None) -> None:
        """Migrate (or copy a migrated SQLite file), then start broker, beat, workers and desk."""
        self.here.start_broker()
        if template is not None:
            shutil.copyfile(template, self.database)
        else:
            self.here.manage("migrate", "--no-input", "-v", "0")
        self.here.start_beat()
        for _ in range(workers):
            self.start_worker()
        self.ask("ready")

    def start_worker(self) -> Running:
        """One more Celery worker; it needs a few seconds until it takes its first message."""
        worker = self.here.start("worker", self.program(commands.worker()))
        self.workers.append(worker)
        return worker

    def end_worker(self, worker: Running) -> None:
        """`kill -9`."""
        self.workers.remove(worker)
        self.here.kill(worker)

    def program(self, command: list[str]) -> list[str]:
        """The same program of ours, broken when this run has a broken engine."""
        if not self.variant:
            return command
        return [command[0], "-m", "tests.chaos.broken", self.variant, *command[1:]]

    def start_command(self, *arguments: str) -> Running:
        """A management command beside the workers; its output goes to a log."""
        return self.here.start("command", self.program(commands.manage(*arguments)))

    def end(self) -> None:
        """End the desk and everything of the installation; workers have no time to say good-bye."""
        for worker in self.workers:
            worker.end(Ending(), grace=0)
        if self._desk is not None:
            self._desk.kill()
            self._desk.communicate()
        self.here.close()

    # ---- the desk --------------------------------------------------------------------------

    def ask(self, deed: str, **wish: Any) -> int | None:
        """Have a person do something; None when it does not fit. Raises Away."""
        if self._desk is None or self._desk.poll() is not None:
            self._desk = self._open_desk()
        assert self._desk.stdin is not None
        assert self._desk.stdout is not None
        self._desk.stdin.write(json.dumps({"deed": deed} | wish).encode() + b"\n")
        self._desk.stdin.flush()
        if not select.select([self._desk.stdout], [], [], ANSWER_SECONDS)[0]:
            raise AssertionError(f"the desk did not answer to {deed}")
        answer = json.loads(self._desk.stdout.readline() or b'{"error": "the desk ended"}')
        if "error" in answer:
            raise Away(answer["error"])
        done: int | None = answer.get("done")
        return done

    def _open_desk(self) -> subprocess.Popen[bytes]:
        command = self.program([sys.executable, "-m", "tests.chaos.desk"])
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings"}
        with (self.here.data_dir / "logs" / "desk.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=PROJECT,
                env=self.here.environment | settings,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                preexec_fn=kernel_leash(),
            )

    # ---- looking ---------------------------------------------------------------------------

    def look(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the database in SQL. Raises Away."""
        try:
            address = self.database
            opened = psycopg.connect(address) if "://" in address else sqlite3.connect(address)
            with closing(opened) as database:
                return list(database.execute(question).fetchall())
        except (psycopg.OperationalError, sqlite3.OperationalError) as error:
            raise Away(type(error).__name__) from None

    def states(self) -> Counter[str]:
        """The rows counted by state. Raises Away."""
        return Counter(dict(self.look(_STATES)))

    def on_the_wire(self) -> int:
        """Rows that wait for an answer of the far end. Raises Away."""
        return self.states()["sending"]

    def undecided(self) -> int:
        """Rows whose outcome is open. Raises Away."""
        found = self.states()
        return sum(found[state] for state in ("staged", "pending", "sending", "checking"))

    def sending(self, import_id: int) -> int:
        """Rows of an import that are on the wire. Raises Away."""
        return int(self.look(_SENDING.format(int(import_id)))[0][0])

    def last_seq(self) -> int:
        """The number of the far end's newest event."""
        lines = self.far_end._get("/_sandbox/ledger.jsonl?newest=1").splitlines()
        return int(json.loads(lines[-1])["seq"]) if lines else 0

    def mint(self, name: str, rows: int, query: str = "") -> Path:
        """A file of fresh share tokens, kept for the checker."""
        file = self.files / f"{name}.csv"
        file.write_text(self.far_end.tokens_csv(rows, query), encoding="utf-8")
        return file

    def note_stop(self, import_id: int, deed: str, after: int, until: int | None) -> None:
        """Write down a stop that was confirmed, for the checker."""
        stop = {"import_id": import_id, "deed": deed, "after": after, "until": until}
        with self.stops.open("a", encoding="utf-8") as stops:
            stops.write(json.dumps(stop) + "\n")

    # ---- judging ---------------------------------------------------------------------------

    def judge(self) -> dict[str, Any]:
        """What the checker says, in a process of its own; `violations` is a list of sentences.

        It holds the engine to what is over at this moment, and reads when that had to be done.
        """
        moment = datetime.now(UTC)
        time.sleep(DONE_WITHIN)
        ledger = f"{self.far_end.url}/_sandbox/ledger.jsonl"
        command = [sys.executable, "-m", "tests.chaos.checker", "--database", self.database]
        command += ["--ledger", ledger, "--files", str(self.files), "--stops", str(self.stops)]
        command += ["--as-of", moment.isoformat()]
        done = subprocess.run(
            command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode not in (0, 1) or not done.stdout:
            raise AssertionError(f"the checker broke:\n{done.stderr}")
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def audit_chain(self) -> list[str]:
        """Nothing when the audit trail's chain holds, else what `verify_audit` says."""
        done = self.here.manage("verify_audit", check=False)
        return [] if done.returncode == 0 else [f"the audit trail verifies: {done.stderr.strip()}"]


@contextmanager
def field(
    folder: Path,
    *,
    postgresql: bool,
    applicants: int = 200,
    scenario: Mapping[str, Any] | None = None,
    variant: str = "",
    timing: Mapping[str, Any] | None = None,
    **settings: str,
) -> Iterator[Field]:
    """A field with its far end (no rate limit of its own); everything has ended when it is left."""
    waits = json.dumps(TIMING | dict(timing or {}))
    limits = {"SUMSUB_POST_LIMIT": "none", "SUMSUB_GET_LIMIT": "none"}
    with around(folder, postgresql=postgresql, applicants=applicants, scenario=scenario) as found:
        made = Field(folder, *found, limits | {"REDEMPTION_TIMING": waits} | settings, variant)
        try:
            yield made
        finally:
            made.end()


@contextmanager
def around(
    folder: Path, *, postgresql: bool, applicants: int, scenario: Mapping[str, Any] | None
) -> Iterator[tuple[Sandbox, Cluster | None]]:
    """What a field stands on: its far end, and a PostgreSQL that may be crashed."""
    with ExitStack() as stack:
        kennel = Kennel()
        stack.callback(kennel.close)
        far_end = stack.enter_context(_far_end(kennel, folder, applicants))
        far_end.set_faults(dict(scenario or {}))
        cluster = None
        if postgresql:
            cluster = Cluster(folder / "postgres", options=CRASH_SAFE, own=True)
            stack.callback(cluster.stop)
        yield far_end, cluster


@contextmanager
def _far_end(kennel: Kennel, folder: Path, applicants: int) -> Iterator[Sandbox]:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    command = [sys.executable, "-m", "sumsub.sandbox", "--json", "--port", "0"]
    command += ["--applicants", str(applicants), "--post-limit", "none", "--get-limit", "none"]
    log = folder / "sandbox.log"
    environment = Installation(folder / "sandbox-place", {}).environment
    running = kennel.start(Program("sandbox", command, environment, log, talks=True))
    with Sandbox(running.process, log.open("rb")) as far_end:
        yield far_end


def wait_until(reached: Any, what: str, seconds: float = PATIENCE) -> None:
    """Poll until `reached()`, through absences of the database. Fails with the sentence `what`."""
    until = time.monotonic() + seconds
    while True:
        try:
            if reached():
                return
        except Away:
            pass
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:g} s in vain until {what}")
        time.sleep(0.05)
