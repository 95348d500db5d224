"""What an answer of Sumsub's means for a row: the classes of the contract."""

import pytest

from customers.models import GateReason
from customers.outcomes import Answer, Class, classify
from sumsub import errors
from sumsub.records import Applicant

OURS = "kr-0123"


def meaning(error: errors.SumsubError) -> Answer:
    return classify(error, external_user_id=OURS)


def test_an_applicant_under_our_id_is_a_success() -> None:
    answer = classify(Applicant(id="66f1", external_user_id=OURS), external_user_id=OURS)
    assert answer.kind is Class.OK


def test_an_applicant_under_another_id_is_no_success_and_its_absence_never_final() -> None:
    answer = classify(Applicant(id="66f1", external_user_id="theirs"), external_user_id=OURS)
    assert answer.kind is Class.UNKNOWN
    assert answer.after_success
    assert answer.named_applicant_id == "66f1"


@pytest.mark.parametrize(
    ("error", "kind", "gate"),
    [
        (errors.NotDelivered(reason="ConnectError"), Class.NOT_DELIVERED, None),
        (errors.Throttled(status=429), Class.THROTTLED, None),
        (errors.CredentialsRefused(status=401, error_code=4003), Class.OUR_FAULT, "credentials"),
        (errors.ClockRefused(status=401, error_code=4004), Class.OUR_FAULT, "clock"),
        (errors.PermissionRefused(status=403), Class.OUR_FAULT, "permission"),
        (errors.NotFound(status=404), Class.OUR_FAULT, "address"),
        (errors.Redirected(status=302), Class.OUR_FAULT, "address"),
        (errors.NotPartners(status=400, error_code=10501), Class.PARTNER_FAULT, "not_partners"),
        (errors.FeatureDisabled(status=400, error_code=10505), Class.PARTNER_FAULT, "disabled"),
        (errors.TokenRefused(status=401), Class.TOKEN_REFUSED, None),
        (errors.TokenRefused(status=400, error_code=10503), Class.TOKEN_REFUSED, None),
        (errors.RuleRefused(status=400, error_code=10513), Class.REFUSED, None),
        (errors.TooLarge(status=414), Class.REFUSED, None),
        (errors.UnknownRule(status=400, error_code=10599), Class.UNKNOWN_REFUSAL, None),
        (errors.Conflict(status=409), Class.UNKNOWN_REFUSAL, None),
        (errors.BadRequest(status=400), Class.WRONG_REQUEST, "parameters"),
        (errors.Unclear(status=502), Class.UNKNOWN, None),
        (errors.Unclear(reason="ReadTimeout"), Class.UNKNOWN, None),
    ],
    ids=repr,
)
def test_each_answer_has_its_class_and_closes_its_gate(
    error: errors.SumsubError, kind: Class, gate: str | None
) -> None:
    answer = meaning(error)
    assert answer.kind is kind
    assert answer.gate == (GateReason(gate) if gate else None)


def test_every_error_of_the_tree_has_a_class() -> None:
    def below(kind: type[errors.Answered]) -> list[type[errors.Answered]]:
        return [leaf for child in kind.__subclasses__() for leaf in (child, *below(child))]

    named = below(errors.Answered)
    assert len(named) > 10
    for kind in named:
        assert meaning(kind(status=400)).kind is not Class.UNKNOWN, kind


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (errors.Unclear(status=503), True),
        (errors.NotDelivered(reason="ConnectError"), True),
        (errors.LeaseEnded(reason="lease ended"), False),
        (errors.RuleRefused(status=400, error_code=10507), False),
    ],
    ids=repr,
)
def test_only_a_failing_line_counts_for_the_breaker(
    error: errors.SumsubError, counts: bool
) -> None:
    assert meaning(error).counts_for_breaker is counts
