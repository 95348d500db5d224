"""The header of a file of applicants: which columns mean something, under which names.

The names are those of Sumsub's dashboard export (`applicantId`, `externalId`, `applicantLevel`),
which Reap's generator takes as its input, those of our own results and of Dakota's, and what
people call the same. Case, blanks, underscores and hyphens do not count.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sharing.csv_text import refusals
from sharing.csv_text.refusals import FileRefused, Refusal

DELIMITERS = (",", ";", "\t")
_FOREIGN_DELIMITERS = ("|", ":", "^", "~")
_LONGEST_NAME = 40
_NAMES_SHOWN = 12


class Column(StrEnum):
    """What a column may hold for us."""

    APPLICANT_ID = "applicant id"
    EXTERNAL_ID = "external id"
    LEVEL = "level"


_NAMES: Mapping[Column, tuple[str, ...]] = {
    Column.APPLICANT_ID: ("applicant id",),
    Column.EXTERNAL_ID: ("external id", "external user id"),
    Column.LEVEL: ("applicant level", "level"),
}
# These count only where no column has the name itself: a file may have both.
_SYNONYMS: Mapping[Column, tuple[str, ...]] = {
    Column.APPLICANT_ID: (
        "sumsub applicant id",
        "provider applicant id",
        "sumsub id",
        "applicant",
    ),
    Column.EXTERNAL_ID: ("user id", "customer id", "your id", "your reference", "reference"),
    Column.LEVEL: ("level name", "verification level"),
}
_SHARE_TOKENS = frozenset({"token", "sharetoken", "sumsubtoken", "kyctoken"})


@dataclass(frozen=True)
class Header:
    """What the header says: the delimiter, where each column stands, and what is left out."""

    delimiter: str
    places: Mapping[Column, int]
    width: int
    unknown: tuple[str, ...]


def accepted_names() -> dict[Column, tuple[str, ...]]:
    """What the header may call each column, the usual name first."""
    return {column: names + _SYNONYMS[column] for column, names in _NAMES.items()}


def names_a_column(line: str) -> bool:
    """Whether a first line is a header: one of its cells names an id, or a share token."""
    cells = [_squashed(cell) for cell in _cells(line, _delimiter(line))]
    return not _SHARE_TOKENS.isdisjoint(cells) or bool(_with_ids(_places(cells, strict=False)))


def read_header(line: str) -> Header:
    """Read the header line. Raises FileRefused when it names no applicants, or one column twice."""
    delimiter = _delimiter(line)
    shown = _cells(line, delimiter)
    cells = [_squashed(cell) for cell in shown]
    places = _places(cells, strict=True)
    if not _with_ids(places):
        raise _no_ids(line, shown, cells)
    known = set(places.values())
    unknown = (cell.strip() for place, cell in enumerate(shown) if place not in known)
    return Header(
        delimiter, places, len(cells), tuple(cell[:_LONGEST_NAME] for cell in unknown if cell)
    )


def _with_ids(places: Mapping[Column, int]) -> set[Column]:
    return {Column.APPLICANT_ID, Column.EXTERNAL_ID} & set(places)


def _places(cells: Sequence[str], *, strict: bool) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for names in (_NAMES, _SYNONYMS):
        for column in Column:
            if column not in places:
                _place(places, column, cells, {_squashed(name) for name in names[column]}, strict)
    return places


def _place(
    places: dict[Column, int], column: Column, cells: Sequence[str], names: set[str], strict: bool
) -> None:
    found = [place for place, cell in enumerate(cells) if cell in names]
    if len(found) > 1 and strict:
        raise refusals.column_twice(column.value)
    if found:
        places[column] = found[0]


def _no_ids(line: str, shown: Sequence[str], cells: Sequence[str]) -> FileRefused:
    if not _SHARE_TOKENS.isdisjoint(cells):
        return FileRefused(
            Refusal.NO_ID_COLUMN,
            "This is a file of share tokens. Minting needs applicants: a column applicantId or "
            "externalId.",
        )
    for sign in _FOREIGN_DELIMITERS:
        if sign in line and _with_ids(
            _places([_squashed(cell) for cell in line.split(sign)], strict=False)
        ):
            return refusals.wrong_delimiter(sign)
    return FileRefused(
        Refusal.NO_ID_COLUMN,
        "The first line has no column applicantId or externalId, so it is not known whom to mint "
        f"for.{_found(shown)}",
    )


def _found(shown: Sequence[str]) -> str:
    names = [cell.strip() for cell in shown if cell.strip()]
    if not names or not all(name.replace(" ", "").isalpha() for name in names):
        # A file without a header begins with somebody's id, which is not said back.
        return " Put a header line above the ids."
    return f" The columns found are: {', '.join(names[:_NAMES_SHOWN])}."


def _squashed(cell: str) -> str:
    return "".join(sign for sign in cell.casefold() if sign.isalnum())


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return line.split(delimiter)
