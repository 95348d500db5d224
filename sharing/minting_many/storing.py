"""Storing a batch: its lines become rows, with what is known about each. Nothing is minted."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.http import HttpRequest

from accounts import audit, sheets
from accounts.models import User
from sharing.csv_text.refusals import FileRefused, Refusal
from sharing.mint_csv import MintFile, MintLine
from sharing.minting_many import words
from sharing.minting_many.checking import live_until, note_concern
from sharing.models import (
    Applicant,
    ApplicantQuerySet,
    MintBatch,
    MintRow,
    MintSource,
    MintState,
    Partner,
)

CHUNK = 1000
_FAULTY_LINES_NAMED = 5
_LONGEST_FILE_NAME = 200


@dataclass(frozen=True)
class Order:
    """For whom to mint, how long the share tokens live, and who says so."""

    partner: Partner
    ttl_seconds: int
    source: MintSource
    created_by: User | None = None
    file_name: str = ""
    again_of: MintBatch | None = None
    mints_live: bool = False
    mints_refusable: bool = False


def store_file(file: MintFile, order: Order, *, request: HttpRequest | None = None) -> MintBatch:
    """Store what a file names. Raises FileRefused when it cannot be read, or names nobody."""
    return _store(file.lines, order, file, request)


def store_lines(
    lines: Iterable[MintLine], order: Order, *, request: HttpRequest | None = None
) -> MintBatch:
    """Store lines that come from no file. Raises FileRefused when there are none."""
    return _store(lines, order, None, request)


def lines_of(applicants: ApplicantQuerySet) -> Iterator[MintLine]:
    """Applicants of our list as lines, numbered from 1 in the order of the list."""
    wanted = applicants.order_by("-pk").values_list(
        "applicant_id", "external_user_id", "level_name"
    )
    for number, (applicant_id, external_id, level) in enumerate(wanted.iterator(), start=1):
        yield MintLine(number, applicant_id, external_id, level)


def lines_again(batch: MintBatch, *states: MintState) -> Iterator[MintLine]:
    """Rows of an earlier batch as lines; they keep their numbers."""
    rows = MintRow.objects.of(batch).in_state(*states).order_by("line")
    for row in rows.iterator(chunk_size=CHUNK):
        yield MintLine(row.line, row.sumsub_id, row.external_id, row.level_name)


@transaction.atomic
def _store(
    lines: Iterable[MintLine], order: Order, file: MintFile | None, request: HttpRequest | None
) -> MintBatch:
    batch = MintBatch.objects.create(
        partner=order.partner,
        ttl_seconds=order.ttl_seconds,
        source=order.source,
        created_by=order.created_by,
        file_name=order.file_name[:_LONGEST_FILE_NAME],
        again_of=order.again_of,
        mints_live=order.mints_live,
        mints_refusable=order.mints_refusable,
    )
    shaper = _Shaper(batch)
    counts: Counter[str] = Counter()
    faulty: list[MintLine] = []
    for chunk in _chunks(lines):
        rows = shaper.rows(chunk)
        sheets.insert(MintRow, sheets.columns_of(MintRow), rows)
        counts.update(row.state for row in rows)
        faulty += [line for line in chunk if line.fault]
    total = counts.total()
    if len(faulty) == total:
        raise _names_nobody(faulty)
    _complete(batch, file, counts)
    audit.record(
        "minting.created",
        actor=order.created_by,
        subject=f"mint_batch:{batch.pk}",
        request=request,
        source="" if request else _source(order),
        origin=order.source.value,
        rows=total,
        faulty=len(faulty),
        partner=order.partner.client_id,
        ttl_seconds=order.ttl_seconds,
    )
    return batch


def _chunks(lines: Iterable[MintLine]) -> Iterator[list[MintLine]]:
    rest = iter(lines)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _source(order: Order) -> str:
    return "command line" if order.source == MintSource.COMMAND else ""


def _complete(batch: MintBatch, file: MintFile | None, counts: Counter[str]) -> None:
    batch.file_sha256 = file.sha256 if file else ""
    batch.total_count = counts.total()
    for state, count in counts.items():
        setattr(batch, f"{state}_count", count)
    batch.save()


def _names_nobody(faulty: list[MintLine]) -> FileRefused:
    if not faulty:
        return FileRefused(Refusal.NO_ROWS, "Nobody is chosen. Choose at least one applicant.")
    named = "; ".join(f"line {line.line} {line.fault}" for line in faulty[:_FAULTY_LINES_NAMED])
    rest = len(faulty) - _FAULTY_LINES_NAMED
    more = f"; and {rest} more" if rest > 0 else ""
    return FileRefused(
        Refusal.ALL_FAULTY, f"No line can be used, so nothing was stored: {named}{more}."
    )


class _Shaper:
    """Makes rows of lines, and remembers which applicants came before."""

    def __init__(self, batch: MintBatch) -> None:
        self._batch = batch
        self._seen: dict[tuple[str, str], int] = {}

    def rows(self, lines: Iterable[MintLine]) -> list[MintRow]:
        """The rows of some lines, not stored yet."""
        lines = list(lines)
        known = _known(lines)
        ours = _known_by_external_id(lines)
        rows = [
            self._row(line, known.get(line.applicant_id) or ours.get(line.external_id))
            for line in lines
        ]
        alive = live_until([row.applicant.pk for row in rows if row.applicant], self._batch.partner)
        for row in rows:
            row.live_until = alive.get(row.applicant.pk) if row.applicant else None
        return rows

    def _row(self, line: MintLine, applicant: Applicant | None) -> MintRow:
        row = MintRow(
            batch=self._batch,
            line=line.line,
            sumsub_id=applicant.applicant_id if applicant else line.applicant_id,
            external_id=line.external_id or (applicant.external_user_id if applicant else ""),
            level_name=line.level_name,
            applicant=applicant,
        )
        if line.fault:
            row.state, row.reason = MintState.SKIPPED, words.bad_line(line.fault)
        elif first := self._first_line(row):
            row.state, row.same_as_line = MintState.SKIPPED, first
        else:
            row.state = MintState.WAITING if row.sumsub_id else MintState.FINDING
            note_concern(row)
        return row

    def _first_line(self, row: MintRow) -> int | None:
        """The line that named the same applicant before, if one did."""
        who = ("id", row.sumsub_id) if row.sumsub_id else ("external id", row.external_id)
        first = self._seen.setdefault(who, row.line)
        return first if first != row.line else None


def _known(lines: Iterable[MintLine]) -> dict[str, Applicant]:
    ids = [line.applicant_id for line in lines if line.applicant_id]
    found = Applicant.objects.filter(applicant_id__in=ids)
    return {applicant.applicant_id: applicant for applicant in found}


def _known_by_external_id(lines: Iterable[MintLine]) -> dict[str, Applicant]:
    """Applicants of lines that have no id of Sumsub's; where several share one, none is taken."""
    ids = [line.external_id for line in lines if line.external_id and not line.applicant_id]
    found: dict[str, Applicant] = {}
    several = set()
    for applicant in Applicant.objects.filter(external_user_id__in=ids):
        if applicant.external_user_id in found:
            several.add(applicant.external_user_id)
        found[applicant.external_user_id] = applicant
    return {name: one for name, one in found.items() if name not in several}
