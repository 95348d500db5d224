"""Telling admins about the register: partner tokens that die, agreements that end.

Looks that may be missed or doubled: each piece of news has its moment, and nobody is told twice of
one moment. What is older than LOOK_BACK is told no more; Partners and Overview still show it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone

from accounts import notices
from accounts.days import midnight
from accounts.models import NoticeKind, User
from accounts.notices import News
from accounts.occasions import Occasion
from accounts.rights import Right
from sharing.bar_words import consequence
from sharing.hand_overs import erase_what_nothing_opens
from sharing.kept_secrets import erase_what_is_over
from sharing.models import AGREEMENT_NOTICE, Partner, TokenUse
from sharing.models.partner_tokens import FIRST_REMINDER, LAST_REMINDER
from sharing.partner_attention import dying_token
from sharing.partner_tokens import erase_what_is_of_no_use

LOOK_BACK: Final = timedelta(days=30)


def tell() -> None:
    """Tell every admin what they were not told yet, and erase what is of no use any more."""
    # First: who is told that a token died may rely on its text being gone.
    erase_what_is_of_no_use()
    erase_what_nothing_opens()
    erase_what_is_over()
    news = [*_about_tokens(timezone.now()), *_about_agreements()]
    if news:
        admins = list(User.objects.holding(Right.MANAGE_PARTNERS))
        for piece in news:
            notices.tell(admins, piece)


def _about_tokens(now: datetime) -> Iterator[News]:
    for use in TokenUse.objects.dying_by(now + FIRST_REMINDER).in_full():
        dies_at = use.token.dies_at
        if dies_at > now:
            is_last = dies_at - now <= LAST_REMINDER
            before = LAST_REMINDER if is_last else FIRST_REMINDER
            event = "partner_token_1_day" if is_last else "partner_token_7_days"
            yield _token_news(use, event, dies_at - before)
    for use in TokenUse.objects.dead_unproven(now).died_after(now - LOOK_BACK).in_full():
        yield _token_news(use, "partner_token_died", use.token.dies_at)


def _token_news(use: TokenUse, event: str, at: datetime) -> News:
    told = dying_token(use)
    return News(
        about=f"partner:{use.partner_id}",
        event=event,
        occurred_at=at,
        kind=NoticeKind.NEEDS,
        title=told.title,
        text=told.sentence,
        link=_page_of(use.partner),
        occasion=Occasion.PARTNER_NEEDS,
    )


def _about_agreements() -> Iterator[News]:
    today = timezone.now().date()
    for partner in Partner.objects.active().agreement_ending().in_force_before():
        ends = partner.agreement_ends_on
        if ends is None or today - ends > LOOK_BACK:
            continue
        if partner.agreement_has_ended:
            event, first_day, kind = "agreement_ended", ends + timedelta(days=1), NoticeKind.STOPPED
            title = f"The agreement with {partner.name} has ended"
            stops = " and ".join(consequence(way) for way in partner.ways)
            text = f"{partner.agreement_reference} ended, so {stops} it. Record the renewed one."
        else:
            event, first_day, kind = "agreement_ends", ends - AGREEMENT_NOTICE, NoticeKind.NEEDS
            title = f"The agreement with {partner.name} ends on {ends:%-d %B %Y}"
            text = "Renew it, then record its new end. After that day nothing more is shared."
        yield News(
            about=f"partner:{partner.pk}",
            event=event,
            occurred_at=midnight(first_day),
            kind=kind,
            title=title,
            text=text,
            link=_page_of(partner),
            occasion=Occasion.PARTNER_NEEDS,
        )


def _page_of(partner: Partner) -> str:
    return reverse("sharing:partner", args=[partner.pk])
