"""The file of the command line: written whole or not at all, for its owner's eyes only.

A run may find the file of an earlier one in its place. A share token in it that the ledger knows
as living, for the same applicant and recipient, is carried over: it is not minted again.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from accounts.private_files import OWNER_ONLY_FILE
from sharing.minting_many.files import Line, Preset, written_header, written_lines
from sharing.models import IssuedToken, MintBatch
from sharing.sealing import token_mark


@dataclass(frozen=True)
class Earlier:
    """Share tokens of an earlier file, by their marks. They show in no repr."""

    _tokens: dict[str, str]

    def __repr__(self) -> str:
        return f"Earlier({len(self._tokens)})"

    def carried_over(self, batch: MintBatch, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines; those without a share token get their living one of the earlier file."""
        living = self._living(batch)
        for line in lines:
            issued = living.get(line.row.applicant_id or 0)
            if line.token or issued is None or line.row.same_as_line is not None:
                yield line
            else:
                line.row.issued, line.row.error_code = issued, None
                yield Line(line.row, self._tokens[issued.token_mark])

    def _living(self, batch: MintBatch) -> dict[int, IssuedToken]:
        if not self._tokens:
            return {}
        alive = IssuedToken.objects.live().for_recipient(batch.partner).order_by("expires_at")
        mine = alive.filter(applicant__mint_rows__batch=batch).distinct()
        return {one.applicant_id: one for one in mine if one.token_mark in self._tokens}


def earlier_file(path: Path) -> Earlier:
    """What a file of ours that stands there holds; nothing when there is none, or another's."""
    with suppress(OSError, UnicodeDecodeError, csv.Error):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            tokens = [row.get("token") or "" for row in csv.DictReader(stream)]
        return Earlier({token_mark(token): token for token in tokens if token})
    return Earlier({})


def write_whole(path: Path, lines: Iterable[Line]) -> None:
    """Write the full file beside `path` and put it in its place, readable by its owner only.

    Raises OSError; then what stood there before still does.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY_FILE)
        with os.fdopen(handle, "wb") as out:
            os.fchmod(out.fileno(), OWNER_ONLY_FILE)
            out.write(written_header(Preset.FULL))
            for line in lines:
                out.write(written_lines([line], Preset.FULL))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class Tally:
    """Counts the lines while they are written: with a share token, and why there is none."""

    def __init__(self) -> None:
        self.tokens = 0
        self.without: Counter[str] = Counter()

    def counted(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines as they come. A line that repeats another counts as that one does."""
        for line in lines:
            if line.token:
                self.tokens += 1
            elif line.row.same_as_line is None:
                self.without[line.row.told] += 1
            yield line
