"""The header line: which delimiter, which columns, and where each stands."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from customers.token_csv import refusals

DELIMITERS = (",", ";", "\t")
# What people use instead; named in the refusal.
_FOREIGN_DELIMITERS = ("|", ":", "^", "~")
# Only names made of letters are shown back: a file without a header begins with a share token.
_SAFE_NAME = re.compile(r"[^\W\d]+(?:[ _-][^\W\d]+){0,3}")
_LONGEST_NAME = 40


class Column(StrEnum):
    """The columns that mean something here."""

    TOKEN = "token"
    EXTERNAL_ID = "external_id"
    LABEL = "label"
    ISSUED_AT = "issued_at"
    EXPIRES_AT = "expires_at"
    LEVEL = "level"
    # Of the share token that a new one takes the place of, as our list for the donor names it.
    OLD_MARK = "token_mark"


# Compared without case, blanks, underscores and hyphens. static/js/token_columns.js has the same
# words, and tests/parts/token_files.json holds the two together.
_NAMES: Mapping[Column, tuple[str, ...]] = {
    Column.TOKEN: ("token", "share token"),
    Column.EXTERNAL_ID: ("external id", "user id", "your id"),
    Column.LABEL: ("label",),
    Column.ISSUED_AT: ("issued at",),
    Column.EXPIRES_AT: ("expires at",),
    Column.LEVEL: ("level",),
    Column.OLD_MARK: ("token mark", "old token mark"),
}
# These count only where no column has the name itself: a file may have both. "Created" and "valid
# until" are not among them, for they may be an applicant's or a document's.
_SYNONYMS: Mapping[Column, tuple[str, ...]] = {
    Column.TOKEN: ("sumsub token", "sumsub share token", "kyc token"),
    Column.EXTERNAL_ID: ("external user id", "customer id", "your reference", "reference"),
    Column.LABEL: ("tag",),
    Column.ISSUED_AT: ("issued", "minted", "minted at", "token issued at"),
    Column.EXPIRES_AT: ("expires", "expiry", "expiration", "token expires at"),
    Column.LEVEL: ("level name", "verification level"),
}


def accepted_names() -> dict[Column, tuple[str, ...]]:
    """What the header may call each column, the usual name first, as people write it."""
    return {column: names + _SYNONYMS.get(column, ()) for column, names in _NAMES.items()}


def _squashed(name: str) -> str:
    return re.sub(r"[\s_\ufeff-]+", "", name).lower()


def _by_word(names: Mapping[Column, tuple[str, ...]]) -> dict[str, Column]:
    return {_squashed(name): column for column, known in names.items() for name in known}


_COLUMN_OF = _by_word(_NAMES)
_COLUMN_OF_SYNONYM = _by_word(_SYNONYMS)


@dataclass(frozen=True)
class Header:
    """What the header line says. `width` counts all its cells, trailing blank ones included."""

    delimiter: str
    width: int
    places: Mapping[Column, int]
    unknown: tuple[str, ...]

    def place(self, column: Column) -> int:
        """The index of a column, or -1 when the file does not have it."""
        return self.places.get(column, -1)


def read_header(line: str) -> Header:
    """Find delimiter and columns.

    Raises FileRefused when there is no token column, two for one meaning, or another delimiter.
    """
    candidates = [(delimiter, _cells(line, delimiter)) for delimiter in DELIMITERS]
    usable = [entry for entry in candidates if Column.TOKEN in _meanings(entry[1])]
    if not usable:
        raise _no_token_column(line, max((cells for _, cells in candidates), key=len))
    delimiter, cells = max(usable, key=lambda entry: len(entry[1]))
    return Header(delimiter, len(cells), _places(cells), tuple(_unknown(cells)))


def names_token_column(line: str) -> bool:
    """True when `line` is a header: one of its cells names the token column."""
    return any(Column.TOKEN in _meanings(_cells(line, sign)) for sign in DELIMITERS)


def shown_name(cell: str, number: int) -> str:
    """A header cell as people may see it; anything that is not plainly a name is numbered."""
    name = cell.strip()
    if len(name) <= _LONGEST_NAME and _SAFE_NAME.fullmatch(name):
        return name
    return f"column {number}"


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _meanings(cells: Sequence[str]) -> list[Column | None]:
    """What each cell of a header names."""
    words = [_squashed(cell) for cell in cells]
    named = {_COLUMN_OF[word] for word in words if word in _COLUMN_OF}
    synonyms = {word: column for word, column in _COLUMN_OF_SYNONYM.items() if column not in named}
    return [_COLUMN_OF.get(word) or synonyms.get(word) for word in words]


def _places(cells: Sequence[str]) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for index, column in enumerate(_meanings(cells)):
        if column is None:
            continue
        if column in places:
            raise refusals.column_twice(column.value)
        places[column] = index
    return places


def _unknown(cells: Sequence[str]) -> Iterable[str]:
    for index, (cell, column) in enumerate(zip(cells, _meanings(cells), strict=True), start=1):
        if cell.strip() and column is None:
            yield shown_name(cell, index)


def _no_token_column(line: str, cells: list[str]) -> refusals.FileRefused:
    for sign in _FOREIGN_DELIMITERS:
        if sign in line and Column.TOKEN in _meanings(line.replace('"', "").split(sign)):
            return refusals.wrong_delimiter(sign)
    names = [cell.strip() for cell in cells]
    safe = bool(names) and all(
        len(name) <= _LONGEST_NAME and _SAFE_NAME.fullmatch(name) for name in names
    )
    return refusals.no_token_column(names if safe else ())
