"""One line of a file of applicants, and what may be wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sharing.mint_csv.columns import Column, Header

LONGEST_APPLICANT_ID = 64
LONGEST_EXTERNAL_ID = 256
LONGEST_LEVEL = 256
_SUMSUB_ID = re.compile(r"[0-9A-Za-z]{24}")
_TOKEN_LIKE = re.compile(r"_act-|eyJ[\w-]{10}")

NO_ID = "has neither an applicant id nor an external id"
NOT_AN_ID = "holds no applicant id of Sumsub's form"
NOT_AN_EXTERNAL_ID = "holds no external id that Sumsub could be asked about"
A_TOKEN = "holds a share token where an id belongs"
TOO_MANY_CELLS = "has more cells than the header"
TOO_LONG = "is too long"


@dataclass(frozen=True)
class MintLine:
    """Whom one line names, or what is wrong with it; `line` is where its record starts."""

    line: int
    applicant_id: str = field(default="", repr=False)
    external_id: str = field(default="", repr=False)
    level_name: str = field(default="", repr=False)
    fault: str = ""


def bare_line(number: int, text: str) -> MintLine:
    """A line that is one id: Sumsub's, when it has the form of those, else our own."""
    if _SUMSUB_ID.fullmatch(text):
        return MintLine(number, applicant_id=text)
    fault = _external_fault(text)
    return MintLine(number, external_id="" if fault else text, fault=fault)


def read_line(number: int, cells: Sequence[str], header: Header) -> MintLine:
    """A line below a header."""
    if any(cell.strip() for cell in cells[header.width :]):
        return MintLine(number, fault=TOO_MANY_CELLS)
    applicant_id, external_id, level = (
        _cell(cells, header.places.get(column))
        for column in (Column.APPLICANT_ID, Column.EXTERNAL_ID, Column.LEVEL)
    )
    return named_line(number, applicant_id, external_id, level)


def named_line(number: int, applicant_id: str, external_id: str, level: str) -> MintLine:
    """A line whose ids are named, out of a file or a list."""
    fault = _fault(applicant_id, external_id)
    if fault:
        return MintLine(number, fault=fault)
    return MintLine(number, applicant_id, external_id, level[:LONGEST_LEVEL])


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _fault(applicant_id: str, external_id: str) -> str:
    if not applicant_id and not external_id:
        return NO_ID
    if any(map(_TOKEN_LIKE.search, (applicant_id, external_id))):
        return A_TOKEN
    if applicant_id and not _is_id(applicant_id):
        return NOT_AN_ID
    return _external_fault(external_id) if external_id else ""


def _is_id(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= LONGEST_APPLICANT_ID


def _external_fault(text: str) -> str:
    if _TOKEN_LIKE.search(text):
        return A_TOKEN
    # What cannot stand in an address of Sumsub's, and what no column holds.
    if text in {".", ".."} or not text.isprintable() or len(text) > LONGEST_EXTERNAL_ID:
        return NOT_AN_EXTERNAL_ID
    return ""
