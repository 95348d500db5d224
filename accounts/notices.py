"""Notices: writing them for people, and noting that they were seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import Notice, NoticeKind, NoticeMail, User


@dataclass(frozen=True)
class News:
    """What happened: about what (`import:48`), which event, when, and how it is said.

    `link` is the path of the page that tells more.
    """

    about: str
    event: str
    occurred_at: datetime
    kind: NoticeKind
    title: str
    text: str
    link: str


def tell(people: Iterable[User], news: News) -> None:
    """Write a notice for each of the people who has none about this yet."""
    told = set(
        Notice.objects.on(news.about, news.event, news.occurred_at).values_list("person", flat=True)
    )
    fresh = [_notice(person, news) for person in people if person.pk not in told]
    if fresh:
        # Another process may have been quicker since.
        Notice.objects.bulk_create(fresh, ignore_conflicts=True)


def seen(person: User, link: str) -> None:
    """The person looks at the page that answers these notices: they are read.

    Reads first: a write would wait for the engine's where nothing is to be written.
    """
    unread = Notice.objects.of(person).leading_to(link).unread()
    if unread.exists():
        unread.mark_read(timezone.now())


def _notice(person: User, news: News) -> Notice:
    return Notice(
        person=person,
        about=news.about,
        event=news.event,
        occurred_at=news.occurred_at,
        kind=news.kind,
        title=news.title,
        text=news.text,
        link=news.link,
        mail=NoticeMail.DUE if person.mails_notices else NoticeMail.NONE,
    )
