"""The results of an import as CSV: one row per data line, in file order, without share tokens."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from customers.models import Import, Row, RowState
from customers.models.rows import RowQuerySet
from customers.wording import story

COLUMNS = (
    "line",
    "state",
    "name",
    "customer_id",
    "application_id",
    "provider_applicant_id",
    "external_user_id",
    "sumsub_review_status",
    "error_code",
    "error_name",
    "reason",
    "next_step",
    "token_mark",
    "label",
    "external_id",
)
PAGE = 1000
# A spreadsheet takes a cell that begins with one of these for a formula (CWE-1236).
_FORMULA_STARTS = tuple("=+-@\t\r\n\0＝＋－＠")
# What a line of the file, and the story of its row, are made of.
_REVIEW = [
    f"application__{name}"
    for name in (
        "inherited_review",
        "sumsub_review_status",
        "sumsub_review_answer",
        "sumsub_reject_type",
    )
]
_READ = [
    "line",
    "state",
    "reason",
    "detail",
    "doubt",
    "error_code",
    "error_name",
    "name",
    "label",
    "external_id",
    "external_user_id",
    "token_mark",
    "applicant_id",
    "customer_id",
    "application_id",
    "duplicate_of_id",
    "replaced_by_id",
    "import_ref_id",
    "look_first",
    "resend_cleared",
    "confirmed_by_lookup",
    "not_before",
    "sent_at",
    "next_lookup_at",
    "issued_at",
    "deadline_at",
    "settled_at",
    "created_at",
]


def rows_csv(imported: Import) -> Iterator[str]:
    """The file in pieces (UTF-8 once encoded, no mark), read page by page in flat memory.

    Undecided rows are there too; a duplicate carries the ids of the row that owns its token.
    """
    yield _written([COLUMNS])
    after = 0
    while rows := _page(imported, after):
        yield _written([_cells(row) for row in rows])
        after = rows[-1].line


def _page(imported: Import, after: int) -> list[Row]:
    """The next rows with what stands beside them, in two or three queries."""
    rows = list(_read(Row.objects.of(imported).filter(line__gt=after).order_by("line")[:PAGE]))
    linked = {pk for row in rows for pk in (row.duplicate_of_id, row.replaced_by_id) if pk}
    others = _with_heirs(linked) if linked else {}
    for row in rows:
        row.import_ref = imported
        if row.duplicate_of_id:
            row.duplicate_of = others[row.duplicate_of_id]
        if row.replaced_by_id:
            row.replaced_by = others[row.replaced_by_id]
    return rows


def _with_heirs(row_ids: set[int]) -> dict[int, Row]:
    """Rows by id, each with the row that replaced it, if one did."""
    found = {row.pk: row for row in _read(Row.objects.filter(pk__in=row_ids))}
    heirs = {row.replaced_by_id for row in found.values() if row.replaced_by_id} - set(found)
    known = found | {row.pk: row for row in _read(Row.objects.filter(pk__in=heirs))}
    for row in found.values():
        if row.replaced_by_id:
            row.replaced_by = known[row.replaced_by_id]
    return found


def _read(rows: RowQuerySet) -> RowQuerySet:
    return rows.select_related("application").only(*_READ, *_REVIEW)


def _cells(row: Row) -> tuple[object, ...]:
    owner = owner_of(row)
    told = story(row)
    review = owner.application.sumsub_review_status if owner.application else ""
    return (
        row.line,
        row.state,
        owner.name,
        owner.customer_id or "",
        owner.application_id or "",
        owner.applicant_id,
        owner.external_user_id,
        review,
        row.error_code or "",
        row.error_name,
        "" if row.state == RowState.IMPORTED else told.what,
        told.next_step,
        row.token_mark,
        row.label,
        row.external_id,
    )


def owner_of(row: Row) -> Row:
    """The row whose outcome counts for this one: itself, or the owner of its share token now."""
    if row.state != RowState.DUPLICATE or row.duplicate_of is None:
        return row
    return row.duplicate_of.replaced_by or row.duplicate_of


def _written(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    return out.getvalue()


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
