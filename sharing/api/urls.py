"""Addresses under /api/v1/ that are this room's."""

from django.urls import path

from accounts.api.addresses import door
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
    door("levels", LevelsView, "api_levels"),
    door("partners", partners.PartnersView, "api_partners"),
    door("partners.csv", partner_papers.RegisterCsvView, "api_partners_csv"),
    door(_PARTNER, partners.PartnerView, "api_partner"),
    door(f"{_PARTNER}/pause", partners.PauseView, "api_partner_pause"),
    door(f"{_PARTNER}/resume", partners.ResumeView, "api_partner_resume"),
    door(f"{_PARTNER}/remove", partners.RemoveView, "api_partner_remove"),
    door(f"{_PARTNER}/agreement-documents", partner_papers.PapersView, "api_agreement_documents"),
    door(f"{_PARTNER}/partner-tokens", partner_steps.PartnerTokensView, "api_partner_tokens"),
    door(f"{_PARTNER}/steps", partner_steps.StepsView, "api_partner_steps"),
    door(
        "partner-tokens/<str:partner_token_id>/erase",
        partner_steps.EraseView,
        "api_partner_token_erase",
    ),
    door(_PAPER, partner_papers.PaperView, "api_agreement_document"),
    door(f"{_PAPER}/content", partner_papers.PaperContentView, "api_agreement_document_content"),
    door("applicants", applicants.ApplicantsView, "api_applicants"),
    door("applicants/look-up", applicant_lookups.LookUpView, "api_applicant_look_up"),
    door("applicants/import", applicant_lookups.ImportView, "api_applicants_import"),
    door(_APPLICANT, applicants.ApplicantView, "api_applicant"),
    door(f"{_APPLICANT}/look-up", applicant_lookups.LookUpAgainView, "api_applicant_look_again"),
    door(f"{_APPLICANT}/pre-check", applicants.PrecheckView, "api_pre_check"),
    path("share-tokens", asynchronous(ledger.LedgerView.as_view()), name="api_share_tokens"),
    door("share-tokens.csv", ledger.LedgerCsvView, "api_share_tokens_csv"),
    door("share-tokens/<str:share_token_id>", ledger.IssuedView, "api_share_token"),
    door("batches", batches.BatchesView, "api_batches"),
    door(_BATCH, batches.BatchView, "api_batch"),
    door(f"{_BATCH}/rows", batch_rows.BatchRowsView, "api_batch_rows"),
    door(f"{_BATCH}/failures.csv", batch_rows.FailuresView, "api_batch_failures"),
    door(f"{_BATCH}/look-up", batch_deeds.LookUpView, "api_batch_look_up"),
    door(f"{_BATCH}/start", batch_deeds.StartView, "api_batch_start"),
    door(f"{_BATCH}/pause", batch_deeds.PauseView, "api_batch_pause"),
    door(f"{_BATCH}/resume", batch_deeds.ResumeView, "api_batch_resume"),
    door(f"{_BATCH}/cancel", batch_deeds.CancelView, "api_batch_cancel"),
    door(f"{_BATCH}/retry", batch_deeds.RetryView, "api_batch_retry"),
    door(f"{_BATCH}/renew", batch_deeds.RenewView, "api_batch_renew"),
    door(f"{_BATCH}/abandon", batch_deeds.AbandonView, "api_batch_abandon"),
    door(f"{_BATCH}/again", batch_deeds.AgainView, "api_batch_again"),
    door(f"{_BATCH}/file", batch_files.FileView, "api_batch_file"),
    door(f"{_BATCH}/hand-over", batch_files.MakeHandOverView, "api_batch_hand_over"),
    door("hand-overs", hand_overs.HandOversView, "api_hand_overs"),
    door("hand-overs/<str:hand_over_id>", hand_overs.HandOverView, "api_hand_over"),
    door("hand-overs/<str:hand_over_id>/revoke", hand_overs.RevokeView, "api_hand_over_revoke"),
]
