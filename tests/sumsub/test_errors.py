"""The tree of errors and the tables of codes."""

import pickle

import pytest

from sumsub import errors
from sumsub.errors import (
    CREDENTIAL_CODES,
    REFUSAL_CODES,
    Answered,
    Remedy,
    SumsubError,
    credential_code,
    refusal_code,
)


def tree(kind: type[SumsubError]) -> list[type[SumsubError]]:
    ours = [sub for sub in kind.__subclasses__() if sub.__module__ == errors.__name__]
    return [kind, *(below for sub in ours for below in tree(sub))]


@pytest.mark.parametrize("kind", tree(SumsubError), ids=lambda kind: kind.__name__)
def test_every_error_is_drawn_in_the_tree_exported_and_survives_pickling(
    kind: type[SumsubError],
) -> None:
    assert kind.__name__ in errors.__all__
    assert kind.__name__ in (errors.__doc__ or "")
    assert type(pickle.loads(pickle.dumps(kind()))) is kind


def test_pickled_error_keeps_its_facts() -> None:
    error = Answered(status=400, error_code=10513, error_name="a-name", description="why")
    kept = pickle.loads(pickle.dumps(error))
    assert vars(kept) == vars(error)


def test_text_of_an_error_shows_class_status_code_and_name_but_no_description() -> None:
    error = errors.RuleRefused(
        status=400, error_code=10513, error_name="not-compatible", description="about Ada Moreau"
    )
    assert str(error) == repr(error)
    assert str(error) == "RuleRefused(status=400, code=10513, name='not-compatible')"


def test_table_holds_every_documented_refusal_once() -> None:
    codes = [row.code for row in REFUSAL_CODES]
    assert codes == sorted([*range(10501, 10520), 10518, 10521])
    assert len({row.name for row in REFUSAL_CODES}) == len(REFUSAL_CODES)


def test_every_refusal_says_in_whole_sentences_what_happened_and_what_to_do() -> None:
    for row in REFUSAL_CODES:
        assert row.title
        assert not row.title.endswith(".")
        assert row.cause.endswith(".")
        assert row.next_step.endswith(".")


def test_only_the_five_rules_of_the_level_can_be_tried_at_another_level() -> None:
    other = {row.code for row in REFUSAL_CODES if row.remedy is Remedy.OTHER_LEVEL}
    assert other == {10510, 10511, 10512, 10513, 10517}


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        (10518, "copy-applicant-disabled", "copy-applicant-disabled"),
        (10518, "reusable-kyc-email-mismatch", "reusable-kyc-email-mismatch"),
        (10518, None, None),
        (None, "copy-applicant-disabled", "copy-applicant-disabled"),
        (10513, None, "reusable-kyc-not-compatible-doc-type"),
        (10520, "anything", None),
        (None, None, None),
    ],
)
def test_refusal_is_found_by_code_and_where_two_share_it_by_name(
    code: int | None, name: str | None, expected: str | None
) -> None:
    found = refusal_code(code, name)
    assert (found.name if found else None) == expected


def test_every_refusal_of_our_credentials_has_a_next_step() -> None:
    assert [row.code for row in CREDENTIAL_CODES] == list(range(4000, 4008))
    assert all(row.title and row.next_step for row in CREDENTIAL_CODES)
    assert credential_code(4004) is CREDENTIAL_CODES[4]
    assert credential_code(4008) is None
    assert credential_code(None) is None
