"""What about a partner only a person can settle: agreements, partner tokens, Sumsub's word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.compiled import Compiled
from sharing.bar_words import consequence
from sharing.models import Bar, Partner, PartnerQuerySet, PartnerStep, TokenUse, Way
from sharing.models.partner_tokens import FIRST_REMINDER
from sharing.models.partners import attention_moments


@dataclass(frozen=True)
class Attention:
    """One thing about a partner that waits for somebody. `anchor`: where on the partner's page."""

    partner: Partner
    tone: str
    title: str
    sentence: str
    act: str
    anchor: str = ""


def attention(partners: PartnerQuerySet) -> list[Attention]:
    """Everything about these partners that waits for a person, the worst first."""
    return attention_to(partners.needing_attention())


def register_attention(most: int) -> list[Attention]:
    """The same of the whole register, as far as so many: the start page asks it."""
    return attention_to(needing_now())[:most]


def needing_now() -> list[Partner]:
    """The partners of the whole register that need attention, by name."""
    return _NEEDING(**attention_moments())


def attention_to(partners: Iterable[Partner]) -> list[Attention]:
    """What there is about partners that are known to need attention, the worst first."""
    needing = list(partners)
    if not needing:
        return []
    dying = {use.partner_id: use for use in _dying(needing)}
    found = [item for partner in needing for item in _about(partner, dying.get(partner.pk)) if item]
    return sorted(found, key=lambda item: item.tone != "bad")


def _dying(partners: Iterable[Partner]) -> Iterable[TokenUse]:
    soon = timezone.now() + FIRST_REMINDER
    return TokenUse.objects.dying_by(soon).for_any(partners).in_full()


def _about(partner: Partner, use: TokenUse | None) -> list[Attention]:
    found = [_contradiction(partner)] if partner.contradicted_at else []
    found += _agreement(partner)
    return found + ([dying_token(use)] if use is not None else [])


def _contradiction(partner: Partner) -> Attention:
    return Attention(
        partner,
        "bad",
        f"Sumsub does not know {partner.name} as your partner",
        "Sumsub answered 10501. An admin adds the partner in Sumsub's dashboard, under "
        "Reusable identity.",
        "Show the steps",
        "#steps",
    )


def _agreement(partner: Partner) -> list[Attention]:
    bar = partner.agreement_bar
    if bar is not None:
        return [_barred(partner, bar)]
    if partner.agreement_days_left is None:
        return []
    return [
        Attention(
            partner,
            "warn",
            f"The agreement with {partner.name} ends soon",
            f"{partner.agreement_reference} ends on {_day(partner.agreement_ends_on)}. "
            "Renew it, then record its new end.",
            "Record agreement",
        )
    ]


def _barred(partner: Partner, bar: Bar) -> Attention:
    stops = " and ".join(consequence(way) for way in partner.ways) + " it"
    reference = partner.agreement_reference
    words = {
        Bar.ENDED: (
            f"The agreement with {partner.name} has ended",
            f"{reference} ended on {_day(partner.agreement_ends_on)}, so {stops}. "
            "Record the renewed one to go on.",
        ),
        Bar.NOT_SIGNED: (
            f"The agreement with {partner.name} is not signed",
            f"{reference} has no day of signature, so {stops}. Record the day to go on.",
        ),
        Bar.OTHER_WAY: (
            f"The agreement with {partner.name} does not cover all that it is registered for",
            f"{reference} covers one way only. Record one that covers the other, "
            "or change the partner's role.",
        ),
    }
    title, sentence = words.get(
        bar,
        (
            f"{partner.name} has no agreement",
            f"None is recorded, so {stops}. Record its reference and the day of its signature.",
        ),
    )
    return Attention(partner, "bad", title, sentence, "Record agreement")


def dying_token(use: TokenUse) -> Attention:
    """A partner token that dies before it was entered, or did."""
    name, died = use.partner.name, use.token.is_dead
    whose = f"for {name}" if use.token.way == Way.IN else f"from {name}"
    if died:
        title = f"The partner token {whose} died"
        entered = PartnerStep.ENTERED in use.ticked
        what = "no success has proven it yet" if entered else "nobody marked it as entered"
        sentence = f"It died on {_day(use.token.dies_at)} and {what}. "
    else:
        title = f"The partner token {whose} dies soon"
        sentence = f"It dies on {use.token.dies_at:%-d %B at %H:%M} UTC and is not entered yet. "
    if use.token.way == Way.IN:
        rest = f"Make a new one and send it to {name}." if died else f"Ask {name} to enter it."
    else:
        rest = f"Ask {name} for a new one." if died else "Enter it in Sumsub's dashboard."
    return Attention(
        use.partner, "bad" if died else "warn", title, sentence + rest, "Show the steps", "#steps"
    )


def _day(day: date | None) -> str:
    return f"{day:%-d %B %Y}" if day else "an unknown day"


_NEEDING = Compiled(
    lambda **moments: Partner.objects.all().needing_attention_at(**moments).order_by("name"),
    ourselves=str,
    today=date,
    ends_by=date,
    dies_by=datetime,
)
