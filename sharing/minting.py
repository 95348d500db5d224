"""Minting one share token: the call, its line in the ledger, its audit event; shown once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.look.figures import duration
from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from sharing import gateway, register
from sharing.bar_words import bar_sentence
from sharing.models import Applicant, HandedOver, IssuedToken, MintRequest, Partner, Way
from sharing.plain_words import plain_words
from sharing.sealing import token_mark
from sumsub import calls
from sumsub.errors import Answered, NotPartners, SumsubError
from sumsub.records import ShareToken

PRESSED_BEFORE = (
    "This was generated already, and a share token is shown only once. The share tokens of this "
    "applicant are listed on its page; generate another one if that one did not reach you."
)
# Sumsub documents no bounds; these are its answers to a value it does not take.
TTL_STATUSES = (400, 422)


class MintRefused(PlainRefusal):
    """No share token was made. `sentence` says why, for the person who asked.

    `error` is what Sumsub's answer, or its silence, was; None when nobody was asked.
    """

    def __init__(self, sentence: str, error: SumsubError | None = None) -> None:
        super().__init__(sentence)
        self.error = error

    @property
    def may_be_the_ttl(self) -> bool:
        """True when Sumsub refused the call for no reason we know: perhaps its time to live."""
        return _may_be_the_ttl(self.error)


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
    handed_over: HandedOver = HandedOver.PAGE,
    request: HttpRequest | None = None,
    along: Callable[[Minted], None] | None = None,
) -> Minted:
    """Make a share token of `applicant` for `partner` ("Sumsub: generate share token").

    `handed_over` is how the caller lets it out of this installation; `along` is done in the
    transaction of the ledger's line, and undoes the line when it raises.

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
        raise MintRefused(_why_not(error, ttl_seconds), error) from None
    issued = IssuedToken(
        applicant=applicant,
        partner=partner,
        token_mark=token_mark(made.token),
        ttl_seconds=ttl_seconds,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(seconds=ttl_seconds),
        issued_by=by,
        handed_over=handed_over,
        handed_over_at=None if handed_over is HandedOver.NONE else timezone.now(),
    )
    minted = Minted(made.token, issued)
    _write(minted, request, along)
    return minted


@transaction.atomic
def claim(key: str, *, by: User) -> None:
    """Take this press of the button, once; the next one with the same key mints nothing.

    Raises MintRefused when it was taken before: a double click, or a form sent again.
    """
    MintRequest.objects.forget_old()
    _, is_first = MintRequest.objects.get_or_create(key=f"{by.pk}:{key}"[:64])
    if not is_first:
        raise MintRefused(PRESSED_BEFORE)


def _why_not(error: SumsubError, ttl_seconds: int) -> str:
    """Why Sumsub made no share token, in plain words; the time to live is named if it may be it."""
    words = plain_words(error)
    if _may_be_the_ttl(error):
        return f"{words} The time to live, {duration(ttl_seconds)}, may be the cause."
    return words


def _may_be_the_ttl(error: SumsubError | None) -> bool:
    return isinstance(error, Answered) and error.refusal is None and error.status in TTL_STATUSES


def refuse_unless_sharing(partner: Partner) -> None:
    """Raise MintRefused unless share tokens may be made for `partner` now."""
    bar = partner.bar(Way.OUT)
    if bar is not None:
        raise MintRefused(bar_sentence(partner, Way.OUT, bar))


def record_copied(issued: IssuedToken, *, by: User, request: HttpRequest) -> None:
    """Note that somebody copied a share token while it was shown."""
    with transaction.atomic():
        shown = IssuedToken.objects.filter(pk=issued.pk).handed_over_by(HandedOver.PAGE)
        shown.note_handed_over(HandedOver.COPIED)
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
def _write(
    minted: Minted, request: HttpRequest | None, along: Callable[[Minted], None] | None
) -> None:
    issued = minted.issued
    issued.save()
    register.record_minted(issued.partner_id, issued.issued_at)
    audit.record(
        "share_token.minted",
        actor=issued.issued_by,
        subject=f"applicant:{issued.applicant_id}",
        request=request,
        token_mark=issued.token_mark,
        partner=issued.partner.client_id,
        ttl_seconds=issued.ttl_seconds,
    )
    if along is not None:
        along(minted)


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
