"""Minting one share token: the call, its line in the ledger, its audit event; shown once."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from sharing import gateway, register
from sharing.bar_words import bar_sentence
from sharing.models import Applicant, IssuedToken, Partner, Way
from sharing.plain_words import plain_words
from sharing.sealing import token_mark
from sumsub import calls
from sumsub.errors import Answered, NotPartners, SumsubError
from sumsub.records import ShareToken


class MintRefused(Exception):
    """No share token was made. `sentence` says why, for the person who asked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Minted:
    """A fresh share token, which exists in this value only, and its line in the ledger."""

    share_token: str = field(repr=False)
    issued: IssuedToken


def mint(
    applicant: Applicant,
    partner: Partner,
    ttl_seconds: int,
    *,
    by: User,
    request: HttpRequest | None = None,
) -> Minted:
    """Make a share token of `applicant` for `partner` ("Sumsub: generate share token").

    Raises MintRefused; nothing was minted then, or what was minted is known to nobody and dies of
    age. Not inside a transaction: it calls Sumsub.
    """
    refuse_unless_sharing(partner)
    # Taken before the call, so that our clock runs out no later than Sumsub's.
    issued_at = timezone.now()
    try:
        made = _ask_sumsub(applicant, partner, ttl_seconds)
    except SumsubError as error:
        _note_refusal(error, applicant, partner, by, request)
        raise MintRefused(plain_words(error)) from None
    issued = IssuedToken(
        applicant=applicant,
        partner=partner,
        token_mark=token_mark(made.token),
        ttl_seconds=ttl_seconds,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(seconds=ttl_seconds),
        issued_by=by,
    )
    _write(issued, request)
    return Minted(made.token, issued)


def refuse_unless_sharing(partner: Partner) -> None:
    """Raise MintRefused unless share tokens may be made for `partner` now."""
    bar = partner.bar(Way.OUT)
    if bar is not None:
        raise MintRefused(bar_sentence(partner, Way.OUT, bar))


def record_copied(issued: IssuedToken, *, by: User, request: HttpRequest) -> None:
    """Note in the audit trail that somebody copied a share token while it was shown."""
    with transaction.atomic():
        audit.record(
            "share_token.copied",
            actor=by,
            subject=f"applicant:{issued.applicant_id}",
            request=request,
            token_mark=issued.token_mark,
            partner=issued.partner.client_id,
        )


def _ask_sumsub(applicant: Applicant, partner: Partner, ttl_seconds: int) -> ShareToken:
    with gateway.client() as client:
        return client.send(
            calls.share_token(applicant.applicant_id, partner.client_id, ttl_seconds)
        )


@transaction.atomic
def _write(issued: IssuedToken, request: HttpRequest | None) -> None:
    issued.save()
    audit.record(
        "share_token.minted",
        actor=issued.issued_by,
        subject=f"applicant:{issued.applicant_id}",
        request=request,
        token_mark=issued.token_mark,
        partner=issued.partner.client_id,
        ttl_seconds=issued.ttl_seconds,
    )


@transaction.atomic
def _note_refusal(
    error: SumsubError,
    applicant: Applicant,
    partner: Partner,
    by: User,
    request: HttpRequest | None,
) -> None:
    if isinstance(error, NotPartners):
        register.record_contradiction(partner.pk, timezone.now())
    audit.record(
        "share_token.minted",
        actor=by,
        subject=f"applicant:{applicant.pk}",
        request=request,
        outcome="refused",
        partner=partner.client_id,
        error=type(error).__name__,
        error_code=error.error_code if isinstance(error, Answered) else None,
    )
