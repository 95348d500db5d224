"""Things of this room by the ids in an address or a field: found, or a problem that says so."""

from typing import TypeVar

from accounts.api.codes import Code
from accounts.api.ids import Kind, number_in, number_of
from accounts.api.problems import FieldError, Problem, invalid
from sharing.models import (
    AgreementPaper,
    Applicant,
    HandOver,
    IssuedToken,
    MintBatch,
    Partner,
    PartnerToken,
)

T = TypeVar("T")
NO_SUCH_RECIPIENT = "The register has no such recipient."


def partner_with(partner_id: str) -> Partner:
    """The partner with this id. Raises Problem (404)."""
    return _there(Partner.objects.filter(pk=number_of(Kind.PARTNER, partner_id)).first())


def paper_with(paper_id: str) -> AgreementPaper:
    """The document of an agreement with this id, its bytes not loaded. Raises Problem (404)."""
    found = AgreementPaper.objects.newest_first().select_related("partner")
    return _there(found.filter(pk=number_of(Kind.PAPER, paper_id)).first())


def partner_token_with(token_id: str) -> PartnerToken:
    """What is known of the partner token with this id. Raises Problem (404)."""
    found = PartnerToken.objects.select_related("recorded_by")
    return _there(found.filter(pk=number_of(Kind.PARTNER_TOKEN, token_id)).first())


def applicant_with(applicant_id: str) -> Applicant:
    """The applicant with this id of ours. Raises Problem (404)."""
    return _there(Applicant.objects.filter(pk=number_of(Kind.APPLICANT, applicant_id)).first())


def issued_with(token_id: str) -> IssuedToken:
    """The ledger's line with this id. Raises Problem (404)."""
    found = IssuedToken.objects.select_related("applicant", "partner", "issued_by")
    return _there(found.filter(pk=number_of(Kind.SHARE_TOKEN, token_id)).first())


def batch_with(batch_id: str) -> MintBatch:
    """The batch with this id, with what is shown beside it. Raises Problem (404)."""
    found = MintBatch.objects.select_related("partner", "created_by", "taken_by")
    return _there(found.filter(pk=number_of(Kind.BATCH, batch_id)).first())


def hand_over_with(hand_over_id: str) -> HandOver:
    """The hand-over with this id, its file not loaded. Raises Problem (404)."""
    found = HandOver.objects.newest_first().defer("sealed")
    return _there(found.filter(pk=number_of(Kind.HAND_OVER, hand_over_id)).first())


def recipient_named(text: str) -> Partner:
    """The recipient that a body names by our id or its client id. Raises Problem (400)."""
    number = number_in(Kind.PARTNER, text)
    wanted = {"client_id": text} if number is None else {"pk": number}
    found = Partner.objects.recipients().filter(**wanted).first()
    if found is None:
        raise invalid(FieldError("recipient", NO_SUCH_RECIPIENT, "not_found"))
    return found


def applicant_named(text: str) -> Applicant:
    """The applicant that a body names by our id or Sumsub's. Raises Problem (400)."""
    number = number_in(Kind.APPLICANT, text)
    wanted = {"applicant_id": text} if number is None else {"pk": number}
    found = Applicant.objects.filter(**wanted).first()
    if found is None:
        sentence = "The list has no such applicant. Look it up first: POST /applicants/look-up."
        raise invalid(FieldError("applicant", sentence, "not_found"))
    return found


def number_asked(kind: Kind, text: str, field: str) -> int:
    """The number in an id that a filter names. Raises Problem (400)."""
    found = number_in(kind, text)
    if found is None:
        raise invalid(FieldError(field, f"An id here begins with {kind}_.", "invalid_id"))
    return found


def _there(found: T | None) -> T:
    if found is None:
        raise Problem(Code.NOT_FOUND, "There is nothing with this id.")
    return found
