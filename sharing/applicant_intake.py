"""Storing a dashboard export: new applicants in, known ones brought up to date."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, sheets
from accounts.models import User
from accounts.sheets import draft_of
from sharing.dashboard_csv import REVIEW_COLUMNS, Export, ExportLine
from sharing.models import Applicant, ApplicantSource

# Lines per transaction: storing a long export must not hold up the imports that run beside it.
CHUNK = 1000
FAULTS_SHOWN = 50
COUNTS = ("new", "changed", "unchanged", "older", "repeated", "faulty")
# What a review's verdict is told with; an older one changes none of them.
_VERDICT = (*REVIEW_COLUMNS, "review_labels", "reviewed_at")


class Counted(Protocol):
    """What the audit trail is told of an intake."""

    new: int
    changed: int
    unchanged: int
    faulty: int


@dataclass
class Intake:
    """What became of an export's lines: each is new, changed, unchanged, repeated or faulty.

    `older` counts those of the changed and unchanged whose verdict was older than the known one
    and left it alone. `faults` are the first faulty lines.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    repeated: int = 0
    faulty: int = 0
    faults: list[ExportLine] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """Applicants of the file that are in the list now."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True)
class Part:
    """Some lines of an export in file order, usable and faulty ones."""

    usable: list[ExportLine] = field(default_factory=list)
    faulty: list[ExportLine] = field(default_factory=list)

    @property
    def last_line(self) -> int:
        """Where in the file the part ends."""
        return max(part[-1].line for part in (self.usable, self.faulty) if part)


class Taker:
    """Stores an export part by part, from its beginning.

    It remembers who came in earlier parts: a part that was stored before is `passed`.
    """

    def __init__(self, export: Export) -> None:
        self._export = export
        self._columns = _columns(export.columns)
        self._seen: set[str] = set()

    def parts(self) -> Iterator[Part]:
        """The export in parts of CHUNK lines; the same file falls into the same parts."""
        lines = iter(self._export.lines)
        while chunk := list(islice(lines, CHUNK)):
            yield Part(
                [line for line in chunk if not line.fault], [line for line in chunk if line.fault]
            )

    def passed(self, part: Part) -> None:
        """The part is stored already."""
        self._seen |= {line.applicant_id for line in part.usable}

    def store(self, part: Part) -> Intake:
        """Store a part, inside a transaction, and say what became of its lines."""
        intake = Intake(faulty=len(part.faulty), faults=part.faulty)
        newest = {line.applicant_id: line for line in part.usable}
        fresh = newest.keys() - self._seen
        intake.repeated += len(part.usable) - len(fresh)
        _store(newest, fresh, self._columns, intake)
        self._seen |= fresh
        return intake


def take_in(export: Export, *, by: User, request: HttpRequest | None = None) -> Intake:
    """Store an export's applicants by their id; a later line for the same applicant wins.

    Columns that the file lacks stay as they are, and a verdict older than the known one leaves it
    alone. Taking the same file in again changes nothing. A long file takes its time; see
    `sharing.applicant_exports` for one that must not be waited for.
    """
    whole, taker = Intake(), Taker(export)
    for part in taker.parts():
        with transaction.atomic():
            stored = taker.store(part)
        for name in COUNTS:
            setattr(whole, name, getattr(whole, name) + getattr(stored, name))
        whole.faults = (whole.faults + stored.faults)[:FAULTS_SHOWN]
    with transaction.atomic():
        record(whole, by, request)
    return whole


def _columns(spoken: tuple[str, ...]) -> list[str]:
    """The stored columns that the file speaks about; a status always brings its verdict along."""
    with_verdict = set(REVIEW_COLUMNS) if "review_status" in spoken else set()
    return sorted((set(spoken) | with_verdict) - {"applicant_id"})


def _store(
    newest: dict[str, ExportLine], fresh: set[str], columns: list[str], intake: Intake
) -> None:
    known = Applicant.objects.locked_by_id(newest, columns)
    new = [line.values for line in newest.values() if line.applicant_id not in known]
    _insert(new, columns)
    changed = []
    for applicant_id, before in known.items():
        after, is_older = _after(before, newest[applicant_id].values, columns)
        is_changed = after != before
        if is_changed:
            changed.append((applicant_id, *(after[name] for name in columns)))
        if applicant_id in fresh:
            intake.changed += is_changed
            intake.unchanged += not is_changed
            intake.older += is_older
    if changed:
        sheets.update(Applicant, columns, changed, where=["applicant_id"])
    intake.new += len(new)


def _after(
    before: dict[str, Any], said: dict[str, Any], columns: list[str]
) -> tuple[dict[str, Any], bool]:
    """An applicant's columns once the line is taken in, and whether its verdict is an old one."""
    known_at, said_at = before.get("reviewed_at"), said.get("reviewed_at")
    is_older = bool(known_at and said_at and said_at < known_at)
    # A cell that is no moment says nothing; any other empty one says that there is none.
    after = {name: before[name] if said.get(name) is None else said[name] for name in columns}
    if is_older:
        after |= {name: before[name] for name in _VERDICT if name in before}
    return after, is_older


def _insert(new: list[dict[str, str | datetime | None]], columns: list[str]) -> None:
    draft, now = draft_of(Applicant), timezone.now()
    names = [*columns, "applicant_id", "source", "created_at", *_FILLED]
    drafts = [draft(source=ApplicantSource.CSV, created_at=now, **values) for values in new]
    sheets.insert(Applicant, list(dict.fromkeys(names)), drafts)


# The database has no defaults of its own for these.
_FILLED = tuple(
    column.attname
    for column in Applicant._meta.concrete_fields
    if not column.null and not column.primary_key
)


def record(intake: Counted, by: User, request: HttpRequest | None = None) -> None:
    """Write the end into the audit trail, inside a transaction."""
    audit.record(
        "applicants.imported",
        actor=by,
        subject="applicants",
        request=request,
        new=intake.new,
        changed=intake.changed,
        unchanged=intake.unchanged,
        faulty=intake.faulty,
    )
