"""The data folder of an installation: its lock, its directories, its logs, its local.env."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from accounts.private_files import private_file, private_folder
from config.places import run_directory
from config.supervisor.ending import StartFailed

LONGEST_LOG = 2_000_000


class FolderInUse(StartFailed):
    """Another supervisor holds the data folder."""

    exit_code = 2


@contextmanager
def locked(data_dir: Path, address: str) -> Iterator[None]:
    """Hold the data folder for ourselves; the kernel lets go of it when we die.

    Raises FolderInUse, naming the other one's address, when somebody else holds it.
    """
    private_folder(data_dir)
    with (data_dir / "supervisor.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise FolderInUse(
                f"KYC Relay already runs on the data folder {data_dir}: {lock.read().strip()}\n"
                "To run a second one: make run DATA_DIR=var2 PORT=8010 SANDBOX_PORT=8011"
            ) from error
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})\n")
        lock.flush()
        yield


def prepare(data_dir: Path) -> None:
    """Make the directories that programs expect and set long logs aside."""
    for name in ("logs", "valkey", "sandbox"):
        private_folder(data_dir / name)
    _private(run_directory(data_dir))
    for log in (data_dir / "logs").glob("*.log"):
        if log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_suffix(".log.1"))


def write_local_values(data_dir: Path, values: Mapping[str, str]) -> None:
    """Replace local.env, from which `manage.py` in another terminal learns the same things."""
    target = data_dir / "local.env"
    draft = private_file(data_dir / f"local.env.{os.getpid()}")
    draft.write_text(
        "# Written by make run; read by settings where the environment says nothing.\n"
        + "".join(f"{name}='{value}'\n" for name, value in values.items()),
        encoding="utf-8",
    )
    draft.replace(target)


def _private(directory: Path) -> None:
    """Make a directory that is ours alone; it may lie in a place that all can write to."""
    private_folder(directory)
    found = directory.lstat()
    if directory.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o022:
        raise StartFailed(f"{directory} belongs to somebody else. Remove it and start again.")
