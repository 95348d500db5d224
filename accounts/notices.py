"""Notices: writing them for people, and noting that they were seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.compiled import Compiled
from accounts.models import Notice, NoticeChoice, NoticeKind, NoticeMail, User
from accounts.models.notice_choices import USUAL, Reach
from accounts.occasions import Occasion


@dataclass(frozen=True)
class News:
    """What happened: about what (`import:48`), which event, when, and how it is said.

    `link` is the path of the page that tells more. People choose by `occasion` how they are told.
    """

    about: str
    event: str
    occurred_at: datetime
    kind: NoticeKind
    title: str
    text: str
    link: str
    occasion: Occasion


def tell(people: Iterable[User], news: News) -> None:
    """Write a notice for each of the people who has none about this yet, and wants one."""
    told = set(
        Notice.objects.on(news.about, news.event, news.occurred_at).values_list("person", flat=True)
    )
    untold = [person for person in people if person.pk not in told]
    if not untold:
        return
    chosen = NoticeChoice.objects.reach_on(news.occasion, [person.pk for person in untold])
    written = [_notice(person, news, chosen.get(person.pk, USUAL)) for person in untold]
    if fresh := [notice for notice in written if notice is not None]:
        # Another process may have been quicker since.
        Notice.objects.bulk_create(fresh, ignore_conflicts=True)


def seen(person: User, link: str) -> None:
    """The person looks at the page that answers these notices: they are read.

    Reads first: a write would wait for the engine's where nothing is to be written.
    """
    if _UNREAD.first(person=person.pk) is None:
        return
    unread = Notice.objects.of(person).leading_to(link).unread()
    if unread.exists():
        unread.mark_read(timezone.now())


_UNREAD = Compiled(
    lambda person: Notice.objects.of(person).unread().values_list("pk", flat=True)[:1], person=int
)


def _notice(person: User, news: News, reach: Reach) -> Notice | None:
    """The notice as the person wants it; None for one that would reach them in no way.

    One that goes by e-mail only lies among the notices as read, and rings no bell.
    """
    by_mail = reach.by_mail and person.mails_notices
    if not (reach.in_app or by_mail):
        return None
    return Notice(
        person=person,
        about=news.about,
        event=news.event,
        occurred_at=news.occurred_at,
        kind=news.kind,
        title=news.title,
        text=news.text,
        link=news.link,
        read_at=None if reach.in_app else timezone.now(),
        mail=NoticeMail.DUE if by_mail else NoticeMail.NONE,
    )
