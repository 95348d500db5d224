"""Sumsub's verdict on an applicant, and the dashboard's words for it ("Sumsub: statuses")."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sumsub import fields
from sumsub.fields import Json


class ReviewWord(StrEnum):
    """The words Sumsub's dashboard uses for the state of a review."""

    DOCUMENTS_REQUESTED = "Documents requested"
    PENDING = "Pending"
    PRECHECKED = "Prechecked"
    QUEUED = "Queued"
    ON_HOLD = "Requires action"
    AWAITING_USER = "Awaiting user"
    AWAITING_SERVICE = "Awaiting service"
    APPROVED = "Approved"
    RESUBMISSION_REQUESTED = "Resubmission requested"
    REJECTED = "Rejected"
    UNKNOWN = "Unknown"


_UNDER_WAY = {
    "init": ReviewWord.DOCUMENTS_REQUESTED,
    "pending": ReviewWord.PENDING,
    "prechecked": ReviewWord.PRECHECKED,
    "queued": ReviewWord.QUEUED,
    "onHold": ReviewWord.ON_HOLD,
    "awaitingUser": ReviewWord.AWAITING_USER,
    "awaitingService": ReviewWord.AWAITING_SERVICE,
}
_VERDICTS = {
    ("GREEN", None): ReviewWord.APPROVED,
    ("RED", "RETRY"): ReviewWord.RESUBMISSION_REQUESTED,
    ("RED", "FINAL"): ReviewWord.REJECTED,
}


@dataclass(frozen=True)
class Review:
    """The state of a review; `answer` counts only once `status` is `completed`."""

    status: str = ""
    answer: str | None = None
    reject_type: str | None = None
    reject_labels: tuple[str, ...] = ()
    moderation_comment: str = field(default="", repr=False)
    client_comment: str = field(default="", repr=False)
    level_name: str = ""
    created_at: datetime | None = None
    reviewed_at: datetime | None = None
    attempt_count: int = 0

    @classmethod
    def from_json(cls, source: Json) -> "Review":
        """Read a review, or a webhook's payload, which carries the same fields."""
        result = fields.inner(source, "reviewResult")
        return cls(
            status=fields.text(source, "reviewStatus"),
            answer=fields.optional_text(result, "reviewAnswer"),
            reject_type=fields.optional_text(result, "reviewRejectType"),
            reject_labels=fields.texts(result, "rejectLabels"),
            moderation_comment=fields.text(result, "moderationComment"),
            client_comment=fields.text(result, "clientComment"),
            level_name=fields.text(source, "levelName"),
            created_at=fields.moment(source, "createDate"),
            reviewed_at=fields.moment(source, "reviewDate"),
            attempt_count=fields.number(source, "attemptCnt"),
        )


def review_word(review: Review) -> ReviewWord:
    """The dashboard's word for a review; UNKNOWN for a status or verdict that is not documented."""
    if review.status != "completed":
        return _UNDER_WAY.get(review.status, ReviewWord.UNKNOWN)
    reject_type = None if review.answer == "GREEN" else review.reject_type
    return _VERDICTS.get((review.answer or "", reject_type), ReviewWord.UNKNOWN)
