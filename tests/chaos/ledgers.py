"""What was written down, read without a word of ours: database, far end, files, stops.

Nothing here knows the product's modules: plain SQL, JSON lines and CSV only, so that a mistake of
the engine cannot hide itself in what judges it.
"""

import csv
import hashlib
import json
import sqlite3
import urllib.request
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

STATES = (
    *("staged", "pending", "sending", "checking"),
    *("imported", "refused", "not_imported", "expired", "cancelled"),
    *("duplicate", "invalid", "needs_person"),
)
FIRST_LINE = 2
MARK_DIGITS = 12

_IMPORTS = f"""SELECT id, state, file_sha256, total_count,
    {", ".join(f"{state}_count" for state in STATES)} FROM customers_import ORDER BY id"""
_ROWS = """SELECT id, import_id, line, state, token_mark, external_user_id, applicant_id, attempts,
    resends, lookups, doubt, confirmed_by_lookup, token_sealed IS NOT NULL AS keeps_token,
    token_until, replaced_by_id, checking_since IS NOT NULL AS was_checked
    FROM customers_row ORDER BY import_id, line"""
_EVENTS = "SELECT deed, subject, details FROM accounts_auditevent ORDER BY id"
_APPLICATIONS = "SELECT provider_applicant_id FROM customers_application"


@dataclass(frozen=True)
class TokenFile:
    """A file that was handed in: its digest, and per line the SHA-256 of its share token."""

    name: str
    sha256: str
    tokens: Mapping[int, str]


@dataclass(frozen=True)
class Import:
    """An import as its row in the database tells it; `counts` are the counters kept with it."""

    id: int
    state: str
    file_sha256: str
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Row:
    """A row as the database tells it. `token_mark` begins the SHA-256 of its share token."""

    id: int
    import_id: int
    line: int
    state: str
    token_mark: str = ""
    external_user_id: str = ""
    applicant_id: str = ""
    attempts: int = 0
    resends: int = 0
    lookups: int = 0
    doubt: bool = False
    confirmed_by_lookup: bool = False
    keeps_token: bool = False
    token_until: datetime | None = None
    replaced_by: int | None = None
    was_checked: bool = False

    def __str__(self) -> str:
        return f"row {self.id} (line {self.line} of import {self.import_id})"


@dataclass(frozen=True)
class Event:
    """One event of the far end's ledger."""

    seq: int
    event: str
    token_sha256: str | None = None
    external_user_id: str | None = None
    applicant_id: str | None = None
    status: int | None = None
    error_code: int | None = None

    @property
    def made_an_applicant(self) -> bool:
        """True for a redemption that went through, whatever became of its answer."""
        return self.event in ("redeemed", "copied")


@dataclass(frozen=True)
class AuditEvent:
    """One event of our audit trail."""

    deed: str
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stop:
    """A pause or cancel that was confirmed when the far end's ledger had come to `after`.

    `until` is the number after which a paused import went on, or a cancelled one's file came
    again; None when that never happened.
    """

    import_id: int
    deed: str
    after: int
    until: int | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that is compared. `now` is the moment of which it is judged: when it was read."""

    imports: tuple[Import, ...] = ()
    rows: tuple[Row, ...] = ()
    audit: tuple[AuditEvent, ...] = ()
    applications: tuple[str, ...] = ()
    ledger: tuple[Event, ...] = ()
    files: tuple[TokenFile, ...] = ()
    stops: tuple[Stop, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def read(database: str, ledger: str, files: Path, stops: Path | None) -> Evidence:
    """Read all of it: a database's address or SQLite file, the ledger's address, a folder."""
    # The far end first: what it does after this is not held against the rows.
    events = tuple(_event(line) for line in _lines(ledger))
    imports, rows, audit, applications = _tables(database)
    return Evidence(
        imports=tuple(_import(one) for one in imports),
        rows=tuple(_row(one) for one in rows),
        audit=tuple(_audited(one) for one in audit),
        applications=tuple(one["provider_applicant_id"] for one in applications),
        ledger=events,
        files=tuple(token_file(path) for path in sorted(files.glob("*.csv"))),
        stops=tuple(Stop(**one) for one in _json_lines(stops)) if stops else (),
    )


def token_file(path: Path) -> TokenFile:
    """The digest of a file and of each of its share tokens; its column is `token`."""
    contents = path.read_bytes()
    lines = csv.DictReader(contents.decode().splitlines())
    tokens = {
        number: hashlib.sha256(line["token"].encode()).hexdigest()
        for number, line in enumerate(lines, start=FIRST_LINE)
    }
    return TokenFile(path.name, hashlib.sha256(contents).hexdigest(), tokens)


def _tables(database: str) -> list[list[dict[str, Any]]]:
    """The four tables as of one moment."""
    questions = (_IMPORTS, _ROWS, _EVENTS, _APPLICATIONS)
    if "://" in database:
        with psycopg.connect(database) as postgres:
            postgres.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return [_named(postgres.execute(question)) for question in questions]
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as sqlite:
        sqlite.execute("BEGIN")
        return [_named(sqlite.execute(question)) for question in questions]


def _named(answer: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in answer.description]
    return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]


def _import(one: dict[str, Any]) -> Import:
    counts = {state: one[f"{state}_count"] for state in STATES}
    return Import(one["id"], one["state"], one["file_sha256"], one["total_count"], counts)


def _row(one: dict[str, Any]) -> Row:
    flags = {
        name: bool(one[name])
        for name in ("doubt", "confirmed_by_lookup", "keeps_token", "was_checked")
    }
    until = {"token_until": _moment(one["token_until"]), "replaced_by": one.pop("replaced_by_id")}
    return Row(**(one | flags | until))


def _moment(value: datetime | str | None) -> datetime | None:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


def _audited(one: dict[str, Any]) -> AuditEvent:
    details = one["details"]
    told = json.loads(details) if isinstance(details, str) else details
    return AuditEvent(one["deed"], one["subject"], told)


def _event(told: dict[str, Any]) -> Event:
    known = {name: told[name] for name in Event.__dataclass_fields__}
    return Event(**known)


def _lines(ledger: str) -> list[dict[str, Any]]:
    if "://" not in ledger:
        return _json_lines(Path(ledger))
    # A proxy named in the environment has nothing to do with an address on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(ledger, timeout=60) as answer:
        return _parsed(answer.read().decode().splitlines())


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return _parsed(path.read_text(encoding="utf-8").splitlines())


def _parsed(lines: Iterable[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines if line]
