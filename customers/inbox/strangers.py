"""Events about applicants that no application of ours names: the donor's own, or not known yet."""

from collections.abc import Sequence

from customers.fingerprints import ID_PREFIX
from customers.models import Row, SumsubEvent
from sharing import applicant_news
from sumsub.review import Review
from sumsub.webhooks import WebhookEvent


def note(events: Sequence[SumsubEvent]) -> set[int]:
    """Offer events to the donor's list of applicants; returns the numbers of those taken.

    A copy that an import of ours is just making must not become an applicant to share, so an event
    that carries an id of ours, or one that a live row was sent with, waits for its application.
    """
    ours = _sent_ids(events)
    taken = set()
    for event in sorted(events, key=lambda event: (event.said_at or event.received_at, event.pk)):
        if event.external_user_id.startswith(ID_PREFIX) or event.external_user_id in ours:
            continue
        if applicant_news.take_in(_as_told(event)).applicant is not None:
            taken.add(event.pk)
    return taken


def _sent_ids(events: Sequence[SumsubEvent]) -> set[str]:
    """Those of the events' ids that live rows carry by a person's choice."""
    given = sorted({event.external_user_id for event in events if event.external_user_id})
    rows = Row.objects.live_with_own_ids(given)
    return set(rows.values_list("external_user_id", flat=True))


def _as_told(event: SumsubEvent) -> WebhookEvent:
    review = Review(
        status=event.review_status,
        answer=event.review_answer or None,
        reject_type=event.reject_type or None,
        reject_labels=tuple(event.reject_labels),
    )
    return WebhookEvent(
        type=event.type,
        applicant_id=event.applicant_id,
        external_user_id=event.external_user_id,
        level_name=event.level_name,
        applicant_type=event.applicant_type,
        review=review,
        created_at=event.said_at,
        test_mode=event.test_mode,
    )
