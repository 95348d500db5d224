"""Partners, the donor's applicants, the ledger of share tokens, documents, the rate budget."""

from sharing.models.applicants import Applicant, ApplicantQuerySet, ApplicantSource
from sharing.models.budgets import Budget
from sharing.models.documents import DocumentKind, StoredDocument
from sharing.models.issued_tokens import IssuedToken, IssuedTokenQuerySet
from sharing.models.partners import AGREEMENT_NOTICE, Partner, PartnerQuerySet, PartnerState

__all__ = [
    "AGREEMENT_NOTICE",
    "Applicant",
    "ApplicantQuerySet",
    "ApplicantSource",
    "Budget",
    "DocumentKind",
    "IssuedToken",
    "IssuedTokenQuerySet",
    "Partner",
    "PartnerQuerySet",
    "PartnerState",
    "StoredDocument",
]
