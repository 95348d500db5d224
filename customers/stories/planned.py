"""What people planned and said about a customer's things: who has them, days, notes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.look.figures import day
from accounts.models import AuditEvent, User
from customers.applying.deeds import subject_of
from customers.models import Application, Lookalikes, Row, Thing, WorkNote
from customers.moments import Moment, Strand

MOST = 200


def planned(
    application: Application | None, rows: Iterable[Row], pairs: Iterable[Lookalikes]
) -> list[Moment]:
    """Assignments, days and notes of all these things together. Notes are a person's own words."""
    things: dict[Thing, list[Any]] = {
        Thing.ROW: [row.pk for row in rows],
        Thing.PAIR: [pair.pk for pair in pairs],
        Thing.APPLICATION: [application.pk] if application else [],
    }
    subjects = [f"row:{pk}" for pk in things[Thing.ROW]]
    subjects += [f"pair:{pk}" for pk in things[Thing.PAIR]]
    subjects += [subject_of(pk) for pk in things[Thing.APPLICATION]]
    return [*_deeds(subjects), *_notes(things)]


def deeds_about(reference: str) -> list[Moment]:
    """Who had one thing and what was planned about it, the latest first."""
    return _deeds([reference])


def _deeds(subjects: list[str]) -> list[Moment]:
    events = list(AuditEvent.objects.about_any(subjects).of_deeds(*_DEEDS)[:MOST])
    names = User.objects.in_bulk({event.details.get("to") for event in events} - {None})
    return [_deed(event, names) for event in events]


def _deed(event: AuditEvent, names: dict[int, User]) -> Moment:
    icon, what = _DEEDS[event.deed]
    to = names.get(event.details.get("to") or 0)
    if to is not None:
        what = "Taken" if to.pk == event.actor_id else f"Given to {to.display_name}"
    elif text := str(event.details.get("day", "")):
        what = f"{what} {_day(text)}"
    return Moment(
        event.at, what, icon, "", event.actor_label, strand=Strand.PLAN, person=event.actor_id
    )


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _notes(things: dict[Thing, list[Any]]) -> list[Moment]:
    notes = [
        note
        for thing, keys in things.items()
        if keys
        for note in WorkNote.objects.about_any(thing, keys)[:MOST]
    ]
    return [
        Moment(
            note.at,
            "Note, taken back" if note.removed_at else "Note",
            "edit",
            "",
            note.by.display_name,
            note.words,
            Strand.NOTE,
            note.by_id,
        )
        for note in notes
    ]


_DEEDS = {
    "work.assigned": ("customers", "Given to somebody"),
    "work.given_back": ("left", "Given back"),
    "work.due_set": ("timer", "To be done by"),
    "work.due_removed": ("timer", "No day any more"),
    "work.put_off": ("timer", "Put off until"),
    "work.taken_up": ("timer", "Taken up again"),
}
