"""The parts that sentences about rows are made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.look.figures import clock, day, duration

NEW_TOKEN = "Ask the donor for a new share token."
NOTHING_TO_DO = "Nothing to do."
NOT_YET = "Do not request a new token yet."


@dataclass(frozen=True)
class Story:
    """A row in words.

    `label` is its state, `reason_title` the cause in a few words (empty where there is none to
    tell), `what` one to three sentences, `next_step` one.
    """

    label: str
    what: str
    next_step: str
    reason_title: str


@dataclass(frozen=True)
class Told:
    """A story without its label."""

    title: str
    what: str
    next_step: str


def on_the_clock(moment: datetime) -> str:
    """14:06:15 for a moment of today, "20 Nov 2026, 14:06:15" for any other (UTC)."""
    here = timezone.localtime(moment)
    if here.date() == timezone.localtime().date():
        return clock(here)
    return f"{day(here)}, {clock(here)}"


def waited(since: datetime, until: datetime) -> str:
    """The time between two moments as "4 min 20 s"."""
    return duration((until - since).total_seconds())


def loaded(row: Model, relation: str) -> Any:
    """What stands beside the row if it was fetched with it, else None: words cost no query."""
    return row._state.fields_cache.get(relation)
