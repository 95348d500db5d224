"""One line: its cells checked, its share token hidden from every repr."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from customers.reasons import Reason
from customers.token_csv.columns import Column, Header
from customers.token_csv.times import read_time

MAX_TOKEN_BYTES = 1024
MAX_CELL_BYTES = 256
# Sumsub's time to live where nothing else was asked for ("Sumsub: generate share token").
DEFAULT_TTL = timedelta(seconds=1200)

_FORMULA_SIGNS = "=+-@＝＋－＠"
# Every printable ASCII character but quotes, delimiters, angle brackets and the backslash.
_TOKEN = re.compile(r"[!#-&(-+\--:=?-\[\]-_a-~]+")
_SPACE = re.compile(r"\s")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LOOKS_LIKE_A_TOKEN = re.compile(r"_act-|eyJ[\w-]{8}")


@dataclass(slots=True)
class TokenLine:
    """One data line. With a `fault` the share token is empty and the line is not to be used."""

    line: int
    share_token: str = field(default="", repr=False)
    external_id: str = ""
    label: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    level: str = ""
    fault: Reason | None = None
    old_mark: str = ""

    @property
    def has_times(self) -> bool:
        """True when the file says when the share token was issued, or when it dies."""
        return self.issued_at is not None or self.expires_at is not None

    @property
    def deadline(self) -> datetime | None:
        """The declared moment the share token dies; None when the file does not say."""
        if self.expires_at or not self.issued_at:
            return self.expires_at
        return self.issued_at + DEFAULT_TTL


def token_fault(share_token: str) -> Reason | None:
    """Why a trimmed text cannot be a share token, or None when it can."""
    if not share_token:
        return Reason.EMPTY
    if _TOKEN.fullmatch(share_token) and share_token[0] not in _FORMULA_SIGNS:
        return Reason.TOO_LONG if len(share_token) > MAX_TOKEN_BYTES else None
    return _fault_in_words(share_token)


def _fault_in_words(text: str) -> Reason:
    if _size(text) > MAX_TOKEN_BYTES:
        return Reason.TOO_LONG
    if text[0] in _FORMULA_SIGNS:
        return Reason.FORMULA
    if _SPACE.search(text):
        return Reason.WHITE_SPACE
    return Reason.CONTROL_CHARACTER if _CONTROL.search(text) else Reason.NOT_A_TOKEN


class LineReader:
    """Turns the cells of one record into a TokenLine, after the header's plan."""

    def __init__(self, header: Header) -> None:
        self._width = header.width
        self._token = header.place(Column.TOKEN)
        self._external_id = header.place(Column.EXTERNAL_ID)
        self._label = header.place(Column.LABEL)
        self._issued_at = header.place(Column.ISSUED_AT)
        self._expires_at = header.place(Column.EXPIRES_AT)
        self._level = header.place(Column.LEVEL)
        self._old_mark = header.place(Column.OLD_MARK)
        self._plain = len(header.places) == 1

    def read(self, line: int, cells: list[str]) -> TokenLine:
        """The line with its values, or with the first fault found and the texts that are sound."""
        share_token = self._cell(cells, self._token)
        fault = token_fault(share_token) or self._surplus(cells)
        if self._plain:
            return TokenLine(line, "" if fault else share_token, fault=fault)
        return self._read_all(line, cells, share_token, fault)

    def _read_all(
        self, line: int, cells: list[str], share_token: str, fault: Reason | None
    ) -> TokenLine:
        places = (self._external_id, self._label, self._level)
        texts = [" ".join(self._cell(cells, place).split()) for place in places]
        fault = fault or next(filter(None, map(_text_fault, texts)), None)
        issued_at = expires_at = None
        try:
            issued_at, expires_at = self._times(cells)
        except (ValueError, OverflowError):
            fault = fault or Reason.BAD_TIME
        external_id, label, level = (_kept(text, share_token) for text in texts)
        return TokenLine(
            line,
            "" if fault else share_token,
            external_id,
            label,
            issued_at,
            expires_at,
            level,
            fault,
            _kept(self._cell(cells, self._old_mark), share_token),
        )

    def _times(self, cells: list[str]) -> tuple[datetime | None, datetime | None]:
        issued, expires = self._cell(cells, self._issued_at), self._cell(cells, self._expires_at)
        issued_at = read_time(issued) if issued else None
        expires_at = read_time(expires) if expires else None
        if issued_at and expires_at and expires_at <= issued_at:
            raise ValueError("dies before it was issued")
        return issued_at, expires_at

    def _surplus(self, cells: list[str]) -> Reason | None:
        if len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
            return Reason.TOO_MANY_CELLS
        return None

    @staticmethod
    def _cell(cells: list[str], place: int) -> str:
        return cells[place].strip() if 0 <= place < len(cells) else ""


def _size(text: str) -> int:
    # JSON can carry half a surrogate pair, which UTF-8 cannot.
    return len(text.encode("utf-8", "replace"))


def _text_fault(text: str) -> Reason | None:
    if _size(text) > MAX_CELL_BYTES:
        return Reason.TOO_LONG
    return Reason.CONTROL_CHARACTER if _CONTROL.search(text) else None


def _kept(text: str, share_token: str) -> str:
    """The text as it may be stored: nothing with a fault, and never a misplaced share token."""
    if _text_fault(text) or text == share_token or _LOOKS_LIKE_A_TOKEN.search(text):
        return ""
    return text
