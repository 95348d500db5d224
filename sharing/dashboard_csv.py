"""Reading the CSV that Sumsub's dashboard exports of its applicants ("Sumsub: custom CSV export").

Tolerant in form (byte order mark, UTF-16, `, ; tab`, missing and unknown columns, any case), exact
in content: every line that cannot be used is named by its number, the header's being 1.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from accounts.plain_refusals import PlainRefusal
from sharing.lists_in_columns import joined
from sharing.review_states import REVIEW_STATES, ReviewState
from sumsub.review import ReviewWord

# The dashboard's column (without its case) and ours. Of the export's 18 columns four are not kept,
# for nothing here needs them: sourceKey, platform, userComment, clientComment.
_COLUMNS = {
    "applicantid": "applicant_id",
    "externalid": "external_user_id",
    "externaluserid": "external_user_id",
    "applicantname": "name",
    "applicantemail": "email",
    "applicantcountry": "country",
    "applicantlevel": "level_name",
    "creationdate": "created_at_sumsub",
    "status": "review_status",
    "result": "review_answer",
    "rejecttype": "review_reject_type",
    "lastreviewdate": "reviewed_at",
    "rejectlabels": "review_labels",
    "applicantphonenumber": "phone",
    "customtags": "tags",
}
LONGEST = {
    "applicant_id": 64,
    "external_user_id": 256,
    "name": 256,
    "email": 254,
    "level_name": 256,
    "review_status": 40,
    "review_answer": 10,
    "review_reject_type": 10,
    "phone": 64,
}
REVIEW_COLUMNS = ("review_status", "review_answer", "review_reject_type")
_MOMENTS = ("created_at_sumsub", "reviewed_at")
_LISTS = ("review_labels", "tags")
_ARCHIVES = {b"PK": "a zip or Excel file", b"\x1f\x8b": "a gzip file", b"%PDF": "a PDF"}
_WORDS: dict[str, ReviewState] = {
    **{word.value.casefold(): state for word, state in REVIEW_STATES.items()},
    **{
        state.status.casefold(): state
        for state in REVIEW_STATES.values()
        if state.status != "completed"
    },
    "completed": ReviewState("completed"),
    "resubmission": REVIEW_STATES[ReviewWord.RESUBMISSION_REQUESTED],
}


class ExportRefused(PlainRefusal):
    """The file as a whole cannot be read; nothing of it is stored."""


@dataclass(frozen=True)
class ExportLine:
    """One applicant of the export, or what is wrong with its line."""

    line: int
    values: dict[str, str | datetime | None] = field(default_factory=dict, repr=False)
    fault: str = ""

    @property
    def applicant_id(self) -> str:
        """Sumsub's id of the applicant."""
        return str(self.values.get("applicant_id", ""))


@dataclass(frozen=True)
class Export:
    """A readable export: which of our columns it holds, and its lines in file order.

    `line_count` is how many lines its text has; a record may take several.
    """

    columns: tuple[str, ...]
    lines: Iterator[ExportLine]
    line_count: int = 0


def read_export(data: bytes) -> Export:
    """Read an export. Raises ExportRefused when it is no such file."""
    text = _decoded(data)
    header = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if not header.strip():
        raise ExportRefused("This file is empty. Export applicants in Sumsub's dashboard.")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header), strict=True)
    try:
        names = [_COLUMNS.get(_bare(cell), "") for cell in next(rows)]
    except csv.Error:
        raise ExportRefused("The header of this file has a quote that never closes.") from None
    if "applicant_id" not in names:
        raise ExportRefused(
            "This file has no column applicantId, so it is not Sumsub's export of applicants."
        )
    if names.count("applicant_id") > 1:
        raise ExportRefused("This file has two columns applicantId. Keep one and remove the other.")
    line_count = max(text.count("\n"), text.count("\r"))
    return Export(tuple(filter(None, names)), _lines(rows, names), line_count)


def _decoded(data: bytes) -> str:
    for mark, what in _ARCHIVES.items():
        if data.startswith(mark):
            raise ExportRefused(f"This is {what}. Save it as CSV UTF-8 and choose that file.")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise ExportRefused("This file is not UTF-8 text. Save it as CSV UTF-8.") from None
    if "\x00" in text:
        raise ExportRefused("This file is not text. Save it as CSV UTF-8.")
    return text


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _bare(cell: str) -> str:
    return "".join(character for character in cell.casefold() if character.isalnum())


def _lines(rows: Iterator[list[str]], names: list[str]) -> Iterator[ExportLine]:
    while True:
        # `line_num` counts the lines read so far: a record starts on the next one.
        start = rows.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield ExportLine(
                start, fault="has a misplaced or unclosed quote; no line after it is read"
            )
            return
        if any(cell.strip() for cell in cells):
            yield _line(start, cells, names)


def _line(number: int, cells: list[str], names: list[str]) -> ExportLine:
    if len(cells) > len(names):
        return ExportLine(number, fault="has more cells than the header")
    texts = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
    applicant_id = texts.get("applicant_id", "")
    if not applicant_id:
        return ExportLine(number, fault="has no applicant id")
    if not applicant_id.isascii() or not applicant_id.isalnum():
        return ExportLine(number, fault="holds no applicant id of Sumsub's form")
    too_long = next((n for n, most in LONGEST.items() if len(texts.get(n, "")) > most), None)
    if too_long:
        return ExportLine(number, fault=f"has too long a value for {too_long.replace('_', ' ')}")
    return ExportLine(number, _read(texts))


def _read(texts: dict[str, str]) -> dict[str, str | datetime | None]:
    values: dict[str, str | datetime | None] = dict(texts)
    if "country" in texts:
        country = texts["country"].upper()
        values["country"] = country if len(country) == 3 and country.isalpha() else ""
    values |= {name: _moment(texts[name]) for name in _MOMENTS if name in texts}
    values |= {name: joined(_words(texts[name])) for name in _LISTS if name in texts}
    if "review_status" in texts:
        values.update(_review(texts))
    return values


def _review(texts: dict[str, str]) -> dict[str, str]:
    """The stored review: the export says it by Sumsub's API words or by the dashboard's."""
    status = texts["review_status"]
    known = _WORDS.get(status.casefold()) or ReviewState(status)
    answer = texts.get("review_answer", "").upper()
    return {
        "review_status": known.status,
        "review_answer": known.answer or answer,
        "review_reject_type": known.reject_type or texts.get("review_reject_type", "").upper(),
    }


def _words(text: str) -> list[str]:
    """Labels or tags, however the export parts and wraps them."""
    return [word for part in re.split(r"[,;|]", text) if (word := part.strip(" []\"'"))]


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
