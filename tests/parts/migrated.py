"""A migrated SQLite database: made once for the source as it is, copied by whoever begins with one.

To apply all migrations takes longer than almost any test. The first who asks does it, by `manage.py
migrate` like any installation; after a change of what it follows from it is made anew.
"""

import fcntl
import hashlib
import shutil
import sqlite3
import subprocess
from pathlib import Path

from config.environment import PROJECT
from config.supervisor import commands
from tests.parts.places import PLACE, clean_environment

KEPT = PROJECT / ".pytest_cache" / "migrated"
# Our tables, the roles in them, whose tables come beside, and the packages that make those.
FOLLOWED = (
    "*/migrations/*.py",
    "*/models/*.py",
    "accounts/rights.py",
    "accounts/roles.py",
    "config/settings.py",
    "requirements/base.txt",
)


def migrated() -> Path:
    """A migrated SQLite file of this run, to be copied."""
    file = PLACE / "migrated.sqlite3"
    copy_migrated(file)
    return file


def copy_migrated(to: Path) -> None:
    """Write the database to `to`. Other processes of the run wait while one makes it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{_source()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for older in KEPT.glob("*.sqlite3"):
                older.unlink()
            shutil.move(_migrated(), kept)
        shutil.copyfile(kept, to)


def _migrated() -> Path:
    data_dir = PLACE / "migrated"
    subprocess.run(
        commands.manage("migrate", "--no-input", "-v", "0"),
        cwd=PROJECT,
        env=clean_environment() | {"DATA_DIR": str(data_dir)},
        check=True,
    )
    file = data_dir / "relay.sqlite3"
    # What is still in the journal beside it is not copied.
    journal = sqlite3.connect(file)
    journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.close()
    return file


def _source() -> str:
    """All that a migrated database follows from, as one name for it."""
    digest = hashlib.sha256()
    for file in sorted(file for pattern in FOLLOWED for file in PROJECT.glob(pattern)):
        digest.update(f"{file.relative_to(PROJECT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:32]
