"""Which rows of an import a page shows, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.db.models import Prefetch, prefetch_related_objects
from django.http import QueryDict

from accounts.compiled import Compiled
from customers.forecast.groups import narrowed
from customers.models import Application, Import, ImportState, Row
from customers.models.looks import look_taken
from customers.models.row_queries import RowQuerySet
from customers.progress import LABEL_OF, Figures, places_in_line
from customers.reason_groups import rows_of_group
from customers.views.readers import Reader
from customers.views.row_line import RowLine, line_of

PAGE_SIZE = 50
LATEST, FILE = "latest", "file"
# What a line shows of its application: the review, and whether it was inherited.
_SHOWN_OF_REVIEW = (
    "sumsub_review_status",
    "sumsub_review_answer",
    "sumsub_reject_type",
    "sumsub_standing",
    "inherited_review",
)
_NOT_SHOWN = (
    "token_sealed",
    *(
        f"application__{field.name}"
        for field in Application._meta.concrete_fields
        if not field.primary_key and field.name not in _SHOWN_OF_REVIEW
    ),
)
_OTHERS = Row.objects.defer("token_sealed")
_BESIDE = ("duplicate_of", "replaced_by", "renewed_by")


@dataclass(frozen=True)
class RowChoice:
    """What a reader asked to see: label of the legend, reason group, words, order, cursor."""

    label: str = ""
    why: str = ""
    forecast: str = ""
    words: str = ""
    order: str = LATEST
    cursor: tuple[int, int] | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Read an address's query; what makes no sense there counts as not given."""
        label = query.get("state", "")
        return cls(
            label=label if label in LABEL_OF else "",
            why=query.get("why", ""),
            forecast=query.get("forecast", ""),
            words=query.get("q", "").strip()[:100],
            order=FILE if query.get("order") == FILE else LATEST,
            cursor=_cursor(query.get("before", "")),
        )

    def under(self, label: str) -> str:
        """The query of an address that shows the rows of one label, else as asked; "" for all."""
        kept = {"state": label, "q": self.words, "order": FILE if self.order == FILE else ""}
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    @property
    def is_filtered(self) -> bool:
        """True when not every row is asked for."""
        return bool(self.label or self.why or self.forecast or self.words)

    @property
    def shows_newest(self) -> bool:
        """True on the page where new outcomes belong at the top."""
        return self.order == LATEST and self.cursor is None

    def rows_of(self, imported: Import, reader: Reader) -> RowQuerySet:
        """The rows asked for, without order."""
        rows = Row.objects.of(imported)
        if self.label:
            rows = rows.in_state(*LABEL_OF[self.label].states)
        if self.why:
            rows = rows_of_group(rows, self.why)
        if self.forecast:
            rows = narrowed(rows, self.forecast)
        if self.words:
            rows = rows.found_by(self.words, by_name=reader.sees_names)
        return rows

    def count_in(self, imported: Import) -> int | None:
        """How many rows that is, where a counter knows it; None where only counting would."""
        if self.words or self.why or self.forecast:
            return None
        return LABEL_OF[self.label].count(imported) if self.label else imported.total_count


@dataclass(frozen=True)
class RowPage:
    """One screenful of rows and the cursor of the next."""

    lines: list[RowLine]
    older: str | None
    first: bool


def row_page(imported: Import, choice: RowChoice, reader: Reader, figures: Figures) -> RowPage:
    """The rows that `choice` asks for, at most PAGE_SIZE of them."""
    found = _found(imported, choice, reader)
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return RowPage(
        lines=row_lines(imported, shown, reader, figures),
        older=_cursor_of(shown[-1], choice.order) if more else None,
        first=choice.cursor is None,
    )


def _found(imported: Import, choice: RowChoice, reader: Reader) -> list[Row]:
    """The rows of a page and one more, which says that there are more."""
    if choice.shows_newest and not choice.is_filtered:
        return with_beside(imported, _NEWEST(import_id=imported.pk))
    ordered = _ordered(choice.rows_of(imported, reader), choice)
    return with_what_they_show(imported, ordered[: PAGE_SIZE + 1])


_NEWEST = Compiled(
    lambda import_id: as_shown(Row.objects.of(import_id)).order_by("-change", "line")[
        : PAGE_SIZE + 1
    ],
    import_id=int,
)


def row_lines(
    imported: Import, rows: Sequence[Row], reader: Reader, figures: Figures
) -> list[RowLine]:
    """`rows` as they read for this reader now."""
    # What is being given up stands in no line.
    cancelled = imported.state == ImportState.CANCELLED
    places = {} if cancelled else places_in_line(imported, rows)
    return [line_of(row, reader, places.get(row.line), figures) for row in rows]


def with_what_they_show(imported: Import, rows: RowQuerySet) -> list[Row]:
    """Rows of an import with everything beside them that one of their lines shows."""
    return with_beside(imported, list(as_shown(rows)))


def as_shown(rows: RowQuerySet) -> RowQuerySet:
    """The same with what a line shows of its application, and without what none shows."""
    return rows.select_related("application").defer(*_NOT_SHOWN)


def with_beside(imported: Import, found: list[Row]) -> list[Row]:
    """The same of rows that were fetched `as_shown`.

    What few rows have is fetched for those alone: a join for each would widen every row fourfold.
    """
    beside: list[str | Prefetch[str]] = ["forecast"] if look_taken(imported) else []
    # To ask for a link that no row has costs as much as one that is found.
    beside += [
        Prefetch(link, _OTHERS)
        for link in _BESIDE
        if any(getattr(row, f"{link}_id") for row in found)
    ]
    prefetch_related_objects(found, *beside)
    for row in found:
        row.import_ref = imported
    return found


def _ordered(rows: RowQuerySet, choice: RowChoice) -> RowQuerySet:
    if choice.order == FILE:
        if choice.cursor:
            rows = rows.after_line(choice.cursor[1])
        return rows.order_by("line")
    if choice.cursor:
        rows = rows.changed_before(*choice.cursor)
    return rows.order_by("-change", "line")


def _cursor(text: str) -> tuple[int, int] | None:
    change, _, line = text.partition("-")
    if change.isdecimal() and line.isdecimal() and len(text) < 40:
        return int(change), int(line)
    return None


def _cursor_of(row: Row, order: str) -> str:
    return f"{0 if order == FILE else row.change}-{row.line}"
