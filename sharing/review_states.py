"""Sumsub's review states as they are stored, filtered by and drawn, one line for each word."""

from dataclasses import dataclass

from sumsub.review import ReviewWord


@dataclass(frozen=True)
class ReviewState:
    """The three stored values behind one of the dashboard's words, and the look it gets."""

    status: str
    answer: str = ""
    reject_type: str = ""
    look: str = "pending"

    @property
    def stored(self) -> dict[str, str]:
        """The columns of an applicant that decide about the word; empty ones do not."""
        columns = {
            "review_status": self.status,
            "review_answer": self.answer,
            "review_reject_type": self.reject_type,
        }
        return {name: value for name, value in columns.items() if value}


REVIEW_STATES: dict[ReviewWord, ReviewState] = {
    ReviewWord.APPROVED: ReviewState("completed", "GREEN", look="approved"),
    ReviewWord.DOCUMENTS_REQUESTED: ReviewState("init", look="documents_requested"),
    ReviewWord.PENDING: ReviewState("pending", look="in_review"),
    ReviewWord.PRECHECKED: ReviewState("prechecked", look="in_review"),
    ReviewWord.QUEUED: ReviewState("queued", look="in_review"),
    ReviewWord.ON_HOLD: ReviewState("onHold", look="on_hold"),
    ReviewWord.AWAITING_USER: ReviewState("awaitingUser", look="on_hold"),
    ReviewWord.AWAITING_SERVICE: ReviewState("awaitingService", look="in_review"),
    ReviewWord.RESUBMISSION_REQUESTED: ReviewState(
        "completed", "RED", "RETRY", look="documents_requested"
    ),
    ReviewWord.REJECTED: ReviewState("completed", "RED", "FINAL", look="rejected"),
}
