"""Every way a call can end has a sentence; none repeats a secret."""

from collections.abc import Iterator

import pytest

from sharing.gateway import Busy
from sharing.plain_words import plain_words
from sumsub import errors
from sumsub.errors import Answered, NotDelivered, SumsubError, Throttled


def _kinds(kind: type[SumsubError]) -> Iterator[type[SumsubError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


@pytest.mark.parametrize("kind", list(_kinds(SumsubError)), ids=lambda kind: kind.__name__)
def test_each_kind_of_error_is_told_in_a_whole_sentence(kind: type[SumsubError]) -> None:
    sentence = plain_words(kind())
    assert sentence.endswith((".", "”"))
    assert kind.__name__ not in sentence
    for word in ("please", "oops", "successfully", "!", "None"):
        assert word not in sentence.lower().replace("none is set", "")


def test_a_busy_budget_is_told_from_an_unreachable_sumsub() -> None:
    assert plain_words(Busy()) != plain_words(NotDelivered())
    assert "limits our calls" in plain_words(Throttled())


def test_not_partners_leads_to_the_steps() -> None:
    sentence = plain_words(errors.NotPartners(status=400, error_code=10501))
    assert "(10501)" in sentence
    assert "partner's page shows the steps" in sentence


def test_refused_credentials_say_the_code_and_the_next_step() -> None:
    sentence = plain_words(errors.CredentialsRefused(status=401, error_code=4003))
    assert sentence == (
        "Sumsub rejects our credentials (4003). "
        "Check that the secret key was created together with this app token."
    )


def test_a_known_rule_is_told_by_its_cause_and_an_unknown_answer_by_sumsubs_own_words() -> None:
    known = errors.RuleRefused(status=400, error_code=10508, error_name="x")
    assert "deactivated" in plain_words(known)
    unknown = errors.BadRequest(status=400, description="ttlInSecs must be smaller")
    assert plain_words(unknown) == (
        "Sumsub refuses this call (400). Sumsub says: “ttlInSecs must be smaller”"
    )
    assert isinstance(unknown, Answered)
