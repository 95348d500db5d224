"""Partners, applicants, documents, the ledger of share tokens, minting many, the rate budget."""

from sharing.models.agreements import AgreementPaper, Covers, LawfulBasis
from sharing.models.applicant_exports import (
    ApplicantExport,
    ApplicantExportQuerySet,
    ExportFault,
    ExportFile,
    ExportState,
)
from sharing.models.applicants import (
    Applicant,
    ApplicantOrder,
    ApplicantQuerySet,
    ApplicantSource,
    Shareability,
)
from sharing.models.bars import Bar, Way
from sharing.models.budgets import Budget
from sharing.models.documents import DocumentKind, StoredDocument
from sharing.models.hand_overs import HandOver, HandOverState
from sharing.models.issued_tokens import (
    Fate,
    HandedOver,
    IssuedToken,
    IssuedTokenQuerySet,
    MintRequest,
    TokenOutcome,
)
from sharing.models.kept_secrets import KeptSecret
from sharing.models.mint_batches import MintBatch, MintBatchQuerySet
from sharing.models.mint_rows import MintRow, MintRowQuerySet
from sharing.models.mint_states import BatchState, Concern, MintSource, MintState
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
    "ApplicantExport",
    "ApplicantExportQuerySet",
    "ApplicantOrder",
    "ApplicantQuerySet",
    "ApplicantSource",
    "Bar",
    "BatchState",
    "Budget",
    "Concern",
    "Covers",
    "DocumentKind",
    "Erasure",
    "ExportFault",
    "ExportFile",
    "ExportState",
    "Fate",
    "HandOver",
    "HandOverState",
    "HandedOver",
    "IssuedToken",
    "IssuedTokenQuerySet",
    "KeptSecret",
    "LawfulBasis",
    "MintBatch",
    "MintBatchQuerySet",
    "MintRequest",
    "MintRow",
    "MintRowQuerySet",
    "MintSource",
    "MintState",
    "Partner",
    "PartnerContact",
    "PartnerOrder",
    "PartnerQuerySet",
    "PartnerRefusal",
    "PartnerState",
    "PartnerStep",
    "PartnerToken",
    "Shareability",
    "StoredDocument",
    "Tick",
    "TokenOutcome",
    "TokenUse",
    "Way",
]
