"""Bytes to text: what kind of file it is, its encoding, its lines; in flat memory."""

import codecs
import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO

from sharing.csv_text import refusals

BLOCK = 64 * 1024
# Characters of one line. The limit of Python's csv for a cell is the same.
LONGEST_LINE = 131_072

_FOREIGN_FILES = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class LongLine(Exception):
    """A line of more than LONGEST_LINE characters; it was read to its end and dropped."""


class Lines:
    """The numbered lines of a binary stream, without line ends; LF, CRLF and CR all end one.

    `number` is the line read last, `sha256` and `size` cover the bytes read so far. Raises
    FileRefused for foreign files, NUL, and bytes that are not Unicode; LongLine for one line that
    is too long, after which reading goes on.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.number = 0
        self.size = 0
        self.record: list[str] = []
        self._digest = hashlib.sha256()
        self._stream = stream
        self._breaks = 0
        self._lines = self._split()

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the bytes read so far."""
        return self._digest.hexdigest()

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        if "\0" in line:
            raise refusals.binary(self.number)
        if len(line) > LONGEST_LINE:
            raise LongLine
        self.record.append(line)
        # With its end, so that a newline inside quotes keeps two words apart.
        return line + "\n"

    def begin_record(self) -> int:
        """Forget the lines of the last record; the number of the line that comes next."""
        self.record.clear()
        return self.number + 1

    def opened_quote(self) -> int:
        """The line of the current record on which its last quote was opened."""
        first = self.number - len(self.record) + 1
        opened, inside = first, False
        for number, line in enumerate(self.record, start=first):
            inside ^= line.count('"') % 2 == 1
            if inside and '"' in line:
                opened = number
        return opened

    def _split(self) -> Iterator[str]:
        tail = ""
        for text in self._texts():
            *whole, tail = (tail + text).split("\n")
            yield from whole
            self._breaks += len(whole)
            tail = tail[: LONGEST_LINE + 1]
        if tail:
            yield tail

    def _texts(self) -> Iterator[str]:
        block = self._read()
        _refuse_foreign(block)
        encoding = next((name for mark, name in _MARKS if block.startswith(mark)), "utf-8")
        strict = codecs.getincrementaldecoder(encoding)("strict")
        decoder = io.IncrementalNewlineDecoder(strict, translate=True)
        while block:
            yield self._decoded(decoder, block, encoding, final=False)
            block = self._read()
        yield self._decoded(decoder, b"", encoding, final=True)

    def _read(self) -> bytes:
        block = self._stream.read(BLOCK)
        self._digest.update(block)
        self.size += len(block)
        return block

    def _decoded(
        self, decoder: io.IncrementalNewlineDecoder, block: bytes, encoding: str, *, final: bool
    ) -> str:
        try:
            return decoder.decode(block, final=final)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, "ignore")
            breaks = before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
            shown = "UTF-16" if encoding == "utf-16" else "UTF-8"
            line = self._breaks + breaks + 1
        # Outside the handler: the decoder's error carries the bytes themselves.
        raise refusals.not_unicode(line, shown)


def _refuse_foreign(head: bytes) -> None:
    for magic, what in _FOREIGN_FILES:
        if head.startswith(magic):
            raise refusals.not_csv(what)
