"""Storing a dashboard export: new applicants in, known ones brought up to date."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
# What a review's verdict is told with; an older one changes none of them.
_VERDICT = (*REVIEW_COLUMNS, "review_labels", "reviewed_at")


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

    def note_fault(self, line: ExportLine) -> None:
        """Count a line that cannot be used, and keep it for show while there are few."""
        self.faulty += 1
        if len(self.faults) < FAULTS_SHOWN:
            self.faults.append(line)


def take_in(export: Export, *, by: User, request: HttpRequest | None = None) -> Intake:
    """Store an export's applicants by their id; a later line for the same applicant wins.

    Columns that the file lacks stay as they are, and a verdict older than the known one leaves it
    alone. Taking the same file in again changes nothing.
    """
    intake = Intake()
    columns = _columns(export.columns)
    seen: set[str] = set()
    for chunk in _chunks(_usable(export.lines, intake)):
        newest = {line.applicant_id: line for line in chunk}
        fresh = newest.keys() - seen
        intake.repeated += len(chunk) - len(fresh)
        with transaction.atomic():
            _store(newest, fresh, columns, intake)
        seen |= fresh
    _record(intake, by, request)
    return intake


def _usable(lines: Iterable[ExportLine], intake: Intake) -> Iterator[ExportLine]:
    for line in lines:
        if line.fault:
            intake.note_fault(line)
        else:
            yield line


def _chunks(lines: Iterator[ExportLine]) -> Iterator[list[ExportLine]]:
    chunk: list[ExportLine] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


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


@transaction.atomic
def _record(intake: Intake, by: User, request: HttpRequest | None) -> None:
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
