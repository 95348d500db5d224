"""Whom an event is about: an application, a row that has none yet, or nobody of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from customers.fingerprints import ID_PREFIX
from customers.inbox import strangers
from customers.models import Application, Row, SumsubEvent


@dataclass
class Matched:
    """Events by whom they are about. Rows are those that an applicant's proof may move."""

    by_application: dict[UUID, list[SumsubEvent]] = field(default_factory=dict)
    by_row: list[tuple[SumsubEvent, int]] = field(default_factory=list)
    taken_elsewhere: list[SumsubEvent] = field(default_factory=list)
    unknown: list[SumsubEvent] = field(default_factory=list)


def match(events: Sequence[SumsubEvent]) -> Matched:
    """Find whom these events are about."""
    found = Matched()
    applications = _Applications(events)
    rest = []
    for event in events:
        application_id = applications.of(event)
        if application_id is None:
            rest.append(event)
        else:
            found.by_application.setdefault(application_id, []).append(event)
    rows = _rows(rest)
    strange = []
    for event in rest:
        row_id = rows.get(event.external_user_id)
        if row_id is None:
            strange.append(event)
        else:
            found.by_row.append((event, row_id))
    taken = strangers.note(strange) if strange else set()
    found.taken_elsewhere = [event for event in strange if event.pk in taken]
    found.unknown = [event for event in strange if event.pk not in taken]
    return found


class _Applications:
    """Finds an event's application by our id; by Sumsub's where it does not carry ours.

    Our id alone is not enough once the application names its applicant: an event about another
    applicant is about somebody else, whatever id it carries.
    """

    def __init__(self, events: Iterable[SumsubEvent]) -> None:
        applicants = {event.applicant_id for event in events if event.applicant_id}
        ours = {event.external_user_id for event in events if event.external_user_id}
        mine = Application.objects.matching_events(sorted(applicants), sorted(ours))
        columns = ("pk", "external_user_id", "provider_applicant_id")
        self._by_applicant: dict[str, UUID] = {}
        self._by_our_id: dict[str, UUID] = {}
        for pk, external, applicant in mine.values_list(*columns):
            if applicant:
                self._by_applicant[applicant] = pk
            else:
                self._by_our_id[external] = pk

    def of(self, event: SumsubEvent) -> UUID | None:
        known = self._by_applicant.get(event.applicant_id)
        return known or self._by_our_id.get(event.external_user_id)


def _rows(events: Iterable[SumsubEvent]) -> dict[str, int]:
    """Rows that carry our id of an event and yield to the proof that their applicant exists."""
    given = {event.external_user_id for event in events}
    ids = sorted(one for one in given if one.startswith(ID_PREFIX))
    if not ids:
        return {}
    open_rows = Row.objects.open_to_webhooks(ids)
    return dict(open_rows.values_list("external_user_id", "pk"))
