"""Sumsub's review of an application, as people read it on pages and in stories."""

from dataclasses import dataclass

from customers.models import Application, ReviewChange
from customers.wording import INHERITED, history_title, review_words
from sharing.review_states import REVIEW_STATES
from sumsub.review import Review, ReviewWord, review_word


@dataclass(frozen=True)
class ShownReview:
    """A look's state and the word beside it; `title` tells what happened besides a new status."""

    state: str
    label: str
    title: str = ""


def shown_review(application: Application) -> ShownReview:
    """The review as it stands; an approval that Copy Applicant inherited is named as such."""
    word = word_for(
        application.sumsub_review_status,
        application.sumsub_review_answer,
        application.sumsub_reject_type,
    )
    inherited = application.inherited_review and word is ReviewWord.APPROVED
    look = "draft" if inherited else _look(word)
    if application.sumsub_standing:
        look = "on_hold"
    return ShownReview(look, review_words(application).word)


def shown_change(change: ReviewChange) -> ShownReview:
    """One step of a review's history; an inherited approval is named as such here too."""
    word = word_for(change.status, change.answer, change.reject_type)
    if word is ReviewWord.APPROVED and change.application.inherited_review:
        return ShownReview("draft", INHERITED.word, history_title(change.event))
    return ShownReview(_look(word), word.value, history_title(change.event))


def word_for(status: str, answer: str, reject_type: str) -> ReviewWord:
    """Sumsub's word for what is stored of a review."""
    return review_word(
        Review(status=status, answer=answer or None, reject_type=reject_type or None)
    )


def _look(word: ReviewWord) -> str:
    known = REVIEW_STATES.get(word)
    return known.look if known else "pending"
