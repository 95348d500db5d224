"""SQLite under the sandbox: a file in the state directory, or a nameless temporary one.

Every deed is one transaction. In the state directory the journal is a write-ahead log handed to
the operating system at each commit: a killed process loses nothing, a power cut may lose the last
moments. Without a directory the file has no name, so that it vanishes with the process however
that ends, and memory stays flat however many applicants are made.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FILE_NAME = "sandbox.sqlite3"
# To be raised with every change of `_SCHEMA`: an older state directory is refused, not converted.
SCHEMA_VERSION = 2
GROUP = 256

# How a deed begins, is done, and is undone.
_DURABLE = ("BEGIN", "COMMIT", ("ROLLBACK",))
_VOLATILE = ("SAVEPOINT deed", "RELEASE deed", ("ROLLBACK TO deed", "RELEASE deed"))

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS applicant (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    external_user_id TEXT NOT NULL,
    level TEXT NOT NULL,
    origin TEXT NOT NULL,
    source_id TEXT,
    steps TEXT NOT NULL,
    profile TEXT,
    email TEXT,
    phone TEXT,
    review TEXT NOT NULL,
    due_ms INTEGER,
    created_ms INTEGER NOT NULL,
    active INTEGER NOT NULL,
    version INTEGER NOT NULL,
    source_version INTEGER NOT NULL,
    labels TEXT
);
CREATE TABLE IF NOT EXISTS past_profile (
    applicant_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    profile TEXT NOT NULL,
    PRIMARY KEY (applicant_id, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS level (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    activity TEXT NOT NULL,
    applicant_id TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS applicant_external
    ON applicant (client_id, external_user_id);
CREATE INDEX IF NOT EXISTS applicant_due ON applicant (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS applicant_email ON applicant (email) WHERE email IS NOT NULL;
CREATE INDEX IF NOT EXISTS applicant_phone ON applicant (phone) WHERE phone IS NOT NULL;
CREATE TABLE IF NOT EXISTS token (
    sha256 TEXT PRIMARY KEY,
    donor_client_id TEXT NOT NULL,
    applicant_id TEXT NOT NULL,
    for_client_id TEXT NOT NULL,
    issued_ms INTEGER NOT NULL,
    ttl_seconds INTEGER NOT NULL,
    used_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    event TEXT NOT NULL,
    client_id TEXT NOT NULL,
    applicant_id TEXT,
    external_user_id TEXT,
    token_sha256 TEXT,
    status INTEGER,
    error_code INTEGER
);
CREATE TRIGGER IF NOT EXISTS ledger_keeps_what_it_says BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_forgets_nothing BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TABLE IF NOT EXISTS webhook (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY,
    webhook_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    applicant_id TEXT NOT NULL,
    type TEXT NOT NULL,
    body BLOB NOT NULL,
    attempt INTEGER NOT NULL,
    due_ms INTEGER,
    taken INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS outgoing_due
    ON outgoing (webhook_id, due_ms, id) WHERE due_ms IS NOT NULL AND taken = 0;
CREATE INDEX IF NOT EXISTS outgoing_done ON outgoing (id) WHERE due_ms IS NULL;
CREATE TABLE IF NOT EXISTS attempt (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    delivery_id INTEGER NOT NULL,
    webhook_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    applicant_id TEXT NOT NULL,
    type TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    status INTEGER,
    error TEXT NOT NULL,
    state TEXT NOT NULL
);
"""


def _connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=0.5, cached_statements=256)


class StateInUse(Exception):
    """Another sandbox already works in this state directory."""


class StateOfAnotherVersion(Exception):
    """The state directory was not written by this version of the sandbox."""


class Store:
    """A thin cover over one SQLite connection, used from one thread."""

    def __init__(self, directory: Path | None) -> None:
        self._inside = False
        self._grouped = 0
        self._durable = directory is not None
        if directory is None:
            with tempfile.NamedTemporaryFile(prefix="sumsub-sandbox-") as file:
                self._db = _connect(file.name)
                self._prepare()
            return
        directory.mkdir(parents=True, exist_ok=True)
        self._db = _connect(str(directory / FILE_NAME))
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            raise StateInUse(str(error)) from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise StateOfAnotherVersion(str(error)) from error
        except StateOfAnotherVersion:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._db.execute(f"PRAGMA journal_mode={'WAL' if self._durable else 'MEMORY'}")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA cache_size=-32768")
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("COMMIT")
        found = self.one("PRAGMA user_version", ())[0]
        if found != SCHEMA_VERSION and self.maybe("SELECT 1 FROM sqlite_master", ()):
            raise StateOfAnotherVersion(f"schema {found}, not {SCHEMA_VERSION}")
        self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        self._db.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction it joins that one."""
        if self._inside:
            yield
            return
        begin, commit, undo = _DURABLE if self._durable else _VOLATILE
        self._begin_group()
        self._db.execute(begin)
        self._inside = True
        try:
            yield
        except BaseException:
            for statement in undo:
                self._db.execute(statement)
            raise
        else:
            self._db.execute(commit)
        finally:
            self._inside = False

    def _begin_group(self) -> None:
        """Without a state directory nobody waits for the disk: write once in many deeds."""
        if self._durable:
            return
        if self._grouped == GROUP:
            self._db.execute("COMMIT")
            self._grouped = 0
        if not self._grouped:
            self._db.execute("BEGIN")
        self._grouped += 1

    def execute(self, sql: str, values: tuple[Any, ...]) -> int:
        """Run one statement; returns the number of rows changed."""
        return self._db.execute(sql, values).rowcount

    def maybe(self, sql: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row

    def one(self, sql: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """The only row of a query that always has one."""
        row: tuple[Any, ...] = self._db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Every row; keep the LIMIT in the query."""
        return self._db.execute(sql, values).fetchall()

    def setting(self, key: str) -> str | None:
        """A remembered value, or None."""
        row = self.maybe("SELECT value FROM meta WHERE key = ?", (key,))
        return None if row is None else str(row[0])

    def remember(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Close the file."""
        self._db.close()
