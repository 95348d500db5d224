"""Addresses under /api/v1/ that are this room's."""

from django.urls import path

from accounts.api.later import asynchronous
from sharing.api import (
    applicant_lookups,
    applicants,
    batch_deeds,
    batch_files,
    batch_rows,
    batches,
    hand_overs,
    ledger,
    partner_papers,
    partner_steps,
    partners,
)
from sharing.api.levels import LevelsView

_PARTNER = "partners/<str:partner_id>"
_PAPER = "agreement-documents/<str:document_id>"
_APPLICANT = "applicants/<str:applicant_id>"
_BATCH = "batches/<str:batch_id>"

urlpatterns = [
    path("levels", LevelsView.as_view(), name="api_levels"),
    path("partners", partners.PartnersView.as_view(), name="api_partners"),
    path("partners.csv", partner_papers.RegisterCsvView.as_view(), name="api_partners_csv"),
    path(_PARTNER, partners.PartnerView.as_view(), name="api_partner"),
    path(f"{_PARTNER}/pause", partners.PauseView.as_view(), name="api_partner_pause"),
    path(f"{_PARTNER}/resume", partners.ResumeView.as_view(), name="api_partner_resume"),
    path(f"{_PARTNER}/remove", partners.RemoveView.as_view(), name="api_partner_remove"),
    path(
        f"{_PARTNER}/agreement-documents",
        partner_papers.PapersView.as_view(),
        name="api_agreement_documents",
    ),
    path(
        f"{_PARTNER}/partner-tokens",
        partner_steps.PartnerTokensView.as_view(),
        name="api_partner_tokens",
    ),
    path(f"{_PARTNER}/steps", partner_steps.StepsView.as_view(), name="api_partner_steps"),
    path(
        "partner-tokens/<str:partner_token_id>/erase",
        partner_steps.EraseView.as_view(),
        name="api_partner_token_erase",
    ),
    path(_PAPER, partner_papers.PaperView.as_view(), name="api_agreement_document"),
    path(
        f"{_PAPER}/content",
        partner_papers.PaperContentView.as_view(),
        name="api_agreement_document_content",
    ),
    path("applicants", applicants.ApplicantsView.as_view(), name="api_applicants"),
    path(
        "applicants/look-up",
        applicant_lookups.LookUpView.as_view(),
        name="api_applicant_look_up",
    ),
    path("applicants/import", applicant_lookups.ImportView.as_view(), name="api_applicants_import"),
    path(_APPLICANT, applicants.ApplicantView.as_view(), name="api_applicant"),
    path(
        f"{_APPLICANT}/look-up",
        applicant_lookups.LookUpAgainView.as_view(),
        name="api_applicant_look_again",
    ),
    path(f"{_APPLICANT}/pre-check", applicants.PrecheckView.as_view(), name="api_pre_check"),
    path("share-tokens", asynchronous(ledger.LedgerView.as_view()), name="api_share_tokens"),
    path("share-tokens.csv", ledger.LedgerCsvView.as_view(), name="api_share_tokens_csv"),
    path("share-tokens/<str:share_token_id>", ledger.IssuedView.as_view(), name="api_share_token"),
    path("batches", batches.BatchesView.as_view(), name="api_batches"),
    path(_BATCH, batches.BatchView.as_view(), name="api_batch"),
    path(f"{_BATCH}/rows", batch_rows.BatchRowsView.as_view(), name="api_batch_rows"),
    path(f"{_BATCH}/failures.csv", batch_rows.FailuresView.as_view(), name="api_batch_failures"),
    path(f"{_BATCH}/look-up", batch_deeds.LookUpView.as_view(), name="api_batch_look_up"),
    path(f"{_BATCH}/start", batch_deeds.StartView.as_view(), name="api_batch_start"),
    path(f"{_BATCH}/pause", batch_deeds.PauseView.as_view(), name="api_batch_pause"),
    path(f"{_BATCH}/resume", batch_deeds.ResumeView.as_view(), name="api_batch_resume"),
    path(f"{_BATCH}/cancel", batch_deeds.CancelView.as_view(), name="api_batch_cancel"),
    path(f"{_BATCH}/retry", batch_deeds.RetryView.as_view(), name="api_batch_retry"),
    path(f"{_BATCH}/renew", batch_deeds.RenewView.as_view(), name="api_batch_renew"),
    path(f"{_BATCH}/abandon", batch_deeds.AbandonView.as_view(), name="api_batch_abandon"),
    path(f"{_BATCH}/again", batch_deeds.AgainView.as_view(), name="api_batch_again"),
    path(f"{_BATCH}/file", batch_files.FileView.as_view(), name="api_batch_file"),
    path(f"{_BATCH}/hand-over", batch_files.MakeHandOverView.as_view(), name="api_batch_hand_over"),
    path("hand-overs", hand_overs.HandOversView.as_view(), name="api_hand_overs"),
    path("hand-overs/<str:hand_over_id>", hand_overs.HandOverView.as_view(), name="api_hand_over"),
    path(
        "hand-overs/<str:hand_over_id>/revoke",
        hand_overs.RevokeView.as_view(),
        name="api_hand_over_revoke",
    ),
]
