"""What a preview's answer says of its row: pure, no clock and no database."""

from dataclasses import dataclass

from django.conf import settings

from customers.models import GateReason, ImportMode, Outlook
from customers.outcomes import Answer, Class, classify
from customers.reasons import Reason
from sharing import budget
from sumsub import calls
from sumsub.calls import Call, PreviewMethod
from sumsub.errors import Answered, SumsubError
from sumsub.records import Applicant
from sumsub.review import ReviewWord, review_word

LONGEST_STEPS = 256
# A share token carries neither, so a level that has one asks the person for it.
_NEVER_CARRIED = ("QUESTIONNAIRE", "APPLICANT_DATA")
# Steps whose documents the preview names, where they are carried.
_WITH_DOCUMENTS = ("IDENTITY", "PROOF_OF_RESIDENCE")

_REASONS = {
    Class.TOKEN_REFUSED: Reason.TOKEN_DEAD,
    Class.REFUSED: Reason.RULE,
    Class.UNKNOWN_REFUSAL: Reason.UNKNOWN_RULE,
    Class.WRONG_REQUEST: Reason.WRONG_REQUEST,
}
_AGAIN = frozenset({Class.NOT_DELIVERED, Class.THROTTLED, Class.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Meaning:
    """A forecast in the columns of customers.models.Forecast."""

    outlook: Outlook
    reason: str = ""
    error_code: int | None = None
    error_name: str = ""
    steps: str = ""


UNANSWERED = Meaning(Outlook.UNANSWERED)


def method() -> PreviewMethod:
    """The method that this installation previews by."""
    return "POST" if settings.SUMSUB_PREVIEW_METHOD == "POST" else "GET"


def budget_kind() -> str:
    """The budget that previews take their permits from."""
    return budget.POST if method() == "POST" else budget.GET


def preview_call(
    share_token: str, *, mode: str, level_name: str, user_id: str | None = None
) -> Call[Applicant]:
    """Sumsub's preview of a redemption; a copy's knows no level."""
    if mode == ImportMode.COPY:
        return calls.copy_preview(share_token, method())
    return calls.reuse_preview(share_token, level_name, user_id, method())


def meaning(result: Applicant | SumsubError) -> Meaning | None:
    """What an answer forecasts; None when none came that says anything of the row.

    An answer about the connection says nothing of it either: ask `hindrance` first.
    """
    if isinstance(result, Applicant):
        return _accepted(result)
    answer = _answer(result)
    reason = _REASONS.get(answer.kind)
    if reason is None:
        return None
    if reason is Reason.RULE and answer.error_code is None:
        reason = Reason.TOO_LARGE
    return Meaning(Outlook.REFUSED, reason, answer.error_code, answer.error_name)


def hindrance(result: Applicant | SumsubError) -> GateReason | None:
    """Why Sumsub does not let us ask at all, if the answer says that; a wrong level is told too."""
    return None if isinstance(result, Applicant) else _answer(result).gate


def is_to_be_asked_again(result: Applicant | SumsubError) -> bool:
    """True when the same question may get an answer a little later."""
    return not isinstance(result, Applicant) and _answer(result).kind in _AGAIN


def code_of(result: Applicant | SumsubError) -> tuple[int | None, str]:
    """Sumsub's code and its words, as far as an answer has them."""
    if not isinstance(result, Answered):
        return None, ""
    return result.error_code, result.description


def _answer(error: SumsubError) -> Answer:
    return classify(error, external_user_id="")


def _accepted(applicant: Applicant) -> Meaning:
    if review_word(applicant.review) is not ReviewWord.DOCUMENTS_REQUESTED:
        return Meaning(Outlook.PASSES)
    return Meaning(Outlook.DOCUMENTS, steps=",".join(_missing(applicant))[:LONGEST_STEPS])


def _missing(applicant: Applicant) -> list[str]:
    """Steps of the level that nothing in the preview covers, as far as it shows.

    It tells documents and no images, so a missing selfie cannot be seen.
    """
    carried = {document.type for document in applicant.identity.id_docs}
    return [
        one.step
        for one in applicant.doc_sets
        if one.step.startswith(_NEVER_CARRIED)
        or (one.step.startswith(_WITH_DOCUMENTS) and one.types and not carried & set(one.types))
    ]
