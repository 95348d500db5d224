"""What Sumsub's webhooks tell of our own applicants ("Sumsub: webhook types").

Webhooks come late, twice and out of order, and anybody who knows the webhook secret can write one.
So news counts only when the webhook's own clock is newer than all that is known, and an approval
is *to be confirmed* until a lookup confirms it; everything that makes sharing less likely counts
at once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from sharing.lists_in_columns import joined
from sharing.models import Applicant, ApplicantSource
from sumsub.review import ReviewWord, review_word
from sumsub.webhooks import WebhookEvent

# Types that bring the review's state along, and no more than that.
_REVIEW = frozenset(
    {
        "applicantCreated",
        "applicantPending",
        "applicantPrechecked",
        "applicantReviewed",
        "applicantOnHold",
        "applicantAwaitingUser",
        "applicantAwaitingService",
        "applicantReset",
        "applicantStepsReset",
        "applicantLevelChanged",
        "applicantWorkflowCompleted",
        "applicantWorkflowFailed",
    }
)
_PRESENCE = {"applicantDeactivated": True, "applicantActivated": False}
_FORGOTTEN: dict[str, Any] = {
    "name": "",
    "email": "",
    "phone": "",
    "country": "",
    "tags": "",
    "profile": {},
    "has_identity": False,
    "has_selfie": False,
}
_GONE = frozenset({"applicantDeleted", "applicantPersonalDataDeleted"})
SOURCE = "webhook"


@dataclass(frozen=True)
class News:
    """What a webhook changed here. `applicant` is None when it concerns none that we keep."""

    applicant: Applicant | None
    is_new: bool = False
    changed: tuple[str, ...] = ()


@transaction.atomic
def take_in(event: WebhookEvent) -> News:
    """Store what a webhook tells of an applicant of our own workspace, and say what changed.

    The caller has verified the webhook and decides that the applicant is ours to share: a copy
    that one of our own imports made must not come here. Without a time of its own, a webhook is
    too old for anybody that is known already.
    """
    # Fired by hand from the dashboard, a webhook carries invented facts.
    told = None if event.test_mode else _told(event)
    if told is None:
        return News(None)
    applicant = (
        Applicant.objects.select_for_update().filter(applicant_id=event.applicant_id).first()
    )
    if applicant is None:
        # Nobody is made only to say that they are gone.
        return News(None) if event.type in _GONE else _first_seen(event, told)
    if not _is_newer(event.created_at, applicant):
        return News(applicant)
    if event.created_at == applicant.news_at:
        told = _of_the_same_moment(applicant, told)
    return _brought_up_to_date(applicant, event, told)


def _told(event: WebhookEvent) -> dict[str, Any] | None:
    """The columns that a webhook speaks about; None for a type that tells nothing of the person."""
    if event.type in _GONE:
        return {**_FORGOTTEN, "deleted_at": event.created_at}
    if event.type in _PRESENCE:
        return {"deactivated": _PRESENCE[event.type]}
    if event.type not in _REVIEW:
        return None
    return {**_ids(event), **_review(event)}


def _ids(event: WebhookEvent) -> dict[str, Any]:
    texts = {
        "external_user_id": event.external_user_id[:256],
        "level_name": event.level_name[:256],
        "applicant_type": event.applicant_type[:20],
    }
    return {name: text for name, text in texts.items() if text}


def _review(event: WebhookEvent) -> dict[str, Any]:
    review = event.review
    if not review.status:
        return {}
    is_over = review.status == "completed"
    return {
        "review_status": review.status[:40],
        "review_answer": (review.answer or "")[:10] if is_over else "",
        "review_reject_type": (review.reject_type or "")[:10] if is_over else "",
        "review_labels": joined(review.reject_labels),
        "unconfirmed": review_word(review) is ReviewWord.APPROVED,
    }


def _is_newer(told_at: datetime | None, applicant: Applicant) -> bool:
    """Whether the webhook tells of a moment that nothing known here is newer than.

    Of two of one millisecond, `_of_the_same_moment` decides.
    """
    known = [moment for moment in (applicant.news_at, applicant.looked_up_at) if moment]
    return told_at is not None and all(told_at >= moment for moment in known)


def _of_the_same_moment(applicant: Applicant, told: dict[str, Any]) -> dict[str, Any]:
    """What counts of a webhook beside another of the same millisecond: neither says which is newer.

    So the order in which they arrive must not matter. A verdict counts before a review under way;
    of two verdicts, and of active and deactivated, the one that makes sharing less likely, until a
    lookup tells.
    """
    counts = dict(told)
    if "review_status" in told and _weight(told) < _weight(_known_of(applicant)):
        for name in ("review_status", "review_answer", "review_reject_type", "review_labels"):
            counts.pop(name)
        counts.pop("unconfirmed")
    if applicant.deactivated:
        counts.pop("deactivated", None)
    return counts


def _known_of(applicant: Applicant) -> dict[str, Any]:
    names = ("review_status", "review_answer", "review_reject_type")
    return {name: getattr(applicant, name) for name in names}


def _weight(review: dict[str, Any]) -> tuple[bool, bool, bool, str]:
    """What counts more the greater it is; the status decides where nothing else does."""
    return (
        review["review_status"] == "completed",
        review["review_answer"] == "RED",
        review["review_reject_type"] == "FINAL",
        review["review_status"],
    )


def _first_seen(event: WebhookEvent, told: dict[str, Any]) -> News:
    applicant = Applicant.objects.create(
        applicant_id=event.applicant_id,
        source=ApplicantSource.WEBHOOK,
        news_at=event.created_at,
        created_at_sumsub=event.created_at if event.type == "applicantCreated" else None,
        **{"external_user_id": event.external_user_id[:256], **_ids(event), **told},
    )
    _record(event, applicant, "found", ())
    return News(applicant, is_new=True)


def _brought_up_to_date(applicant: Applicant, event: WebhookEvent, told: dict[str, Any]) -> News:
    if applicant.review_word is ReviewWord.APPROVED and not applicant.unconfirmed:
        # The approval itself is known, so the news of it has nothing left to be confirmed.
        told.pop("unconfirmed", None)
    changed = tuple(name for name, value in told.items() if getattr(applicant, name) != value)
    for name, value in told.items():
        setattr(applicant, name, value)
    applicant.news_at = event.created_at
    applicant.save(update_fields=["news_at", *changed])
    if changed:
        _record(event, applicant, "changed", changed)
    return News(applicant, changed=changed)


def _record(
    event: WebhookEvent, applicant: Applicant, outcome: str, changed: tuple[str, ...]
) -> None:
    audit.record(
        "applicant.told",
        actor=None,
        subject=f"applicant:{applicant.pk}",
        source=SOURCE,
        outcome=outcome,
        type=event.type,
        fields=", ".join(name.replace("_", " ") for name in changed),
    )
