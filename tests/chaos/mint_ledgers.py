"""What minting left behind, and what must be true of it; without a word of ours.

Plain SQL, JSON lines and CSV only, so that a mistake of the engine cannot hide itself in what
judges it. Each rule yields one sentence for each violation.
"""

import csv
import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.rules import words

ENDS = ("minted", "failed", "expired", "skipped", "cancelled")
MARK_DIGITS = 12
_ROWS = """SELECT r.id, r.batch_id, r.line, r.state, r.sumsub_id, r.attempts, r.unread_count,
    r.reason, r.token_sealed IS NOT NULL, t.token_mark
    FROM sharing_mintrow r LEFT JOIN sharing_issuedtoken t ON t.id = r.issued_id
    ORDER BY r.batch_id, r.line"""
_ISSUED = "SELECT token_mark FROM sharing_issuedtoken"
_BATCHES = """SELECT id, state, total_count, finding_count, waiting_count, minting_count,
    minted_count, expired_count, failed_count, skipped_count, cancelled_count, file_sha256
    FROM sharing_mintbatch ORDER BY id"""
_COUNTED = ("finding", "waiting", "minting", "minted", "expired", "failed", "skipped", "cancelled")
_MINTED = "SELECT details FROM accounts_auditevent WHERE deed = 'share_token.minted'"


@dataclass(frozen=True)
class Row:
    """A row as the database tells it; `mark` is that of its line in our ledger."""

    id: int
    batch: int
    line: int
    state: str
    applicant: str
    attempts: int
    unread: int
    reason: str
    keeps_token: bool
    mark: str | None

    def __str__(self) -> str:
        return f"line {self.line} of batch {self.batch}"


@dataclass(frozen=True)
class Evidence:
    """All that was written down: rows and our ledger, the far end's, the trail, the files."""

    rows: list[Row]
    issued: list[str]
    batches: list[tuple[int, str, int, Mapping[str, int], str]]
    told: list[str]
    # SHA-256 of share token and applicant, as the far end minted them.
    minted: list[tuple[str, str]]
    handed_in: Mapping[str, list[str]]
    # By batch: applicant and share token's SHA-256 of each line with a share token.
    taken: Mapping[int, list[tuple[str, str]]]


@dataclass(frozen=True)
class Judgement:
    """What the checker found."""

    figures: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


def judged(database: str, ledger: Iterable[Mapping[str, Any]], files: Path) -> Judgement:
    """Compare what database, far end and files say."""
    seen = _read(database, ledger, files)
    return Judgement(_figures(seen), violations(seen))


def violations(seen: Evidence) -> list[str]:
    """Every violation as a sentence, beginning with the rule that it breaks."""
    return [f"{words(rule)}: {told}" for rule in RULES for told in rule(seen)]


def _figures(seen: Evidence) -> dict[str, Any]:
    return {
        "rows": dict(sorted(Counter(row.state for row in seen.rows).items())),
        "batches": len(seen.batches),
        "minted at the far end": len(seen.minted),
        "declared as possibly lost": sum(row.unread for row in seen.rows),
        "lost at the far end": len(seen.minted) - sum(row.state == "minted" for row in seen.rows),
        "unanswered calls": sum(row.attempts for row in seen.rows),
        "share tokens in files": sum(len(lines) for lines in seen.taken.values()),
    }


# ---- rules --------------------------------------------------------------------------------------

Rule = Callable[[Evidence], Iterator[str]]


def every_line_has_one_row(seen: Evidence) -> Iterator[str]:
    """Lines in = rows: each file became one batch, and each of its lines one row."""
    by_batch: dict[int, list[str]] = defaultdict(list)
    for row in seen.rows:
        by_batch[row.batch].append(row.applicant)
    stored = Counter(sha256 for *_, sha256 in seen.batches)
    for sha256, applicants in seen.handed_in.items():
        if stored[sha256] != 1:
            yield f"a file became {stored[sha256]} batches"
        for number, *_, of_file in seen.batches:
            if of_file == sha256 and by_batch[number] != applicants:
                yield f"the rows of batch {number} are not the lines of its file"


def every_row_has_its_end(seen: Evidence) -> Iterator[str]:
    """Minted, or a reason."""
    for row in seen.rows:
        if row.state not in ENDS:
            yield f"{row} is still {row.state}"
        elif row.state != "minted" and not row.reason:
            yield f"{row} is {row.state} without a reason"


def counts_equal_rows(seen: Evidence) -> Iterator[str]:
    """The counts kept with a batch are those of its rows."""
    rows = Counter((row.batch, row.state) for row in seen.rows)
    for number, state, total, counts, _ in seen.batches:
        if state != "finished":
            yield f"batch {number} is {state}"
        wrong = {name for name in _COUNTED if counts[name] != rows[number, name]}
        if wrong or total != sum(counts.values()):
            yield f"batch {number} counts otherwise than its rows: {sorted(wrong)}"


def every_minted_row_has_one_line_of_the_ledger(seen: Evidence) -> Iterator[str]:
    """And one line in the audit trail, and none is left over."""
    marks = [row.mark for row in seen.rows if row.state == "minted"]
    for what, told in (("ledger", seen.issued), ("audit trail", seen.told)):
        if Counter(marks) != Counter(told):
            yield f"the {what} tells of {len(told)} share tokens, the rows of {len(marks)}"
    if len(set(marks)) != len(marks):
        yield "two rows have the same share token"


def every_share_token_is_the_far_ends_for_that_applicant(seen: Evidence) -> Iterator[str]:
    """What the rows call minted, the far end minted, for the same applicant."""
    minted = {(sha256[:MARK_DIGITS], applicant) for sha256, applicant in seen.minted}
    for row in seen.rows:
        if row.state == "minted" and (row.mark, row.applicant) not in minted:
            yield f"{row} has a share token that the far end never minted for its applicant"


def nothing_is_doubled_but_what_was_declared(seen: Evidence) -> Iterator[str]:
    """An applicant has one share token at the far end, and no more unread ones than declared."""
    at_far_end = Counter(applicant for _, applicant in seen.minted)
    ours: Counter[str] = Counter()
    declared: Counter[str] = Counter()
    for row in seen.rows:
        ours[row.applicant] += row.state == "minted"
        declared[row.applicant] += row.unread
    for applicant, count in at_far_end.items():
        if count > ours[applicant] + declared[applicant]:
            yield (
                f"the far end minted {count} for one applicant; {ours[applicant]} are ours, "
                f"{declared[applicant]} declared as possibly lost"
            )


def the_files_hold_every_share_token_once(seen: Evidence) -> Iterator[str]:
    """Each file has its batch's share tokens, the far end knows each, and none is kept here."""
    minted = set(seen.minted)
    for number, *_ in seen.batches:
        rows = [row for row in seen.rows if row.batch == number and row.state == "minted"]
        lines = seen.taken.get(number, [])
        if [row.applicant for row in rows] != [applicant for applicant, _ in lines]:
            told = f"{len(lines)} share tokens, and {len(rows)} rows are minted"
            yield f"the file of batch {number} has {told}"
        for applicant, sha256 in lines:
            if (sha256, applicant) not in minted:
                yield f"the file of batch {number} holds a share token that nobody minted"
    for row in seen.rows:
        if row.keeps_token:
            yield f"{row} keeps its share token after its file was taken"


RULES = (
    every_line_has_one_row,
    every_row_has_its_end,
    counts_equal_rows,
    every_minted_row_has_one_line_of_the_ledger,
    every_share_token_is_the_far_ends_for_that_applicant,
    nothing_is_doubled_but_what_was_declared,
    the_files_hold_every_share_token_once,
)


# ---- reading ------------------------------------------------------------------------------------


def _read(database: str, ledger: Iterable[Mapping[str, Any]], files: Path) -> Evidence:
    opened = psycopg.connect(database) if "://" in database else sqlite3.connect(database)
    with closing(opened) as here:

        def ask(question: str) -> list[tuple[Any, ...]]:
            return list(here.execute(question).fetchall())

        return Evidence(
            rows=[Row(*line) for line in ask(_ROWS)],
            issued=[mark for (mark,) in ask(_ISSUED)],
            batches=[_batch(line) for line in ask(_BATCHES)],
            told=[_details(details)["token_mark"] for (details,) in ask(_MINTED)],
            minted=[
                (one["token_sha256"], one["applicant_id"])
                for one in ledger
                if one["event"] == "minted"
            ],
            handed_in=dict(_handed_in(file) for file in sorted(files.glob("applicants-*.csv"))),
            taken=dict(_taken(file) for file in sorted(files.glob("taken-*.csv"))),
        )


def _batch(line: tuple[Any, ...]) -> tuple[int, str, int, Mapping[str, int], str]:
    number, state, total, *counts, sha256 = line
    return number, state, total, dict(zip(_COUNTED, counts, strict=True)), sha256


def _details(details: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(details) if isinstance(details, str) else details
    return read


def _handed_in(file: Path) -> tuple[str, list[str]]:
    contents = file.read_bytes()
    lines = csv.DictReader(contents.decode().splitlines())
    return hashlib.sha256(contents).hexdigest(), [line["applicantId"] for line in lines]


def _taken(file: Path) -> tuple[int, list[tuple[str, str]]]:
    with file.open(encoding="utf-8", newline="") as opened:
        lines = list(csv.DictReader(opened))
    held = [
        (line["applicant_id"], hashlib.sha256(line["token"].encode()).hexdigest())
        for line in lines
        if line["token"]
    ]
    return int(file.stem.rpartition("-")[2]), held
