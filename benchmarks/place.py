"""A fresh installation in a temporary folder, for a benchmark to run in."""

import logging
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import django
from django.core.management import call_command

from config.supervisor import valkey
from tests.parts.postgres import Cluster

DATABASES = ("sqlite", "postgresql")


@contextmanager
def fresh_installation(database: str = "sqlite", **settings: str) -> Iterator[None]:
    """Set up Django on an empty, migrated database of that kind; once in a process.

    A PostgreSQL server is started for it; `os.environ` then tells children the same installation.
    """
    with tempfile.TemporaryDirectory(prefix="relay-bench-") as folder:
        server = _postgresql(Path(folder)) if database == "postgresql" else nullcontext("")
        with server as url:
            os.environ.update(settings, DATA_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings")
            # Only what a benchmark prints is wanted: no line for each request.
            logging.disable(logging.WARNING)
            if url:
                os.environ["DATABASE_URL"] = url
            django.setup()
            call_command("migrate", verbosity=0)
            yield


@contextmanager
def broker() -> Iterator[None]:
    """The installation's own Valkey, queue and cache, while inside."""
    folder = Path(os.environ["DATA_DIR"])
    socket = valkey.socket_path(folder)
    for place in (folder / "valkey", socket.parent):
        place.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(valkey.command(socket, folder / "valkey"), stdout=subprocess.DEVNULL)
    try:
        while not valkey.answers(socket):
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    folder.chmod(0o755)  # PostgreSQL's own user has to reach its folder
    cluster = Cluster(folder / "postgresql")
    try:
        yield cluster.create("relay")
    finally:
        cluster.stop()


def machine() -> str:
    """The machine in one line."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def cpu_seconds_below(pid: int) -> float:
    """CPU seconds that a process, its children and their ended children have used (Linux)."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(folder)):
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
            used[int(folder.name)] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    family, total = [pid], 0.0
    while family:
        member = family.pop()
        total += used.get(member, 0.0)
        family += parents.get(member, [])
    return total


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
