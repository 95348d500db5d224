"""Partners, the donor's applicants, the ledger of share tokens, minting many, the rate budget."""

from sharing.models.applicants import Applicant, ApplicantQuerySet, ApplicantSource
from sharing.models.budgets import Budget
from sharing.models.issued_tokens import IssuedToken, IssuedTokenQuerySet
from sharing.models.mint_batches import MintBatch, MintBatchQuerySet
from sharing.models.mint_rows import MintRow, MintRowQuerySet
from sharing.models.mint_states import BatchState, Concern, MintSource, MintState
from sharing.models.partners import AGREEMENT_NOTICE, Partner, PartnerQuerySet, PartnerState

__all__ = [
    "AGREEMENT_NOTICE",
    "Applicant",
    "ApplicantQuerySet",
    "ApplicantSource",
    "BatchState",
    "Budget",
    "Concern",
    "IssuedToken",
    "IssuedTokenQuerySet",
    "MintBatch",
    "MintBatchQuerySet",
    "MintRow",
    "MintRowQuerySet",
    "MintSource",
    "MintState",
    "Partner",
    "PartnerQuerySet",
    "PartnerState",
]
