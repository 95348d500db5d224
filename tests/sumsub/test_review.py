"""The dashboard's words for the state of a review."""

import pytest

from sumsub.review import Review, ReviewWord, review_word


@pytest.mark.parametrize(
    ("status", "answer", "reject_type", "word"),
    [
        ("init", None, None, ReviewWord.DOCUMENTS_REQUESTED),
        ("pending", None, None, ReviewWord.PENDING),
        ("prechecked", None, None, ReviewWord.PRECHECKED),
        ("queued", None, None, ReviewWord.QUEUED),
        ("onHold", "RED", "FINAL", ReviewWord.ON_HOLD),
        ("awaitingUser", None, None, ReviewWord.AWAITING_USER),
        ("awaitingService", "GREEN", None, ReviewWord.AWAITING_SERVICE),
        ("completed", "GREEN", None, ReviewWord.APPROVED),
        ("completed", "RED", "RETRY", ReviewWord.RESUBMISSION_REQUESTED),
        ("completed", "RED", "FINAL", ReviewWord.REJECTED),
        ("completed", "RED", None, ReviewWord.UNKNOWN),
        ("completed", "YELLOW", None, ReviewWord.UNKNOWN),
        ("completed", None, None, ReviewWord.UNKNOWN),
        ("somethingNew", "GREEN", None, ReviewWord.UNKNOWN),
        ("", None, None, ReviewWord.UNKNOWN),
    ],
)
def test_review_is_called_what_the_dashboard_calls_it(
    status: str, answer: str | None, reject_type: str | None, word: ReviewWord
) -> None:
    assert review_word(Review(status=status, answer=answer, reject_type=reject_type)) is word


def test_green_counts_only_once_the_review_is_completed() -> None:
    for status in ("init", "pending", "queued", "awaitingService"):
        assert review_word(Review(status=status, answer="GREEN")) is not ReviewWord.APPROVED
