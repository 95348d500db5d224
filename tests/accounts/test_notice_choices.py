"""People choose which notices reach them how: the bell, e-mail, both, or not at all."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, NoticeChoice, NoticeKind, User
from accounts.notice_bell import Bell
from accounts.notice_mail import post_due
from accounts.notices import News, tell
from accounts.occasions import Occasion
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
CHECKED = re.compile(r'name="(in_app|by_mail)" value="([a-z.]+)" checked')


def news(occasion: Occasion = Occasion.IMPORT_DONE) -> News:
    return News(
        about="import:48",
        event=occasion.value,
        occurred_at=timezone.now(),
        kind=NoticeKind.DONE,
        title="Import 48 is finished",
        text="18 imported.",
        link="/imports/48/",
        occasion=occasion,
    )


def choose(client: Client, in_app: list[Occasion], by_mail: list[Occasion]) -> None:
    answer = client.post("/account/notices/choices/", {"in_app": in_app, "by_mail": by_mail})
    assert answer.status_code == 302


def with_mail(person: User) -> User:
    person.mails_notices = True
    person.save()
    return person


def test_without_a_choice_everything_rings_the_bell_and_goes_by_mail_for_who_wants_mail(
    officer: User, viewer: User
) -> None:
    tell([with_mail(officer), viewer], news())
    assert Bell.of(officer).unread == Bell.of(viewer).unread == 1
    assert post_due() == 1
    assert mail.outbox[0].to == [officer.email]


def test_what_is_taken_out_of_the_bell_goes_by_mail_only(officer: User, client_for: SignIn) -> None:
    choose(client_for(with_mail(officer)), [], [Occasion.IMPORT_DONE])
    tell([officer], news())
    assert Bell.of(officer).unread == 0
    assert post_due() == 1
    assert Notice.objects.get().read_at is not None


def test_what_is_taken_out_of_the_mail_rings_the_bell_only(
    officer: User, client_for: SignIn
) -> None:
    choose(client_for(with_mail(officer)), list(Occasion), [Occasion.IMPORT_NEEDS])
    tell([officer], news())
    assert Bell.of(officer).unread == 1
    assert post_due() == 0


@pytest.mark.parametrize("mails", [True, False])
def test_who_wants_neither_is_not_told_and_the_others_are(
    officer: User, viewer: User, client_for: SignIn, mails: bool
) -> None:
    choose(client_for(with_mail(officer) if mails else officer), [], [])
    for _ in range(2):
        tell([officer, viewer], news())
    assert {notice.person for notice in Notice.objects.all()} == {viewer}
    tell([officer], news(Occasion.ENDPOINT_STOPPED))
    assert Bell.of(officer).unread == 1, "another occasion was not chosen about"


def test_the_account_page_shows_the_choice_and_only_what_one_may_be_told(
    officer: User, admin: User, client_for: SignIn
) -> None:
    desk = client_for(officer)
    page = words(desk.get("/account/"))
    assert Occasion.IMPORT_DONE.label in page
    assert Occasion.ENDPOINT_STOPPED.label not in page
    assert Occasion.ENDPOINT_STOPPED.label in words(client_for(admin).get("/account/"))
    assert len(CHECKED.findall(page)) == 2 * 8
    choose(desk, [Occasion.IMPORT_DONE], [])
    assert CHECKED.findall(words(desk.get("/account/"))) == [("in_app", "import.done")]


def test_a_choice_is_ones_own_and_about_what_exists(
    officer: User, viewer: User, client_for: SignIn
) -> None:
    client_for(officer).post("/account/notices/choices/", {"in_app": ["endpoint.stopped", "soup"]})
    assert {one.person for one in NoticeChoice.objects.all()} == {officer}
    occasions = set(NoticeChoice.objects.values_list("occasion", flat=True))
    assert occasions == {one for one in Occasion if officer.holds(*one.rights)}
    assert Occasion.ENDPOINT_STOPPED not in occasions
    assert Client().post("/account/notices/choices/").status_code == 302
    assert not NoticeChoice.objects.by(viewer.pk).exists()
