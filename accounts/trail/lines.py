"""Events as the list shows them: in words, with links for who may follow them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.look.figures import plain_name, thousands
from accounts.models import AuditEvent, User
from accounts.trail.deeds import words_of
from accounts.trail.objects import ShownObject, shown

# Details whose name in the code is not what people call it.
_NAMES = {
    "import_id": "import",
    "by_import": "by import",
    "ttl_seconds": "time to live (s)",
    "bad_seq": "breaks at",
    "of": "about",
}
# A detail longer than this may break within a word.
LONG = 30


@dataclass(frozen=True)
class Detail:
    """One thing that an event tells besides: its name and its value, both for people."""

    name: str
    value: str

    @property
    def is_long(self) -> bool:
        """True when the value may have to break anywhere."""
        return len(self.value) > LONG


# Numbers with such names are no amounts, and are written in one piece.
_NAMING = ("code", "id", "batch", "import", "line", "number", "seq")


@dataclass(frozen=True)
class Line:
    """An event with all that its line shows."""

    event: AuditEvent
    words: str
    about: ShownObject | None
    details: list[Detail]


def lines(events: Sequence[AuditEvent], person: User) -> list[Line]:
    """`events` for the eyes of `person`, in a handful of queries whatever their number."""
    objects = shown([(event.subject, event.details) for event in events], person)
    return [
        Line(event, words_of(event.deed), about if event.subject else None, details_of(event))
        for event, about in zip(events, objects, strict=True)
    ]


def details_of(event: AuditEvent) -> list[Detail]:
    """What an event tells besides, without what it leaves open."""
    return [
        Detail(_NAMES.get(name, plain_name(name).lower()), _said(name, value))
        for name, value in event.told
    ]


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    counts = isinstance(value, int) and not name.endswith(_NAMING)
    return thousands(value) if counts else str(value)
