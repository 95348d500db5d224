"""Our table of review states against Sumsub's own reading of a review."""

import pytest

from accounts.look.states import STATES
from sharing.models import Applicant
from sharing.review_states import REVIEW_STATES
from sumsub.review import Review, ReviewWord, review_word


@pytest.mark.parametrize("word", [word for word in ReviewWord if word is not ReviewWord.UNKNOWN])
def test_each_word_of_the_dashboard_is_stored_as_what_it_means(word: ReviewWord) -> None:
    state = REVIEW_STATES[word]
    review = Review(state.status, state.answer or None, state.reject_type or None)
    assert review_word(review) is word
    assert state.look in STATES


@pytest.mark.django_db
def test_the_filter_finds_exactly_the_applicants_of_a_word() -> None:
    for number, word in enumerate(REVIEW_STATES):
        Applicant.objects.create(
            applicant_id=str(number), source="csv", **REVIEW_STATES[word].stored
        )
    for word in REVIEW_STATES:
        found = Applicant.objects.in_review_state(word)
        assert [applicant.review_word for applicant in found] == [word]
