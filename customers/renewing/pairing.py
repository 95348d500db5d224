"""Which new share token is for which old row: by the old one's mark, by id, else by order."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from customers.reasons import Reason
from customers.token_csv import TokenLine

# Pages show the first eight digits of a mark; fewer would meet others by chance.
SHORTEST_MARK, LONGEST_MARK = 8, 12
_MARK = re.compile(rf"[0-9a-f]{{{SHORTEST_MARK},{LONGEST_MARK}}}")


class How(StrEnum):
    """What brought a new share token and an old row together."""

    MARK = "mark"
    ID = "id"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class OldRow:
    """A row of the old import.

    `waits`: only a new share token helps it; `may_follow`: one may come for it.
    """

    row_id: int
    line: int
    mark: str
    external_id: str
    label: str = field(default="", repr=False)
    level: str = ""
    waits: bool = True
    may_follow: bool = True


@dataclass(frozen=True, slots=True)
class Pair:
    """A new share token on a line of the new file, and the old row it is for."""

    old: OldRow
    line: int
    how: How


@dataclass(frozen=True)
class Pairing:
    """The whole new file beside the old rows. Lines are numbers of the new file's lines."""

    pairs: tuple[Pair, ...] = ()
    surplus: tuple[int, ...] = ()
    """Lines that are for no row of the old import."""
    settled: tuple[int, ...] = ()
    """Lines that name a row which needs no new share token: imported, in doubt, or named twice."""
    faulty: tuple[int, ...] = ()
    unfilled: tuple[int, ...] = ()
    """Lines that name a row and bring no share token: of our list, and not filled in yet."""
    left: tuple[OldRow, ...] = ()
    """Rows that go on waiting."""

    def count(self, how: How) -> int:
        """How many pairs came together this way."""
        return sum(pair.how is how for pair in self.pairs)

    @property
    def order_is_whole(self) -> bool:
        """True when no row and no share token was left over once order decided."""
        return not self.left and not self.surplus

    @property
    def digest(self) -> str:
        """A text that differs when any pair does: what a person confirmed is what is stored."""
        told = ";".join(f"{pair.old.row_id}:{pair.line}:{pair.how}" for pair in self.pairs)
        rest = f"{self.surplus}{self.settled}{self.faulty}{self.unfilled}"
        return hashlib.sha256(f"{told}|{rest}".encode()).hexdigest()


def paired(rows: Sequence[OldRow], lines: Iterable[TokenLine]) -> Pairing:
    """Bring the lines of a new file and the old rows together.

    A line that names a row, by mark or id, is for that row or for none. Of the lines that name
    none, the first is for the first row still waiting, and so on.
    """
    table = _Table(rows)
    usable = [line for line in lines if line.fault is None]
    empty = {line.line for line in lines if line.fault is Reason.EMPTY and table.names(line)}
    faulty = [line.line for line in lines if line.fault is not None and line.line not in empty]
    nameless = [line for line in usable if not table.found_by_mark(line)]
    nameless = [line for line in nameless if not table.found_by_id(line)]
    surplus = table.in_order(nameless)
    pairs = sorted(table.pairs, key=lambda pair: pair.line)
    return Pairing(
        tuple(pairs),
        tuple(surplus),
        tuple(table.settled),
        tuple(faulty),
        tuple(sorted(empty)),
        table.left(),
    )


class _Table:
    """The old rows, and which of them are taken."""

    def __init__(self, rows: Sequence[OldRow]) -> None:
        self.pairs: list[Pair] = []
        self.settled: list[int] = []
        self._rows = rows
        self._taken: set[int] = set()
        self._by_mark = _indexed(rows, lambda row: row.mark[:SHORTEST_MARK])
        self._by_id = _indexed(rows, lambda row: row.external_id)

    def found_by_mark(self, line: TokenLine) -> bool:
        """True when the line says a row's mark; it is dealt with then, or left over."""
        return self._decide(line, self._with_mark_of(line), How.MARK)

    def found_by_id(self, line: TokenLine) -> bool:
        """True when a row goes by the line's id."""
        return self._decide(line, self._with_id_of(line), How.ID)

    def names(self, line: TokenLine) -> bool:
        """True when the line says whose it is, and there is such a row."""
        return bool(self._with_mark_of(line) or self._with_id_of(line))

    def in_order(self, lines: Sequence[TokenLine]) -> list[int]:
        """Pair what names no row with what waits; returns the lines that are left over."""
        surplus: list[int] = []
        waiting = list(self.left())
        for line in lines:
            if waiting and not _contradicts(line, waiting[0]):
                self._take(waiting.pop(0), line, How.ORDER)
            else:
                surplus.append(line.line)
        return surplus

    def left(self) -> tuple[OldRow, ...]:
        """The rows that wait still."""
        return tuple(row for row in self._rows if row.waits and row.row_id not in self._taken)

    def _with_mark_of(self, line: TokenLine) -> Sequence[OldRow]:
        mark = re.sub(r"[\s·'-]+", "", line.old_mark).lower()
        if not _MARK.fullmatch(mark):
            return []
        return [row for row in self._by_mark[mark[:SHORTEST_MARK]] if row.mark.startswith(mark)]

    def _with_id_of(self, line: TokenLine) -> Sequence[OldRow]:
        return self._by_id[line.external_id] if line.external_id else []

    def _decide(self, line: TokenLine, named: Sequence[OldRow], how: How) -> bool:
        if not named:
            return False
        free = (row for row in named if row.may_follow and row.row_id not in self._taken)
        if row := next(free, None):
            self._take(row, line, how)
        else:
            self.settled.append(line.line)
        return True

    def _take(self, row: OldRow, line: TokenLine, how: How) -> None:
        self._taken.add(row.row_id)
        self.pairs.append(Pair(row, line.line, how))


def _indexed(
    rows: Sequence[OldRow], key: Callable[[OldRow], str]
) -> defaultdict[str, list[OldRow]]:
    found: defaultdict[str, list[OldRow]] = defaultdict(list)
    for row in rows:
        if key(row):
            found[key(row)].append(row)
    return found


def _contradicts(line: TokenLine, row: OldRow) -> bool:
    """Both say whose they are, and not the same."""
    says_mark = bool(_MARK.fullmatch(line.old_mark.lower()))
    return says_mark or bool(
        line.external_id and row.external_id and line.external_id != row.external_id
    )
