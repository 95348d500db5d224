"""Partners, the donor's applicants, the ledger of share tokens, documents, the rate budget."""

from sharing.models.applicants import (
    Applicant,
    ApplicantOrder,
    ApplicantQuerySet,
    ApplicantSource,
    Shareability,
)
from sharing.models.budgets import Budget
from sharing.models.documents import DocumentKind, StoredDocument
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
    "DocumentKind",
    "Fate",
    "HandedOver",
    "IssuedToken",
    "IssuedTokenQuerySet",
    "MintRequest",
    "Partner",
    "PartnerQuerySet",
    "PartnerState",
    "Shareability",
    "StoredDocument",
    "TokenOutcome",
]
