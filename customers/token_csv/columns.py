"""The header line: which delimiter, which columns, and where each stands."""

import csv
import re
from collections.abc import Iterable, Mapping
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


# Compared without case, blanks, underscores and hyphens.
_ALIASES: Mapping[str, Column] = {
    "token": Column.TOKEN,
    "sharetoken": Column.TOKEN,
    "userid": Column.EXTERNAL_ID,
    "externalid": Column.EXTERNAL_ID,
    "yourid": Column.EXTERNAL_ID,
    "label": Column.LABEL,
    "issuedat": Column.ISSUED_AT,
    "expiresat": Column.EXPIRES_AT,
    "level": Column.LEVEL,
    "tokenmark": Column.OLD_MARK,
    "oldtokenmark": Column.OLD_MARK,
}


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
    usable = [entry for entry in candidates if Column.TOKEN in map(_meaning, entry[1])]
    if not usable:
        raise _no_token_column(line, max((cells for _, cells in candidates), key=len))
    delimiter, cells = max(usable, key=lambda entry: len(entry[1]))
    return Header(delimiter, len(cells), _places(cells), tuple(_unknown(cells)))


def names_token_column(line: str) -> bool:
    """True when `line` is a header: one of its cells names the token column."""
    return any(Column.TOKEN in map(_meaning, _cells(line, sign)) for sign in DELIMITERS)


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


def _meaning(cell: str) -> Column | None:
    return _ALIASES.get(re.sub(r"[\s_\ufeff-]+", "", cell).lower())


def _places(cells: Iterable[str]) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for index, cell in enumerate(cells):
        column = _meaning(cell)
        if column is None:
            continue
        if column in places:
            raise refusals.column_twice(column.value)
        places[column] = index
    return places


def _unknown(cells: Iterable[str]) -> Iterable[str]:
    for index, cell in enumerate(cells, start=1):
        if cell.strip() and _meaning(cell) is None:
            yield shown_name(cell, index)


def _no_token_column(line: str, cells: list[str]) -> refusals.FileRefused:
    for sign in _FOREIGN_DELIMITERS:
        if sign in line and Column.TOKEN in map(_meaning, line.replace('"', "").split(sign)):
            return refusals.wrong_delimiter(sign)
    names = [cell.strip() for cell in cells]
    safe = bool(names) and all(
        len(name) <= _LONGEST_NAME and _SAFE_NAME.fullmatch(name) for name in names
    )
    return refusals.no_token_column(names if safe else ())
