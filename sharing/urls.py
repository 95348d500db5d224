"""This room's pages."""

from django.urls import path

from sharing import (
    agreement_papers_page,
    applicant_page,
    applicants_page,
    hand_over_page,
    hand_overs_page,
    ledger_page,
    minting_page,
    partner_deeds,
    partner_tokens_page,
    partners_page,
    settings_page,
)
from sharing.applicant_exports import page as export_page
from sharing.minting_views import batch_page, deed_page, file_page, list_page, new_page

app_name = "sharing"

urlpatterns = [
    path("partners/", partners_page.partners, name="partners"),
    path("partners/add/", partner_deeds.add, name="partner_add"),
    path("partners/<int:pk>/", partners_page.partner, name="partner"),
    path("partners/<int:pk>/edit/", partner_deeds.edit, name="partner_edit"),
    path("partners/<int:pk>/pause/", partner_deeds.pause, name="partner_pause"),
    path("partners/<int:pk>/activate/", partner_deeds.activate, name="partner_activate"),
    path("partners/<int:pk>/remove/", partner_deeds.remove, name="partner_remove"),
    path("partners/register.csv", partners_page.export, name="partners_export"),
    path("partners/<int:pk>/document/", agreement_papers_page.add, name="agreement_paper_add"),
    path("partners/documents/<int:pk>/", agreement_papers_page.download, name="agreement_paper"),
    path(
        "partners/documents/<int:pk>/erase/",
        agreement_papers_page.erase,
        name="agreement_paper_erase",
    ),
    path(
        "partners/<int:pk>/partner-token/<slug:way>/",
        partner_tokens_page.record,
        name="partner_token_record",
    ),
    path(
        "partners/steps/<int:pk>/<slug:step>/", partner_tokens_page.tick, name="partner_token_tick"
    ),
    path(
        "partners/steps/<int:pk>/token/show/", partner_tokens_page.show, name="partner_token_show"
    ),
    path(
        "partners/steps/<int:pk>/token/erase/",
        partner_tokens_page.erase,
        name="partner_token_erase",
    ),
    path("applicants/", applicants_page.applicants, name="applicants"),
    path("applicants/look-up/", applicants_page.look_one_up, name="applicant_look_up"),
    path("applicants/import/", export_page.bring, name="applicants_import"),
    path("applicants/import/<int:pk>/", export_page.export, name="applicants_export"),
    path(
        "applicants/import/<int:pk>/updates/", export_page.updates, name="applicants_export_updates"
    ),
    path("applicants/import/<int:pk>/live/", export_page.live, name="applicants_export_live"),
    path("applicants/import/<int:pk>/faults/", export_page.faults, name="applicants_export_faults"),
    path("applicants/<int:pk>/", applicant_page.applicant, name="applicant"),
    path("applicants/<int:pk>/look-again/", applicant_page.look_again, name="applicant_look_again"),
    path("applicants/<int:pk>/share-token/", minting_page.generate, name="share_token"),
    path("share-tokens/", ledger_page.ledger, name="tokens"),
    path("share-tokens/export/", ledger_page.export, name="tokens_export"),
    path("share-tokens/<int:pk>/copied/", minting_page.copied, name="share_token_copied"),
    path("share-tokens/minting/", list_page.batches, name="minting"),
    path("share-tokens/minting/new/", new_page.new, name="mint_new"),
    path("share-tokens/minting/chosen/", new_page.chosen, name="mint_chosen"),
    path("share-tokens/minting/<int:pk>/", batch_page.batch, name="mint_batch"),
    path("share-tokens/minting/<int:pk>/updates/", batch_page.updates, name="mint_updates"),
    path("share-tokens/minting/<int:pk>/choose/", deed_page.choose, name="mint_choose"),
    path("share-tokens/minting/<int:pk>/look-up/", deed_page.look_up, name="mint_look_up"),
    path("share-tokens/minting/<int:pk>/live/", batch_page.live, name="mint_live"),
    path("share-tokens/minting/<int:pk>/start/", deed_page.start, name="mint_start"),
    path("share-tokens/minting/<int:pk>/pause/", deed_page.pause, name="mint_pause"),
    path("share-tokens/minting/<int:pk>/resume/", deed_page.resume, name="mint_resume"),
    path("share-tokens/minting/<int:pk>/cancel/", deed_page.cancel, name="mint_cancel"),
    path("share-tokens/minting/<int:pk>/retry/", deed_page.retry, name="mint_retry"),
    path("share-tokens/minting/<int:pk>/renew/", deed_page.renew, name="mint_renew"),
    path("share-tokens/minting/<int:pk>/abandon/", deed_page.abandon, name="mint_abandon"),
    path("share-tokens/minting/<int:pk>/discard/", deed_page.discard, name="mint_discard"),
    path("share-tokens/minting/<int:pk>/again/", deed_page.again, name="mint_again"),
    path("share-tokens/minting/<int:pk>/file/", file_page.take, name="mint_file"),
    path("share-tokens/minting/<int:pk>/hand-over/", file_page.hand_over, name="mint_hand_over"),
    path("share-tokens/minting/<int:pk>/failures/", file_page.failures, name="mint_failures"),
    path("hand-overs/", hand_overs_page.hand_overs, name="hand_overs"),
    path("hand-overs/<int:pk>/revoke/", hand_overs_page.revoke, name="hand_over_revoke"),
    path("hand-over/<str:secret>/", hand_over_page.hand_over, name="hand_over"),
    path("settings/", settings_page.connection, name="settings"),
    path("settings/check/", settings_page.check, name="connection_check"),
]
