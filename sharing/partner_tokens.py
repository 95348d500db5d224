"""Partner tokens: recording, ticking steps, showing and erasing them. Each deed is audited.

The text of a partner token is in the database, sealed, and in the one answer that shows it to an
admin. No event, address, log or notice holds it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from sharing.models import Erasure, Partner, PartnerStep, PartnerToken, Tick, TokenUse, Way
from sharing.models.partner_tokens import LIFE, STEPS_OF
from sharing.register import subject_of
from sharing.sealing import CannotOpen, open_sealed, seal


class TokenGone(PlainRefusal):
    """The text of a partner token cannot be shown. `sentence` says why."""


@dataclass(frozen=True)
class NewToken:
    """A partner token as somebody records it. `text` is empty when it is not to be kept."""

    way: Way
    made_at: datetime
    label: str = ""
    text: str = field(default="", repr=False)


@transaction.atomic
def record(
    new: NewToken, partner: Partner, *, by: User | None, request: HttpRequest | None = None
) -> TokenUse:
    """Record a partner token that we made, or received, and what partner it is for."""
    token = PartnerToken.objects.create(
        way=new.way,
        label=new.label,
        made_at=new.made_at,
        dies_at=new.made_at + LIFE,
        recorded_by=by,
    )
    if new.text:
        token.sealed = seal(new.text, context=token.context)
        token.save(update_fields=["sealed"])
    deed = "partner_token.made" if new.way is Way.IN else "partner_token.received"
    _audit(deed, token, partner, by=by, request=request, kept=bool(new.text))
    return _linked(token, partner)


@transaction.atomic
def link(
    token: PartnerToken, partner: Partner, *, by: User | None, request: HttpRequest | None = None
) -> TokenUse:
    """Use a partner token that we made for one more donor; a second click changes nothing."""
    known = TokenUse.objects.filter(token=token, partner=partner).first()
    if known is not None:
        return known
    _audit("partner_token.linked", token, partner, by=by, request=request)
    return _linked(token, partner)


@transaction.atomic
def tick(
    use: TokenUse, step: PartnerStep, *, by: User | None, request: HttpRequest | None = None
) -> bool:
    """Note that a step was done; False when it was noted before, or is none of this way."""
    if step not in STEPS_OF[Way(use.token.way)]:
        return False
    _, fresh = Tick.objects.get_or_create(use=use, step=step, defaults={"by": by})
    if fresh:
        deed = f"partner_token.{step.value}"
        _audit(deed, use.token, use.partner, by=by, request=request)
    return fresh


@transaction.atomic
def untick(
    use: TokenUse, step: PartnerStep, *, by: User | None, request: HttpRequest | None = None
) -> bool:
    """Take back a mistaken tick; False when there is none."""
    gone, _ = Tick.objects.filter(use=use, step=step).delete()
    if gone:
        deed = f"partner_token.{step.value}_undone"
        _audit(deed, use.token, use.partner, by=by, request=request)
    return bool(gone)


@transaction.atomic
def shown(
    token: PartnerToken, partner: Partner, *, by: User | None, request: HttpRequest | None = None
) -> str:
    """The text of a partner token, for the one answer that shows it. Raises TokenGone."""
    if token.is_dead:
        raise TokenGone("This partner token died. Make a new one in Sumsub's dashboard.")
    if token.sealed is None:
        raise TokenGone("The text of this partner token is not kept here.")
    try:
        text = open_sealed(bytes(token.sealed), context=token.context)
    except CannotOpen:
        raise TokenGone(
            "The key that opens this partner token is missing here. "
            "Whoever runs the server puts it back into RELAY_KEYS."
        ) from None
    _audit("partner_token.shown", token, partner, by=by, request=request)
    return text


def erase(
    token: PartnerToken,
    why: Erasure,
    *,
    by: User | None = None,
    request: HttpRequest | None = None,
) -> bool:
    """Let go of the text of a partner token for good; False when it was not there any more."""
    with transaction.atomic():
        erased = PartnerToken.objects.kept().filter(pk=token.pk)
        if not erased.update(sealed=None, erased_at=timezone.now(), erased_why=why):
            return False
        audit.record(
            "partner_token.erased",
            actor=by,
            subject=f"partner_token:{token.pk}",
            request=request,
            reason=why.value,
        )
    return True


def erase_what_is_of_no_use() -> int:
    """Erase the texts of partner tokens that died or did their work; returns how many.

    A token for several donors has done its work once all of them are confirmed.
    """
    erased = 0
    for token in PartnerToken.objects.kept().order_by("pk"):
        why = _of_no_use(token)
        erased += why is not None and erase(token, why)
    return erased


def _of_no_use(token: PartnerToken) -> Erasure | None:
    if token.is_dead:
        return Erasure.DIED
    uses = list(token.uses.in_full())
    return Erasure.PROVEN if uses and all(use.is_proven for use in uses) else None


def _linked(token: PartnerToken, partner: Partner) -> TokenUse:
    """The new use, which counts from now on; a text that served the old one alone is erased."""
    way = Way(token.way)
    before = list(TokenUse.objects.of_way(way).filter(partner=partner).select_related("token"))
    use = TokenUse.objects.create(token=token, partner=partner)
    for old in before:
        if not old.token.uses.current().exists():
            erase(old.token, Erasure.REPLACED)
    return use


def _audit(
    deed: str,
    token: PartnerToken,
    partner: Partner,
    *,
    by: User | None,
    request: HttpRequest | None,
    kept: bool | None = None,
) -> None:
    audit.record(
        deed,
        actor=by,
        subject=subject_of(partner),
        request=request,
        partner_token=token.pk,
        client_id=partner.client_id,
        kept=kept,
    )
