"""Sumsub's review of an applicant, in the words of its dashboard and beside ours."""

from dataclasses import dataclass

from customers.models import Application, Standing
from sumsub.review import Review, ReviewWord, review_word

COMPLETE = "Open the application and complete it."


@dataclass(frozen=True)
class ReviewWords:
    """A review: its word, a sentence for the row's story, and what we do next."""

    word: str
    sentence: str
    next_step: str

    def __str__(self) -> str:
        return self.word


_NOT_READ = ReviewWords("Not read yet", "Its review at Sumsub has not been read yet.", COMPLETE)
INHERITED = ReviewWords(
    "Approved at the donor only",
    "Copied unchecked: the approval is the donor's, not ours.",
    "Decide what we check ourselves before you submit the application.",
)
_NOT_THERE = {
    Standing.DEACTIVATED: ReviewWords(
        "Deactivated at Sumsub",
        "Its applicant was deactivated at Sumsub: what was verified does not count any more.",
        "Ask in Sumsub's dashboard why, and decide about the application.",
    ),
    Standing.DELETED: ReviewWords(
        "Deleted at Sumsub",
        "Its applicant was deleted at Sumsub: nothing of it can be read any more.",
        "Decide about the application with what we have.",
    ),
    Standing.DATA_DELETED: ReviewWords(
        "Data deleted at Sumsub",
        "Its personal data was deleted at Sumsub: nothing of it can be read any more.",
        "Decide about the application with what we have.",
    ),
}
_SENTENCES: dict[ReviewWord, tuple[str, str]] = {
    ReviewWord.DOCUMENTS_REQUESTED: (
        "Sumsub asks for documents.",
        "Send the person to Sumsub's verification for what is missing.",
    ),
    ReviewWord.PENDING: ("Sumsub reviews it.", COMPLETE),
    ReviewWord.PRECHECKED: ("Sumsub reviews it.", COMPLETE),
    ReviewWord.QUEUED: ("Sumsub reviews it.", COMPLETE),
    ReviewWord.ON_HOLD: (
        "Sumsub holds its review for one of our officers.",
        "Decide the applicant in Sumsub's dashboard.",
    ),
    ReviewWord.AWAITING_USER: ("Sumsub waits for the person.", COMPLETE),
    ReviewWord.AWAITING_SERVICE: ("Sumsub waits for a check to come back.", COMPLETE),
    ReviewWord.APPROVED: ("Approved at Sumsub.", COMPLETE),
    ReviewWord.RESUBMISSION_REQUESTED: (
        "Sumsub asks for some documents again.",
        "Send the person to Sumsub's verification for what is missing.",
    ),
    ReviewWord.REJECTED: ("Rejected at Sumsub.", "Open the application and decide about it."),
}


def review_words(application: Application) -> ReviewWords:
    """The review that an application shows.

    An applicant that is not there any more is named before any verdict about it. The approval of a
    copied applicant was inherited and is never called Approved; a status that Sumsub does not
    document is shown as it came.
    """
    if application.sumsub_standing:
        return _NOT_THERE[Standing(application.sumsub_standing)]
    if not application.sumsub_review_status:
        return _NOT_READ
    review = Review(
        status=application.sumsub_review_status,
        answer=application.sumsub_review_answer or None,
        reject_type=application.sumsub_reject_type or None,
    )
    word = review_word(review)
    if word is ReviewWord.APPROVED and application.inherited_review:
        return INHERITED
    if word is ReviewWord.UNKNOWN:
        raw = " ".join(filter(None, (review.status, review.answer, review.reject_type)))
        return ReviewWords(f"“{raw}”", f"Its review at Sumsub says “{raw}”.", COMPLETE)
    sentence, next_step = _SENTENCES[word]
    return ReviewWords(word.value, sentence, next_step)
