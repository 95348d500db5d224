"""Partners, applicants, documents, the ledger of share tokens, minting many, the rate budget."""

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
from sharing.models.mint_batches import MintBatch, MintBatchQuerySet
from sharing.models.mint_rows import MintRow, MintRowQuerySet
from sharing.models.mint_states import BatchState, Concern, MintSource, MintState
from sharing.models.partners import AGREEMENT_NOTICE, Partner, PartnerQuerySet, PartnerState

__all__ = [
    "AGREEMENT_NOTICE",
    "Applicant",
    "ApplicantOrder",
    "ApplicantQuerySet",
    "ApplicantSource",
    "BatchState",
    "Budget",
    "Concern",
    "DocumentKind",
    "Fate",
    "HandedOver",
    "IssuedToken",
    "IssuedTokenQuerySet",
    "MintBatch",
    "MintBatchQuerySet",
    "MintRequest",
    "MintRow",
    "MintRowQuerySet",
    "MintSource",
    "MintState",
    "Partner",
    "PartnerQuerySet",
    "PartnerState",
    "Shareability",
    "StoredDocument",
    "TokenOutcome",
]
