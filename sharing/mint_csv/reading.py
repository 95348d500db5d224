"""Opening a file of applicants and reading it line by line."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from accounts.look.figures import thousands
from sharing.csv_text.decoding import Lines, LongLine
from sharing.csv_text.records import BLANK, bare_lines, capped, records
from sharing.csv_text.refusals import FileRefused, Refusal
from sharing.mint_csv.columns import Header, names_a_column, read_header
from sharing.mint_csv.lines import TOO_LONG, MintLine, bare_line, read_line


@dataclass(frozen=True)
class MintFile:
    """A file whose header was read; `lines` is read once. `unknown_columns` are left out.

    `sha256` is that of the whole file once `lines` is used up. Iterating raises FileRefused at the
    first thing that makes the whole file unreadable.
    """

    lines: Iterator[MintLine]
    source: Lines
    unknown_columns: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of what was read."""
        return self.source.sha256


def read(stream: BinaryIO, *, max_rows: int | None) -> MintFile:
    """Read the header and return the file, its lines still to come.

    Raises FileRefused for an empty file, another kind of file, and a header that names no ids.
    """
    source = Lines(stream)
    header = read_header(_first_line(source))
    return MintFile(_capped(_records(source, header), max_rows), source, header.unknown)


def read_pasted(text: str, *, max_rows: int | None) -> MintFile:
    """Read pasted text: a CSV with its header, or one id a line, the first being line 1.

    Raises FileRefused like `read`.
    """
    first = next((line for line in text.splitlines() if line.strip(BLANK)), "")
    # A form can carry half a surrogate pair, which UTF-8 cannot.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    if not first:
        raise FileRefused(Refusal.EMPTY, "Nothing was pasted. Paste one id a line.")
    if names_a_column(first):
        return read(stream, max_rows=max_rows)
    source = Lines(stream)
    return MintFile(_capped(_bare(source), max_rows), source)


def _first_line(source: Lines) -> str:
    try:
        found = next((line for line in source if line.strip(BLANK)), "")
    except LongLine:
        found = "?"
    if not found:
        raise FileRefused(
            Refusal.EMPTY, "The file is empty. Choose a CSV with a header line and one id a line."
        )
    return found


def _records(source: Lines, header: Header) -> Iterator[MintLine]:
    for number, cells in records(source, header.delimiter):
        if cells is None:
            yield MintLine(number, fault=TOO_LONG)
        elif any(cell.strip(BLANK) for cell in cells):
            yield read_line(number, cells, header)


def _bare(source: Lines) -> Iterator[MintLine]:
    for number, text in bare_lines(source):
        if text is None:
            yield MintLine(number, fault=TOO_LONG)
        else:
            yield bare_line(number, text.strip(BLANK))


def _capped(lines: Iterator[MintLine], max_rows: int | None) -> Iterator[MintLine]:
    return capped(lines, max_rows, too_many=_too_many, none=_none)


def _too_many(most: int) -> FileRefused:
    return FileRefused(
        Refusal.TOO_MANY_ROWS,
        f"The file has more than {thousands(most)} lines. Split it, or use the command line, "
        "which has no limit.",
    )


def _none() -> FileRefused:
    return FileRefused(
        Refusal.NO_ROWS, "The file has a header and no line below it. Add one id a line."
    )
