"""Which rows of an import a page shows, in which order, and how one of them reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Self
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import QueryDict
from django.urls import reverse

from customers.forecast.groups import narrowed
from customers.masking import shown_name
from customers.models import Application, Import, ImportState, Row, RowState
from customers.models.looks import look_taken
from customers.models.row_queries import RowQuerySet
from customers.progress import LABEL_OF, Figures, places_in_line
from customers.reason_groups import rows_of_group
from customers.reasons import Reason
from customers.views.readers import Reader
from customers.views.reviews import ShownReview, shown_review
from customers.wording import Story, followers, story

PAGE_SIZE = 50
LATEST, FILE = "latest", "file"
CONFIRMED = " Confirmed by lookup."
UNNAMED = "Unnamed customer"
# States whose rows say what to do next; the others need nothing, or have said it.
SAYS_NEXT = frozenset(
    {
        RowState.REFUSED,
        RowState.NEEDS_PERSON,
        RowState.CHECKING,
        RowState.INVALID,
        RowState.EXPIRED,
    }
)


# What a line shows of its application: the review, and whether it was inherited.
_SHOWN_OF_REVIEW = (
    "sumsub_review_status",
    "sumsub_review_answer",
    "sumsub_reject_type",
    "inherited_review",
)
_OTHERS = Row.objects.defer("token_sealed")


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

    lines: "list[RowLine]"
    older: str | None
    first: bool


@dataclass(frozen=True)
class RowLine:
    """One row as a page shows it."""

    row: Row
    story: Story
    who: str
    who_is_id: bool
    link: str
    review: ShownReview | None
    owner_link: str
    place: int | None
    turn_at: datetime | None

    @property
    def address(self) -> str:
        """The row's own page."""
        return f"{_rows_address(self.row.import_ref_id)}{self.row.line}/"

    @property
    def what(self) -> str:
        """What happened, short: causes stand on their card, reviews in a column of their own."""
        if self.row.state == RowState.REFUSED and self.story.reason_title:
            return f"{self.story.reason_title}.{followers(self.row)}"
        if self.row.state == RowState.IMPORTED:
            return "Customer created." + CONFIRMED * self.row.confirmed_by_lookup
        return self.story.what

    @property
    def next_step(self) -> str:
        """What to do next, where there is anything to do for this very row."""
        says = self.row.state in SAYS_NEXT or self.row.reason == Reason.FORECAST
        return self.story.next_step if says else ""

    @property
    def at(self) -> datetime | None:
        """When the row got where it is."""
        row = self.row
        return row.settled_at or row.checking_since or row.sent_at


@lru_cache(maxsize=256)
def _rows_address(import_id: int) -> str:
    """Where an import's rows have their pages: looking an address up costs more than a row."""
    return reverse("customers:row", args=[import_id, 0]).removesuffix("0/")


def row_page(imported: Import, choice: RowChoice, reader: Reader, figures: Figures) -> RowPage:
    """The rows that `choice` asks for, at most PAGE_SIZE of them."""
    ordered = _ordered(choice.rows_of(imported, reader), choice)
    found = with_what_they_show(imported, ordered[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return RowPage(
        lines=row_lines(imported, shown, reader, figures),
        older=_cursor_of(shown[-1], choice.order) if more else None,
        first=choice.cursor is None,
    )


def row_lines(
    imported: Import, rows: Sequence[Row], reader: Reader, figures: Figures
) -> list[RowLine]:
    """`rows` as they read for this reader now."""
    # What is being given up stands in no line.
    cancelled = imported.state == ImportState.CANCELLED
    places = {} if cancelled else places_in_line(imported, rows)
    return [_line(row, reader, places.get(row.line), figures) for row in rows]


def with_what_they_show(imported: Import, rows: RowQuerySet) -> list[Row]:
    """Rows of an import with everything beside them that one of their lines shows.

    What few rows have is fetched for those alone: a join for each would widen every row fourfold.
    """
    beside = (
        Prefetch("application", Application.objects.only(*_SHOWN_OF_REVIEW)),
        Prefetch("duplicate_of", _OTHERS),
        Prefetch("replaced_by", _OTHERS),
        Prefetch("renewed_by", _OTHERS),
    )
    looked = ["forecast"] if look_taken(imported) else []
    found = list(rows.defer("token_sealed").prefetch_related(*beside, *looked))
    for row in found:
        row.import_ref = imported
    return found


def _line(row: Row, reader: Reader, place: int | None, figures: Figures) -> RowLine:
    name = shown_name(row.name, unmasked=reader.sees_names)
    label = shown_name(row.label, unmasked=reader.sees_names)
    who = name or label or row.external_id or (UNNAMED if row.customer_id else "")
    owner = row.duplicate_of or row.renewed_by or row.replaced_by
    linked = bool(row.customer_id and reader.sees_customers)
    return RowLine(
        row=row,
        story=story(row),
        who=who,
        who_is_id=not name and who != UNNAMED,
        link=reverse("customers:customer", args=[row.customer_id]) if linked else "",
        review=shown_review(row.application) if row.application else None,
        owner_link=_address_of(owner) if owner else "",
        place=place,
        turn_at=_turn(place, figures) if row.state == RowState.PENDING else None,
    )


def _turn(place: int | None, figures: Figures) -> datetime | None:
    waiting = dict(figures.segments).get("pending", 0)
    if place is None or not figures.seconds_left or not waiting:
        return None
    return figures.at + timedelta(seconds=figures.seconds_left * place / waiting)


def _address_of(row: Row) -> str:
    return f"{reverse('customers:import', args=[row.import_ref_id])}?order={FILE}&q={row.line}"


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
