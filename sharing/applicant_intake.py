"""Storing a dashboard export: new applicants in, known ones brought up to date."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from sharing.dashboard_csv import REVIEW_COLUMNS, Export, ExportLine
from sharing.models import Applicant, ApplicantSource

# Lines per transaction: storing a long export must not hold up the imports that run beside it.
CHUNK = 1000
FAULTS_SHOWN = 50


@dataclass
class Intake:
    """What became of an export's lines. `faults` are the first ones; `faulty` counts them all."""

    new: int = 0
    updated: int = 0
    repeated: int = 0
    faulty: int = 0
    faults: list[ExportLine] = field(default_factory=list)

    @property
    def stored(self) -> int:
        """Lines that are now in the list of applicants."""
        return self.new + self.updated

    def note_fault(self, line: ExportLine) -> None:
        """Count a line that cannot be used, and keep it for show while there are few."""
        self.faulty += 1
        if len(self.faults) < FAULTS_SHOWN:
            self.faults.append(line)


def take_in(export: Export, *, by: User, request: HttpRequest) -> Intake:
    """Store an export's applicants by their id; a later line for the same applicant wins.

    Columns that the file lacks stay as they are. Taking the same file in again changes nothing.
    """
    intake = Intake()
    columns = _update_fields(export.columns)
    seen: set[str] = set()
    for chunk in _chunks(_usable(export.lines, intake)):
        newest = {line.applicant_id: line for line in chunk}
        fresh = newest.keys() - seen
        intake.repeated += len(chunk) - len(fresh)
        with transaction.atomic():
            _upsert(newest, fresh, columns, intake)
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


def _update_fields(columns: tuple[str, ...]) -> list[str]:
    """The stored columns that the file speaks about; a status always brings its verdict along."""
    spoken = set(columns) | (set(REVIEW_COLUMNS) if "review_status" in columns else set())
    return sorted(spoken - {"applicant_id"})


def _upsert(
    newest: dict[str, ExportLine], fresh: set[str], columns: list[str], intake: Intake
) -> None:
    known = set(
        Applicant.objects.filter(applicant_id__in=newest).values_list("applicant_id", flat=True)
    )
    rows = [Applicant(source=ApplicantSource.CSV, **line.values) for line in newest.values()]
    if columns:
        Applicant.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["applicant_id"], update_fields=columns
        )
    else:
        Applicant.objects.bulk_create(rows, ignore_conflicts=True)
    intake.new += len(newest.keys() - known)
    intake.updated += len(known & fresh)


@transaction.atomic
def _record(intake: Intake, by: User, request: HttpRequest) -> None:
    audit.record(
        "applicants.imported",
        actor=by,
        subject="applicants",
        request=request,
        new=intake.new,
        updated=intake.updated,
        faulty=intake.faulty,
    )
