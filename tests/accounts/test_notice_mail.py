"""E-mails when the mail server says "later", "never", or nothing: none is lost, none holds others.

The server is a real one on this machine.
"""

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Notice, NoticeKind, NoticeMail, User
from accounts.notice_mail import post_due
from accounts.notices import News, tell
from accounts.occasions import Occasion
from tests.parts.mail_server import HANG_UP, MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LATER = b"451 4.7.1 Greylisted, come again"
NEVER = b"550 5.1.1 No such person"


def told(*people: User, title: str = "Import 48 is finished") -> None:
    """Each of the people has one notice, and asked for e-mail."""
    for person in people:
        person.mails_notices = True
        person.save()
        news = News(
            about="import:48",
            event="finished",
            occurred_at=timezone.now(),
            kind=NoticeKind.DONE,
            title=title,
            text="18 imported.",
            link="/imports/48/",
            occasion=Occasion.IMPORT_DONE,
        )
        tell([person], news)


def mail_of(person: User) -> str:
    return Notice.objects.of(person).get().mail


def rested() -> None:
    """The time that an e-mail rests goes by."""
    cache.clear()


def test_a_server_that_says_later_gets_the_e_mail_again_when_it_has_rested(
    post_office: MailServer, officer: User
) -> None:
    told(officer)
    post_office.answers[officer.email] = LATER
    assert [post_due() for _ in range(3)] == [0, 0, 0]
    assert mail_of(officer) == NoticeMail.DUE
    assert post_office.asked == [officer.email]
    post_office.answers.clear()
    rested()
    assert [post_due(), post_due()] == [1, 0]
    assert post_office.taken == [officer.email]


def test_a_server_that_says_never_is_not_asked_again_and_the_others_get_theirs(
    post_office: MailServer, officer: User, viewer: User
) -> None:
    told(officer, viewer)
    post_office.answers[officer.email] = NEVER
    assert post_due() == 1
    rested()
    assert post_due() == 0
    assert (mail_of(officer), mail_of(viewer)) == (NoticeMail.FAILED, NoticeMail.SENT)
    assert post_office.taken == [viewer.email]


def test_a_server_that_hangs_up_loses_nobody_their_e_mail(
    post_office: MailServer, officer: User, viewer: User, auditor: User
) -> None:
    told(officer, viewer, auditor)
    post_office.answers[officer.email] = HANG_UP
    assert post_due() == 0
    assert {mail_of(one) for one in (officer, viewer, auditor)} == {NoticeMail.DUE}
    # The one it hung up on rests, and so holds up nobody else.
    assert post_due() == 2
    post_office.answers.clear()
    rested()
    assert post_due() == 1
    assert sorted(post_office.taken) == sorted(one.email for one in (officer, viewer, auditor))


def test_a_line_break_in_a_name_stops_no_e_mail(
    post_office: MailServer, officer: User, viewer: User
) -> None:
    told(officer, title="Import 48 from Ostermoor\nPay is finished")
    told(viewer)
    assert post_due() == 2


def test_an_address_that_cannot_be_written_fails_alone(
    post_office: MailServer, officer: User, viewer: User
) -> None:
    told(officer, viewer)
    User.objects.filter(pk=officer.pk).update(email="olga\n@bank.example")
    assert post_due() == 1
    assert (mail_of(officer), mail_of(viewer)) == (NoticeMail.FAILED, NoticeMail.SENT)


def test_without_a_cache_e_mails_go_all_the_same(
    post_office: MailServer, officer: User, settings: Settings
) -> None:
    away = {"LOCATION": "unix:///nowhere/valkey.sock"}
    settings.CACHES = {"default": settings.CACHES["default"] | away}
    told(officer)
    assert post_due() == 1
