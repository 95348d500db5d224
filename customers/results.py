"""The results of an import as CSV and JSON: each data line in file order, without share tokens."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from accounts.safe_csv import written
from customers.models import Import, Row, RowState
from customers.models.row_queries import RowQuerySet
from customers.reasons import Reason
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
# The columns that name things of ours.
IDS = ("customer_id", "application_id")
PAGE = 1000
# What a line of the file, and the story of its row, are made of.
_REVIEW = [
    f"application__{name}"
    for name in (
        "inherited_review",
        "sumsub_review_status",
        "sumsub_review_answer",
        "sumsub_reject_type",
        "sumsub_standing",
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
    "renewed_by_id",
    "import_ref_id",
    "look_first",
    "resend_cleared",
    "confirmed_by_lookup",
    "not_before",
    "sent_at",
    "next_lookup_at",
    "issued_at",
    "deadline_at",
    "token_until",
    "change",
    "settled_at",
    "created_at",
]


# Decided, and no customer came of it; a duplicate's outcome is its owner's.
FAILED_STATES = (
    RowState.REFUSED,
    RowState.NOT_IMPORTED,
    RowState.EXPIRED,
    RowState.CANCELLED,
    RowState.INVALID,
)


def rows_csv(imported: Import, *, only: Sequence[RowState] = ()) -> Iterator[str]:
    """The file in pieces (UTF-8 once encoded, no mark), read page by page in flat memory.

    Undecided rows are there too; a duplicate carries the ids of the row that owns its token.
    `only` leaves out the rows in other states.
    """
    yield written([COLUMNS])
    for rows in pages(Row.objects.of(imported), imported, only):
        yield written([_cells(row) for row in rows])


# How a file says the id of a thing, by the column that it stands in.
Naming = Callable[[str, Any], object]


def as_stored(_column: str, key: object) -> object:
    """As the pages' addresses and the CSV say an id."""
    return key


def rows_json(
    imported: Import, *, only: Sequence[RowState] = (), named: Naming = as_stored
) -> Iterator[str]:
    """The same as one JSON object in pieces; its rows are named by the columns of the CSV.

    Numbers are numbers, and a code that Sumsub did not give is null. `named` says ids.
    """
    number = json.dumps(named("import", imported.pk))
    yield f'{{"import": {number}, "state": "{imported.state}", "rows": ['
    between = "\n"
    for rows in pages(Row.objects.of(imported), imported, only):
        for row in rows:
            told = dict(zip(COLUMNS, _cells(row), strict=True))
            told["error_code"] = row.error_code
            told |= {name: named(name, told[name]) for name in IDS if told[name]}
            yield between + json.dumps(told, ensure_ascii=False, default=str)
            between = ",\n"
    yield "\n]}\n"


def pages(
    rows: RowQuerySet, imported: Import, only: Sequence[RowState] = ()
) -> Iterator[list[Row]]:
    """`rows` of one import in file order, page by page, each with what its story is made of."""
    chosen = rows.in_state(*only) if only else rows
    after = 0
    while found := _page(chosen, imported, after):
        yield found
        after = found[-1].line


def _page(chosen: RowQuerySet, imported: Import, after: int) -> list[Row]:
    return with_stories(chosen.after_line(after).order_by("line")[:PAGE], imported)


def with_stories(chosen: RowQuerySet, imported: Import) -> list[Row]:
    """Rows of one import with what their story is made of, in two or three queries."""
    return story_told(list(what_is_read(chosen)), imported)


def story_told(rows: list[Row], imported: Import) -> list[Row]:
    """The same for rows that were fetched with `what_is_read`."""
    # Few rows tell of a forecast: those that wait for a start, and those not sent because of it.
    foretold = [r for r in rows if r.state == RowState.STAGED or r.reason == Reason.FORECAST]
    prefetch_related_objects(foretold, "forecast")
    links = ("duplicate_of", "replaced_by", "renewed_by")
    linked = {pk for row in rows for link in links if (pk := getattr(row, f"{link}_id"))}
    others = _with_heirs(linked) if linked else {}
    for row in rows:
        row.import_ref = imported
        for link in links:
            if other := getattr(row, f"{link}_id"):
                setattr(row, link, others[other])
    return rows


def _with_heirs(row_ids: set[int]) -> dict[int, Row]:
    """Rows by id, each with the row that replaced it, if one did."""
    found = {row.pk: row for row in what_is_read(Row.objects.filter(pk__in=row_ids))}
    heirs = {row.replaced_by_id for row in found.values() if row.replaced_by_id} - set(found)
    known = found | {row.pk: row for row in what_is_read(Row.objects.filter(pk__in=heirs))}
    for row in found.values():
        if row.replaced_by_id:
            row.replaced_by = known[row.replaced_by_id]
    return found


def what_is_read(rows: RowQuerySet) -> RowQuerySet:
    """The same rows with no more of their columns than the file and the stories take."""
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
