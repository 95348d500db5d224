"""Partners, the donor's applicants, the ledger of share tokens, documents, the rate budget."""

from sharing.models.agreements import AgreementPaper, Covers, LawfulBasis
from sharing.models.applicants import Applicant, ApplicantQuerySet, ApplicantSource
from sharing.models.bars import Bar, Way
from sharing.models.budgets import Budget
from sharing.models.documents import DocumentKind, StoredDocument
from sharing.models.hand_overs import HandOver, HandOverState
from sharing.models.issued_tokens import IssuedToken, IssuedTokenQuerySet
from sharing.models.partner_details import PartnerContact, PartnerRefusal
from sharing.models.partner_tokens import (
    STEPS_OF,
    Erasure,
    PartnerStep,
    PartnerToken,
    Tick,
    TokenUse,
)
from sharing.models.partners import (
    AGREEMENT_NOTICE,
    Partner,
    PartnerOrder,
    PartnerQuerySet,
    PartnerState,
)

__all__ = [
    "AGREEMENT_NOTICE",
    "STEPS_OF",
    "AgreementPaper",
    "Applicant",
    "ApplicantQuerySet",
    "ApplicantSource",
    "Bar",
    "Budget",
    "Covers",
    "DocumentKind",
    "Erasure",
    "HandOver",
    "HandOverState",
    "IssuedToken",
    "IssuedTokenQuerySet",
    "LawfulBasis",
    "Partner",
    "PartnerContact",
    "PartnerOrder",
    "PartnerQuerySet",
    "PartnerRefusal",
    "PartnerState",
    "PartnerStep",
    "PartnerToken",
    "StoredDocument",
    "Tick",
    "TokenUse",
    "Way",
]
