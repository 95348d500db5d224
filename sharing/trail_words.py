"""What this room's deeds and objects are called in the audit trail."""

from collections.abc import Iterable, Mapping

from django.urls import reverse

from accounts.rights import Right
from accounts.trail.deeds import Family
from accounts.trail.objects import Details, ObjectKind, page_of
from sharing.models import Partner

Family(
    "applicant",
    "Applicants",
    {
        "applicant.looked_up": "Applicant looked up at Sumsub",
        "applicant.told": "Sumsub told of an applicant",
        "applicants.export_received": "Dashboard export of applicants received",
        "applicants.imported": "Applicants taken in from a dashboard export",
        "applicants.import_broke_off": "Dashboard export taken in only in part",
    },
)
Family(
    "share_token",
    "Share tokens",
    {
        "share_token.minted": "Share token generated",
        "share_token.copied": "Share token copied from the page",
        "share_tokens.exported": "Ledger of share tokens taken as a file",
    },
    takes=("share_tokens.exported",),
)
Family(
    "minting",
    "Minting many",
    {
        "minting.created": "Batch of share tokens prepared",
        "minting.chosen": "Choice of what a batch mints changed",
        "minting.looked_up": "Applicants of a batch looked up again",
        "minting.started": "Batch started",
        "minting.paused": "Batch paused",
        "minting.resumed": "Batch resumed",
        "minting.cancelled": "Batch cancelled",
        "minting.stopped": "Batch stopped by itself",
        "minting.held": "Batch held: nothing is shared with its recipient",
        "minting.went_on": "Held batch went on by itself",
        "minting.finished": "Batch finished",
        "minting.retried": "Failed rows of a batch tried again",
        "minting.renewed": "New share tokens for rows of a batch",
        "minting.abandoned": "File of share tokens given up",
        "minting.discarded": "Batch discarded",
        "minting.file_taken": "File of share tokens taken",
        "minting.failures_taken": "List of failed rows taken",
        "minting.tokens_died": "Share tokens that nobody took died of age",
    },
    takes=("minting.file_taken", "minting.failures_taken"),
)
Family(
    "hand_over",
    "Hand-overs",
    {
        "hand_over.made": "Hand-over link made",
        "hand_over.opened": "Hand-over link opened",
        "hand_over.taken": "Handed-over file fetched",
        "hand_over.refused": "Hand-over refused: wrong passphrase",
        "hand_over.revoked": "Hand-over link revoked",
        "hand_over.erased": "Handed-over file erased unfetched",
    },
    takes=("hand_over.taken",),
)
Family(
    "partner",
    "Partners",
    {
        "partner.added": "Partner added",
        "partner.changed": "Partner changed",
        "partner.activated": "Partner activated",
        "partner.paused": "Partner paused",
        "partner.removed": "Partner removed",
        "partner.register_exported": "Partner register taken as a file",
        "partner.agreement_document_added": "Document of an agreement added",
        "partner.agreement_document_downloaded": "Document of an agreement downloaded",
        "partner.agreement_document_erased": "Document of an agreement erased",
    },
    takes=("partner.register_exported", "partner.agreement_document_downloaded"),
)
Family(
    "partner_token",
    "Partner tokens",
    {
        "partner_token.made": "Partner token recorded as made",
        "partner_token.received": "Partner token recorded as received",
        "partner_token.linked": "Partner token also used for another partner",
        "partner_token.sent": "Partner token marked as sent",
        "partner_token.sent_undone": "Mark “sent” taken back",
        "partner_token.entered": "Partner token marked as entered",
        "partner_token.entered_undone": "Mark “entered” taken back",
        "partner_token.listed": "Partner marked as listed in the dashboard",
        "partner_token.listed_undone": "Mark “listed” taken back",
        "partner_token.worked": "Partner token marked as proven",
        "partner_token.worked_undone": "Mark “proven” taken back",
        "partner_token.shown": "Partner token shown",
        "partner_token.erased": "Text of a partner token erased",
    },
    takes=("partner_token.shown",),
)
Family("connection", "Connection", {"connection.checked": "Connection to Sumsub checked"})


def _partners(ids: Iterable[str]) -> Mapping[str, str]:
    numbers = [number for number in ids if number.isdecimal()]
    return {str(one.pk): one.name for one in Partner.objects.numbered(numbers)}


def _ledger(object_id: str, details: Details) -> str:
    return reverse("sharing:tokens")


def _hand_overs(object_id: str, details: Details) -> str:
    return reverse("sharing:hand_overs")


ObjectKind("applicant", "Applicant", (Right.VIEW_APPLICANTS,), address=page_of("sharing:applicant"))
ObjectKind(
    "applicants", "Applicants", (Right.VIEW_APPLICANTS,), address=page_of("sharing:applicants")
)
ObjectKind("share_tokens", "The ledger", (Right.VIEW_SHARE_TOKENS,), address=_ledger)
ObjectKind("mint_batch", "Batch", (Right.VIEW_APPLICANTS,), address=page_of("sharing:mint_batch"))
ObjectKind("hand_over", "Hand-over", (Right.VIEW_SHARE_TOKENS,), address=_hand_overs)
ObjectKind(
    "partner",
    "Partner",
    (Right.VIEW_PARTNERS,),
    address=page_of("sharing:partner"),
    names=_partners,
)
ObjectKind("partner_token", "Partner token")
ObjectKind(
    "register", "Partner register", (Right.VIEW_PARTNERS,), address=page_of("sharing:partners")
)
ObjectKind(
    "connection",
    "Connection to Sumsub",
    (Right.MANAGE_CONNECTION, Right.VIEW_AUDIT),
    address=page_of("sharing:settings"),
)
