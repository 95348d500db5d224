"""Opening a file of share tokens and reading it line by line."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Protocol

from customers.reasons import Reason
from customers.token_csv import refusals
from customers.token_csv.columns import Column, Header, names_token_column, read_header
from customers.token_csv.lines import LineReader, TokenLine, token_fault
from sharing.csv_text.decoding import Lines, LongLine
from sharing.csv_text.records import BLANK, bare_lines, capped, records


class Measured(Protocol):
    """What tells one file from another."""

    @property
    def sha256(self) -> str: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True)
class _Listed:
    sha256: str
    size: int


class TokenFile:
    """A file whose header was read. `lines` is read once, in file order, in flat memory.

    `sha256` (hex) and `size` (bytes) are those of the whole file once `lines` is used up.
    `again` opens the same file anew, from its beginning.
    Iterating raises FileRefused at the first thing that makes the whole file unreadable.
    """

    def __init__(
        self,
        source: Measured,
        lines: Iterator[TokenLine],
        columns: tuple[str, ...],
        unknown_columns: tuple[str, ...] = (),
        *,
        again: "Callable[[], TokenFile]",
    ) -> None:
        self.again = again
        self._source = source
        self.lines = lines
        self.columns = columns
        self.unknown_columns = unknown_columns

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of what was read."""
        return self._source.sha256

    @property
    def size(self) -> int:
        """Bytes read."""
        return self._source.size


def read(stream: BinaryIO, *, max_rows: int | None) -> TokenFile:
    """Read the header and return the file, its lines still to come.

    Raises FileRefused for an empty file, another kind of file, a header without a token column;
    iterating `lines` may raise it too (encoding, quotes, more than `max_rows` rows). The stream
    must be seekable for the file to be read again.
    """
    beginning = stream.tell() if stream.seekable() else None

    def again() -> TokenFile:
        if beginning is None:
            raise io.UnsupportedOperation("this stream is read once")
        stream.seek(beginning)
        return read(stream, max_rows=max_rows)

    source = Lines(stream)
    header = _header(source)
    lines = _capped(_data_lines(source, header), max_rows)
    return TokenFile(source, lines, tuple(header.places), header.unknown, again=again)


def read_pasted(text: str, *, max_rows: int | None = None) -> TokenFile:
    """Read pasted text: a CSV with its header, or one share token a line, the first being line 1.

    Raises FileRefused like `read`.
    """
    first = next((line for line in text.splitlines() if line.strip(BLANK)), None)
    if first is None:
        raise refusals.FileRefused(
            refusals.Refusal.EMPTY, "Nothing was pasted. Paste one share token a line."
        )
    stream = io.BytesIO(_as_bytes(text))
    if names_token_column(first):
        return read(stream, max_rows=max_rows)
    source = Lines(stream)
    lines = _capped(_bare_lines(source), max_rows)
    again = partial(read_pasted, text, max_rows=max_rows)
    return TokenFile(source, lines, ("token",), again=again)


def sha256_of(stream: BinaryIO) -> str:
    """What `TokenFile.sha256` will be, beforehand; a seekable stream is left where it stood."""
    beginning = stream.tell()
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(beginning)
    return digest


def sha256_of_pasted(text: str) -> str:
    """The same of pasted text."""
    return hashlib.sha256(_as_bytes(text)).hexdigest()


def _as_bytes(text: str) -> bytes:
    # A form can carry half a surrogate pair, which UTF-8 cannot.
    return text.encode("utf-8", "replace")


def read_listed(share_tokens: Sequence[str]) -> TokenFile:
    """Share tokens as an API call lists them; the first is line 1, and none is skipped."""
    tokens = [share_token.strip() for share_token in share_tokens]
    text = "\n".join(tokens).encode("utf-8", "replace")
    lines = (_bare(number, token) for number, token in enumerate(tokens, start=1))
    source = _Listed(hashlib.sha256(text).hexdigest(), len(text))
    return TokenFile(source, lines, ("token",), again=partial(read_listed, share_tokens))


def read_items(items: Sequence[Mapping[str, str]]) -> TokenFile:
    """Share tokens as an API call lists them with what it knows of each; the first is line 1.

    The names are those of the columns of a file, and the rules are the same.
    """
    names = [column for column in Column if any(column.value in item for item in items)]
    header = Header("", len(names), {column: place for place, column in enumerate(names)}, ())
    reader = LineReader(header)
    cells = [[item.get(column.value, "") for column in names] for item in items]
    lines = (reader.read(number, cells_of) for number, cells_of in enumerate(cells, start=1))
    text = json.dumps(cells).encode()
    source = _Listed(hashlib.sha256(text).hexdigest(), len(text))
    columns = tuple(column.value for column in names)
    return TokenFile(source, lines, columns, again=partial(read_items, items))


def _header(source: Lines) -> Header:
    for line in _first_lines(source):
        if line.strip(BLANK):
            return read_header(line)
    raise refusals.empty()


def _first_lines(source: Lines) -> Iterator[str]:
    try:
        yield from source
    except LongLine:
        raise refusals.no_token_column(()) from None


def _data_lines(source: Lines, header: Header) -> Iterator[TokenLine]:
    lines = LineReader(header)
    for number, cells in records(source, header.delimiter):
        if cells is None:
            yield TokenLine(number, fault=Reason.TOO_LONG)
        elif cells and not _is_blank(cells, source):
            yield lines.read(number, cells)


def _is_blank(cells: list[str], source: Lines) -> bool:
    """True for a line of nothing but white space and delimiters, such as a sheet's tail has."""
    return not any(map(str.strip, cells)) and not any(line.strip(BLANK) for line in source.record)


def _bare_lines(source: Lines) -> Iterator[TokenLine]:
    for number, text in bare_lines(source):
        if text is None:
            yield TokenLine(number, fault=Reason.TOO_LONG)
        else:
            yield _bare(number, text.strip())


def _bare(number: int, text: str) -> TokenLine:
    fault = token_fault(text)
    return TokenLine(number, "" if fault else text, fault=fault)


def _capped(lines: Iterator[TokenLine], max_rows: int | None) -> Iterator[TokenLine]:
    return capped(lines, max_rows, too_many=refusals.too_many_rows, none=refusals.no_rows)
