"""How one row of an import reads in the table of its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.look.figures import clock, thousands, token_mark
from accounts.page_addresses import folder_of
from accounts.templatetags.look import state
from customers.masking import shown_name
from customers.models import Row, RowState
from customers.progress import Figures
from customers.reasons import Reason
from customers.reviews.shown import ShownReview, shown_review
from customers.views.readers import Reader
from customers.wording import Story, followers, story

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
_WORDS = dict(RowState.choices)


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

    def __getitem__(self, name: str) -> object:
        """What a template asks for: it tries this first, and failing costs more than answering."""
        return getattr(self, name)

    # What a line shows is made here, for a template takes longer for it: fifty lines are a page's
    # largest part.

    @property
    def number(self) -> str:
        """The row's line in the file, as an address has it."""
        return str(self.row.line)

    @property
    def address(self) -> str:
        """The row's own page."""
        return f"{_rows_address(self.row.import_ref_id)}{self.row.line}/"

    @property
    def name(self) -> str:
        """The row as a link names it: line, state, customer."""
        return ", ".join(filter(None, (f"line {thousands(self.row.line)}", self.word, self.who)))

    @property
    def state(self) -> SafeString:
        """The row's state as icon and word."""
        return state(self.row.state, self.word)

    @property
    def word(self) -> str:
        """The row's state in a word."""
        return _WORDS[self.row.state]

    @property
    def what(self) -> str:
        """What happened, short: causes stand on their card, reviews in a column of their own."""
        if self.row.state == RowState.REFUSED and self.story.reason_title:
            return f"{self.story.reason_title}.{followers(self.row)}"
        if self.row.state == RowState.IMPORTED:
            return "Customer created." + CONFIRMED * self.row.confirmed_by_lookup
        return self.story.what

    @property
    def code(self) -> str:
        """Sumsub's code, empty when it gave none."""
        return str(self.row.error_code or "")

    @property
    def in_line(self) -> str:
        """When it is the row's turn, as far as that is known."""
        if self.place is None:
            return ""
        if self.place == 1:
            return " Next in line."
        about = f", about {clock(self.turn_at)}" if self.turn_at else ""
        return f" Place {thousands(self.place)} in line{about}."

    @property
    def next_step(self) -> str:
        """What to do next, where there is anything to do for this very row."""
        says = self.row.state in SAYS_NEXT or self.row.reason == Reason.FORECAST
        return self.story.next_step if says else ""

    @property
    def applicant_id(self) -> str:
        """Sumsub's id of the applicant, empty without one."""
        return self.row.applicant_id

    @property
    def mark(self) -> str:
        """The share token's mark."""
        return token_mark(self.row.token_mark)

    @property
    def at(self) -> str:
        """When the row got where it is."""
        row = self.row
        return clock(row.settled_at or row.checking_since or row.sent_at)


@lru_cache(maxsize=256)
def _rows_address(import_id: int) -> str:
    """Where an import's rows have their pages: looking an address up costs more than a row."""
    return reverse("customers:row", args=[import_id, 0]).removesuffix("0/")


def line_of(row: Row, reader: Reader, place: int | None, figures: Figures) -> RowLine:
    """The row as it reads for this reader; `place` is its place in line, 1 going next."""
    name = shown_name(row.name, unmasked=reader.sees_names)
    label = shown_name(row.label, unmasked=reader.sees_names)
    who = name or label or row.external_id or (UNNAMED if row.customer_id else "")
    owner = row.duplicate_of or row.renewed_by or row.replaced_by
    linked = bool(row.customer_id and reader.sees_customers)
    return RowLine(
        row=row,
        story=story(row),
        who=who,
        who_is_id=not name and not label and who == row.external_id,
        link=f"{folder_of('customers:customer')}{row.customer_id}/" if linked else "",
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
    return f"{reverse('customers:import', args=[row.import_ref_id])}?order=file&q={row.line}"
