"""What follows from events: for applications, for rows in doubt, and for those that wait."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts import sheets
from customers import reviews
from customers.books import Books
from customers.inbox.matching import Matched, match
from customers.models import Application, EventState, Reaction, Row, RowState, SumsubEvent
from customers.reviews import event_kinds
from customers.timing import Timing
from sharing.database_clock import database_now

# Events that one transaction handles: some tens of milliseconds.
MOST = 200
# How long an event rests that broke.
SET_ASIDE = timedelta(hours=1)

_LOOKED = (
    "state",
    "reaction",
    "look_at",
    "looks",
    "external_user_id",
    "application",
    "row",
    "asks_row",
)
_VALUES = (*_LOOKED[:5], "application_id", "row_id", "asks_row")


@transaction.atomic
def apply_some(timing: Timing, most: int = MOST) -> int:
    """Look at events that are due, in one transaction; returns at how many.

    Several workers may do so at once: each takes events that no other holds. Locks are taken in
    one order: events, imports, applications.
    """
    now = database_now()
    due = SumsubEvent.objects.due(now).select_for_update(skip_locked=True)
    events = list(due[:most])
    if not events:
        return 0
    meant = [event for event in events if _means_something(event)]
    matched = match(meant)
    look = _Look(now, timing)
    look.apply(matched)
    look.hold(matched)
    _store(events)
    return len(events)


@transaction.atomic
def set_aside() -> None:
    """Put the event that is next off for an hour: it broke, and others must not wait for it."""
    now = database_now()
    due = SumsubEvent.objects.due(now).select_for_update(skip_locked=True)
    broken = due.first()
    if broken is not None:
        broken.state, broken.reaction = EventState.HELD, Reaction.BROKEN
        broken.look_at = now + SET_ASIDE
        broken.save(update_fields=["state", "reaction", "look_at"])


def _means_something(event: SumsubEvent) -> bool:
    """False for what was sent by hand as a test and for kinds that no review depends on."""
    if event.test_mode:
        _done(event, Reaction.TEST)
        return False
    if event.type in event_kinds.NOT_USED:
        _done(event, Reaction.NOT_USED)
        return False
    return True


@dataclass
class _Look:
    """One transaction's look at events."""

    now: datetime
    timing: Timing
    changed: list[Application] = field(default_factory=list)

    def apply(self, matched: Matched) -> None:
        """Let applications hear their events, each in the order of Sumsub's clock."""
        if not matched.by_application:
            return
        rows = Row.objects.of_applications(matched.by_application)
        books = Books(rows.values_list("import_ref_id", flat=True))
        found = Application.objects.select_related("customer").select_for_update(of=("self",))
        readings = reviews.Readings(self.now, self.timing)
        for application in found.filter(pk__in=matched.by_application).order_by("pk"):
            events = sorted(matched.by_application[application.pk], key=_by_sumsubs_clock)
            self._hear(readings, application, events)
        readings.store()
        shown = rows.in_state(RowState.IMPORTED).filter(application__in=self.changed)
        books.touch(shown.only("pk", "import_ref_id"))
        books.close()

    def _hear(
        self,
        readings: reviews.Readings,
        application: Application,
        events: Iterable[SumsubEvent],
    ) -> None:
        for event in events:
            event.application = application
            reaction, is_shown = readings.hear(application, event)
            _done(event, reaction)
            if is_shown and application not in self.changed:
                self.changed.append(application)

    def hold(self, matched: Matched) -> None:
        """Keep events for whom there is no application yet; a row in doubt is looked up at once."""
        for event, row_id in matched.by_row:
            event.row_id, event.asks_row = row_id, True
            self._keep(event, Reaction.ROW_ASKED)
        for event in matched.taken_elsewhere:
            _done(event, Reaction.APPLICANT)
        for event in matched.unknown:
            self._keep(event, Reaction.HELD)

    def _keep(self, event: SumsubEvent, reaction: Reaction) -> None:
        if event.received_at < self.now - timedelta(seconds=self.timing.event_held):
            _done(event, Reaction.NOT_OURS)
            return
        offsets = self.timing.event_offsets
        wait = offsets[min(event.looks, len(offsets) - 1)]
        event.state, event.reaction = EventState.HELD, reaction
        event.look_at = self.now + timedelta(seconds=wait)
        event.looks += 1


def _done(event: SumsubEvent, reaction: Reaction) -> None:
    """The event is over; the id that a partner may have chosen is not needed any more."""
    event.state, event.reaction = EventState.DONE, reaction
    event.look_at, event.asks_row, event.external_user_id = None, False, ""


def _by_sumsubs_clock(event: SumsubEvent) -> tuple[datetime, int]:
    return event.said_at or event.received_at, event.pk


def _store(events: Iterable[SumsubEvent]) -> None:
    rows = [(event.pk, *(getattr(event, name) for name in _VALUES)) for event in events]
    sheets.update(SumsubEvent, _LOOKED, rows, where=("id",))
