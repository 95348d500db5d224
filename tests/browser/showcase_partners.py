"""The partners of the installation that shows everything, with their tokens, papers, hand-overs."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from sharing import agreement_papers, documents, hand_overs, partner_tokens, register
from sharing.models import HandOver, Partner, PartnerState, PartnerStep, Way
from tests.parts.partners import TokenParcel, make_partner


def partners(recipient_client_id: str) -> dict[str, int]:
    today = timezone.now().date()
    common = {"agreement_reference": "VB-2026-11"}
    both = make_partner(
        name="Velmora Bank",
        client_id=recipient_client_id,
        is_donor=True,
        is_recipient=True,
        agreement_ends_on=today + timedelta(days=12),
        redeemed_count=41,
        refused_count=3,
        confirmed_at=timezone.now(),
        **common,
    )
    contradicted = make_partner(
        name="Ostermoor Pay",
        client_id="ostermoor_pay_20551",
        is_donor=True,
        agreement_ends_on=today - timedelta(days=1),
        contradicted_at=timezone.now(),
    )
    _tokens_and_papers(both, contradicted)
    asleep = make_partner(
        name="Pellworth Wallet",
        client_id="pellworth.example_50918",
        is_recipient=True,
        state=PartnerState.PAUSED,
    )
    return {"partner": both.pk, "contradicted": contradicted.pk, "asleep": asleep.pk}


def _tokens_and_papers(both: Partner, contradicted: Partner) -> None:
    now = timezone.now()
    made = partner_tokens.NewToken(Way.IN, now - timedelta(days=26), "Autumn onboarding", "ptk-1")
    use = partner_tokens.record(made, both, by=None)
    partner_tokens.tick(use, PartnerStep.SENT, by=None)
    partner_tokens.record(partner_tokens.NewToken(Way.OUT, now), both, by=None)
    dead = partner_tokens.NewToken(Way.IN, now - timedelta(days=31))
    partner_tokens.record(dead, contradicted, by=None)
    for name in ("agreement-2025.pdf", "agreement-2026.pdf"):
        agreement_papers.add(both, documents.checked(name, b"%PDF-1.7\n%%EOF\n"), by=None)
    both.contacts.create(name="Noor Hadiyen", email="noor@velmora.example", purpose="Share tokens")
    register.record_refused(both.pk, {register.Refused(10507, "not-approved"): 3})


def handed_over(partner: Partner, by: User) -> None:
    for _ in range(3):
        made = hand_overs.make(TokenParcel(), partner, lives=timedelta(hours=4), by=by)
    hand_overs.revoke(made.hand_over, by=by)
    taken = {"opened_at": timezone.now(), "taken_at": timezone.now(), "sealed": None}
    seen = {"opened_address": "203.0.113.7", "taken_address": "203.0.113.7"}
    HandOver.objects.filter(pk=made.hand_over.pk - 1).update(**taken, **seen)
