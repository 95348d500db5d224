"""Everything that happened to a customer, from the share token to the decision: one list."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from accounts.models import AuditEvent
from accounts.trail.deeds import words_of
from customers.applying.deeds import subject_of
from customers.applying.timeline import TOLD, timeline
from customers.history import events_about, history
from customers.models import Application, Customer, Lookalikes, Row, SumsubEvent
from customers.models.duplicates import PairState
from customers.moments import Moment, Strand
from customers.reviews.shown import shown_change
from customers.stories.planned import planned
from customers.wording.webhook_words import event_words

# Of each strand; who has more to tell has it in the audit trail.
MOST = 200
_MARKS = {"approved": "imported", "rejected": "refused", "documents_requested": "file"}
_TONES = {"approved": "ok", "rejected": "bad"}
_SOURCES = {
    "import": "at the import",
    "webhook": "by webhook",
    "confirmed": "told by webhook and read from Sumsub",
}
_PAIRS = {
    PairState.LINKED: ("link", "Linked with another customer as the same person"),
    PairState.DISMISSED: ("not_imported", "Told apart from a customer who looks alike"),
}


def story_of(customer: Customer, application: Application | None, now: datetime) -> list[Moment]:
    """The whole story, the latest first.

    Reads what it needs in a fixed number of queries, at most MOST moments of each strand.
    """
    rows = list(Row.objects.behind(customer).with_what_stories_read())
    pairs = list(Lookalikes.objects.with_customer(customer).with_people()[:MOST])
    moments = [*_beginning(customer, rows), *_imported(rows, now), *_alike(pairs)]
    if application is not None:
        moments += timeline(application)
        moments += _reviews(application)
        moments += _webhooks(application)
        moments += _others(application)
    moments += planned(application, rows, pairs)
    return sorted(moments, key=lambda one: one.at, reverse=True)


def _beginning(customer: Customer, rows: list[Row]) -> list[Moment]:
    if rows:
        return []
    by = customer.created_by
    what = "Entered by hand" if by else "Customer created"
    name = by.display_name if by else ""
    return [
        Moment(customer.created_at, what, "plus", "", name, person=customer.created_by_id),
    ]


def _imported(rows: list[Row], now: datetime) -> list[Moment]:
    return [one for row in rows for one in history(row, list(events_about(row)), now=now)]


def _reviews(application: Application) -> list[Moment]:
    moments = []
    for change in application.review_changes.all()[:MOST]:
        shown = shown_change(change)
        what = shown.title or f"Review at Sumsub: {shown.label}"
        how = _SOURCES.get(change.source, "read from Sumsub")
        icon, tone = _MARKS.get(shown.state, "refresh"), _TONES.get(shown.state, "")
        moments.append(Moment(change.at, f"{what}, {how}", icon, tone, strand=Strand.REVIEW))
    return moments


def _webhooks(application: Application) -> list[Moment]:
    events: Iterable[SumsubEvent] = application.sumsub_events.newest_first()[:MOST]
    return [
        Moment(
            event.received_at,
            f"Sumsub told: {words.title.lower()}. {words.sentence}",
            "bell",
            strand=Strand.WEBHOOK,
        )
        for event in events
        for words in (event_words(event),)
    ]


def _alike(pairs: list[Lookalikes]) -> list[Moment]:
    moments = [
        Moment(pair.found_at, "Looks like another customer", "customers", strand=Strand.DUPLICATE)
        for pair in pairs
    ]
    for pair in pairs:
        if pair.decided_at is not None and pair.decided_by is not None:
            icon, what = _PAIRS[PairState(pair.state)]
            by = pair.decided_by.display_name
            decided = Moment(pair.decided_at, what, icon, "", by, pair.reason, Strand.DUPLICATE)
            moments.append(replace(decided, person=pair.decided_by_id))
    return moments


def _others(application: Application) -> list[Moment]:
    """Deeds that no other strand tells, in the trail's own words: nothing of it is lost."""
    events = AuditEvent.objects.about(subject_of(application.pk)).of_deed("application")[:MOST]
    return [
        Moment(
            event.at,
            words_of(event.deed),
            "info",
            by=event.actor_label if event.actor_id or event.source else "",
            strand=Strand.ENTRY,
            person=event.actor_id,
        )
        for event in events
        if event.deed not in TOLD
    ]
