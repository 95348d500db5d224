"""Partners, the donor's applicants, the ledger of issued share tokens, and the rate budget."""

from sharing.models.applicants import (
    Applicant,
    ApplicantOrder,
    ApplicantQuerySet,
    ApplicantSource,
    Shareability,
)
from sharing.models.budgets import Budget
from sharing.models.issued_tokens import (
    Fate,
    HandedOver,
    IssuedToken,
    IssuedTokenQuerySet,
    MintRequest,
    TokenOutcome,
)
from sharing.models.partners import AGREEMENT_NOTICE, Partner, PartnerQuerySet, PartnerState

__all__ = [
    "AGREEMENT_NOTICE",
    "Applicant",
    "ApplicantOrder",
    "ApplicantQuerySet",
    "ApplicantSource",
    "Budget",
    "Fate",
    "HandedOver",
    "IssuedToken",
    "IssuedTokenQuerySet",
    "MintRequest",
    "Partner",
    "PartnerQuerySet",
    "PartnerState",
    "Shareability",
    "TokenOutcome",
]
