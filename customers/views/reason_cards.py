"""Reason groups as cards, under who must act. A card is drawn once while nothing on it changes.

A live update changes the count of one or two reasons; to tell and draw all of them each time cost
a third of it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.look.states import state_of
from customers.models import Import, ImportState, RowState
from customers.reason_groups import Acts, ReasonGroup, by_actor
from customers.wording import Story, story
from customers.wording.refusals import code_words


@dataclass(frozen=True)
class GroupCard:
    """A reason group with the words for it."""

    group: ReasonGroup
    story: Story

    @property
    def icon(self) -> str:
        """The symbol of the rows' state."""
        return state_of(self.group.state).icon

    @property
    def tone(self) -> str:
        """The card's tone: that of the rows' state."""
        return state_of(self.group.state).tone

    @property
    def text(self) -> str:
        """What happened, without the title that stands above it."""
        title = self.story.reason_title
        return self.story.what.replace(f" {title}.", "", 1).removeprefix(title).lstrip(". ")

    @property
    def code(self) -> str:
        """Sumsub's code and name, empty when it gave none."""
        return code_words(self.group.error_code, self.group.error_name)


class Surroundings(NamedTuple):
    """What a card shows besides its group. `next_look` is a time of day, or "at once"."""

    import_id: int
    manages: bool
    may_retry: bool
    next_look: str


@dataclass(frozen=True)
class Party:
    """Everybody's next steps: who acts, for how many rows, and the cards for them as HTML."""

    title: str
    rows: int
    cards: list[SafeString]


def parties(
    imported: Import, groups: list[ReasonGroup], *, manages: bool, next_look: str
) -> list[Party]:
    """Reason groups as cards, under the heading of who acts."""
    donor = imported.partner.name if imported.partner else "the donor"
    may_retry = manages and imported.state != ImportState.CANCELLED
    around = Surroundings(imported.pk, manages, may_retry, "")
    looked_at = around._replace(next_look=next_look)
    return [
        Party(
            heading_of(acts, donor),
            sum(group.rows for group in mine),
            [_drawn(one, looked_at if one.state == RowState.CHECKING else around) for one in mine],
        )
        for acts, mine in by_actor(groups)
    ]


@lru_cache(maxsize=1024)
def _drawn(group: ReasonGroup, around: Surroundings) -> SafeString:
    card = GroupCard(group, story(group.sample))
    return render_to_string("customers/imports/_reason_card.html", {"card": card, "around": around})


def heading_of(acts: Acts, donor: str) -> str:
    """The heading over the reasons about which these people do something."""
    return {
        Acts.YOU: "For you",
        Acts.NOBODY_YET: "Nobody: we are asking Sumsub",
        Acts.DONOR: f"For {donor}",
        Acts.ADMINS: "For the admins of both sides",
        Acts.SUMSUB: "For Sumsub",
        Acts.PERSON: "For the persons themselves",
        Acts.NOBODY: "Nothing to do",
    }[acts]
