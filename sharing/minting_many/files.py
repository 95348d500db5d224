"""The files of a batch: its share tokens in three shapes, and the rows without one.

Every cell is disarmed for spreadsheets but that of the share token, which must stay as it is.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import models

from accounts.safe_csv import safe_cell, written
from sharing.models import MintBatch, MintRow, MintState
from sharing.models.mint_states import ENDS_WITHOUT_TOKEN

PAGE = 500


class Preset(models.TextChoices):
    """The shapes of the file: whose import takes it."""

    TOKEN = "token", "One column, token"
    REAP = "reap", "externalId, shareToken"
    FULL = "full", "Everything"


_HEADERS: dict[str, tuple[str, ...]] = {
    Preset.TOKEN: ("token",),
    Preset.REAP: ("externalId", "shareToken"),
    Preset.FULL: (
        "line",
        "applicant_id",
        "external_id",
        "token",
        "issued_at",
        "expires_at",
        "error_code",
        "reason",
    ),
}
_FAILURES = ("line", "applicant_id", "external_id", "state", "error_code", "reason", "sumsub_says")


class Line(NamedTuple):
    """A row as the file needs it; `token` is empty where there is none."""

    row: MintRow
    token: str


def header(preset: str) -> tuple[str, ...]:
    """The columns of a preset."""
    return _HEADERS[preset]


def written_lines(lines: Iterable[Line], preset: str) -> bytes:
    """Lines of a file of share tokens: UTF-8 without a mark. Only the full one holds rows without
    a share token."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    shape = {Preset.TOKEN: _token, Preset.REAP: _reap, Preset.FULL: _full}[Preset(preset)]
    for line in lines:
        if line.token or preset == Preset.FULL:
            writer.writerow(shape(line))
    return out.getvalue().encode()


def written_header(preset: str) -> bytes:
    """The first line."""
    return (",".join(header(preset)) + "\r\n").encode()


def failures_csv(batch: MintBatch) -> Iterator[str]:
    """Every row that has no share token, with the reason; in pieces."""
    yield written([_FAILURES])
    for rows in pages(batch, *ENDS_WITHOUT_TOKEN):
        yield written(
            (
                row.line,
                row.sumsub_id,
                row.external_id,
                row.state,
                row.error_code or "",
                row.told,
                row.said,
            )
            for row in rows
        )


def pages(batch: MintBatch, *states: MintState) -> Iterator[list[MintRow]]:
    """Rows in file order, page by page."""
    rows = MintRow.objects.of(batch).select_related("issued").order_by("line")
    chosen, after = rows.in_state(*states) if states else rows, 0
    while found := list(chosen.after_line(after)[:PAGE]):
        yield found
        after = found[-1].line


def _token(line: Line) -> Sequence[object]:
    return (line.token,)


def _reap(line: Line) -> Sequence[object]:
    return (safe_cell(line.row.external_id), line.token)


def _full(line: Line) -> Sequence[object]:
    row = line.row
    issued = row.issued if line.token else None
    return (
        row.line,
        safe_cell(row.sumsub_id),
        safe_cell(row.external_id),
        line.token,
        _moment(issued.issued_at) if issued else "",
        _moment(issued.expires_at) if issued else "",
        row.error_code or "",
        "" if line.token else safe_cell(row.told),
    )


def _moment(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, which every import of ours reads."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
