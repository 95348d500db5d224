"""Something of each kind that the donor's half of the API speaks of, and who may do what there."""

from datetime import timedelta

from django.utils import timezone

from accounts.api.ids import Kind, shown_id
from accounts.scopes import Scope
from sharing.agreement_papers import add as add_paper
from sharing.documents import checked
from sharing.hand_overs import make
from sharing.minting_many.storing import Order, lines_of, store_lines
from sharing.models import Applicant, IssuedToken, MintSource, Way
from sharing.partner_tokens import NewToken, record
from tests.parts.partners import TokenParcel, make_partner
from tests.parts.people import make_person

PDF = b"%PDF-1.4\n%%EOF"
SHARING_LINES: dict[str, dict[str, Scope | None]] = {
    "api_partners": {"GET": Scope.PARTNERS_READ, "POST": Scope.PARTNERS_WRITE},
    "api_partners_csv": {"GET": Scope.AGREEMENTS_READ},
    "api_partner": {"GET": Scope.PARTNERS_READ, "PATCH": Scope.PARTNERS_WRITE},
    "api_partner_pause": {"POST": Scope.PARTNERS_WRITE},
    "api_partner_resume": {"POST": Scope.PARTNERS_WRITE},
    "api_partner_remove": {"POST": Scope.PARTNERS_WRITE},
    "api_partner_tokens": {"POST": Scope.PARTNERS_WRITE},
    "api_partner_token_erase": {"POST": Scope.PARTNERS_WRITE},
    "api_partner_steps": {"POST": Scope.PARTNERS_WRITE},
    "api_agreement_documents": {"GET": Scope.AGREEMENTS_READ, "POST": Scope.PARTNERS_WRITE},
    "api_agreement_document": {"GET": Scope.AGREEMENTS_READ, "DELETE": Scope.PARTNERS_WRITE},
    "api_agreement_document_content": {"GET": Scope.AGREEMENTS_READ},
    "api_applicants": {"GET": Scope.APPLICANTS_READ},
    "api_applicant": {"GET": Scope.APPLICANTS_READ},
    "api_applicant_look_up": {"POST": Scope.APPLICANTS_WRITE},
    "api_applicant_look_again": {"POST": Scope.APPLICANTS_WRITE},
    "api_applicants_import": {"POST": Scope.APPLICANTS_WRITE},
    "api_pre_check": {"GET": Scope.APPLICANTS_READ},
    "api_share_tokens": {"GET": Scope.SHARE_TOKENS_READ, "POST": Scope.SHARE_TOKENS_WRITE},
    "api_share_tokens_csv": {"GET": Scope.SHARE_TOKENS_EXPORT},
    "api_share_token": {"GET": Scope.SHARE_TOKENS_READ},
    "api_batches": {"GET": Scope.BATCHES_READ, "POST": Scope.BATCHES_WRITE},
    "api_batch": {
        "GET": Scope.BATCHES_READ,
        "PATCH": Scope.BATCHES_WRITE,
        "DELETE": Scope.BATCHES_WRITE,
    },
    "api_batch_rows": {"GET": Scope.BATCHES_READ},
    "api_batch_failures": {"GET": Scope.BATCHES_WRITE},
    "api_batch_look_up": {"POST": Scope.BATCHES_WRITE},
    "api_batch_start": {"POST": Scope.BATCHES_WRITE},
    "api_batch_pause": {"POST": Scope.BATCHES_WRITE},
    "api_batch_resume": {"POST": Scope.BATCHES_WRITE},
    "api_batch_cancel": {"POST": Scope.BATCHES_WRITE},
    "api_batch_retry": {"POST": Scope.BATCHES_WRITE},
    "api_batch_renew": {"POST": Scope.BATCHES_WRITE},
    "api_batch_abandon": {"POST": Scope.BATCHES_WRITE},
    "api_batch_again": {"POST": Scope.BATCHES_WRITE},
    "api_batch_file": {"POST": Scope.BATCHES_WRITE},
    "api_batch_hand_over": {"POST": Scope.BATCHES_WRITE},
    "api_hand_overs": {"GET": Scope.SHARE_TOKENS_READ},
    "api_hand_over": {"GET": Scope.SHARE_TOKENS_READ},
    "api_hand_over_revoke": {"POST": Scope.BATCHES_WRITE},
}
"""Address name → method → the scope it needs."""


def donors_things() -> dict[str, str]:
    """Store one of each; returns their ids as clients see them."""
    maker = make_person("Mina Maker")
    partner = make_partner(
        name="Ferrand", client_id="ferrand_31007", is_recipient=True, is_donor=True
    )
    use = record(NewToken(Way.IN, timezone.now()), partner, by=None)
    paper = add_paper(partner, checked("agreement.pdf", PDF), by=None)
    applicant = Applicant.objects.create(
        applicant_id="66f0c2a4e19b7d3500000009",
        external_user_id="009",
        name="Nora Vale",
        review_status="completed",
        review_answer="GREEN",
        source="csv",
    )
    now = timezone.now()
    issued = IssuedToken.objects.create(
        applicant=applicant,
        partner=partner,
        token_mark="a1b2c3d4e5f6",
        ttl_seconds=1200,
        issued_at=now,
        expires_at=now + timedelta(seconds=1200),
    )
    order = Order(partner, 1200, MintSource.SELECTION, created_by=maker, mints_live=True)
    batch = store_lines(lines_of(Applicant.objects.filter(pk=applicant.pk)), order)
    parcel = TokenParcel(subject=f"mint_batch:{batch.pk}")
    made = make(parcel, partner, lives=timedelta(hours=1), by=maker)
    return {
        "partner_id": shown_id(Kind.PARTNER, partner.pk),
        "document_id": shown_id(Kind.PAPER, paper.pk),
        "partner_token_id": shown_id(Kind.PARTNER_TOKEN, use.token_id),
        "applicant_id": shown_id(Kind.APPLICANT, applicant.pk),
        "share_token_id": shown_id(Kind.SHARE_TOKEN, issued.pk),
        "batch_id": shown_id(Kind.BATCH, batch.pk),
        "hand_over_id": shown_id(Kind.HAND_OVER, made.hand_over.pk),
    }
