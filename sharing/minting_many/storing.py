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
from sharing.minting_many.shaping import Shaper
from sharing.models import (
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
    shaper, columns = Shaper(batch), sheets.columns_of(MintRow)
    counts: Counter[str] = Counter()
    faulty: list[MintLine] = []
    for chunk in _chunks(lines):
        rows = shaper.rows(chunk)
        sheets.insert(MintRow, columns, rows)
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
