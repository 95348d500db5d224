"""Notices: whose they are, the bell, reading them, and e-mails for those who asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Notice, NoticeKind, NoticeMail, User
from accounts.notice_mail import post_due
from accounts.notices import News, tell
from accounts.occasions import Occasion
from config.places import site_url
from tests.parts.pages import words
from tests.parts.places import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
NOW = timezone.now()


def news(number: int = 48, **values: object) -> News:
    """What happened to an import."""
    said: dict[str, object] = {
        "about": f"import:{number}",
        "event": "finished",
        "occurred_at": NOW,
        "kind": NoticeKind.DONE,
        "title": f"Import {number} is finished",
        "text": "18 imported, 2 refused.",
        "link": f"/imports/{number}/",
        "occasion": Occasion.IMPORT_DONE,
    }
    return News(**(said | values))  # type: ignore[arg-type]


def wanting_mail(person: User) -> User:
    person.mails_notices = True
    person.save()
    return person


# ---- writing and reading ---------------------------------------------------------------------


def test_the_same_news_is_told_to_a_person_once(officer: User, viewer: User) -> None:
    for _ in range(3):
        tell([officer, viewer], news())
    assert Notice.objects.count() == 2


def test_the_same_thing_that_happens_again_is_told_again(officer: User) -> None:
    tell([officer], news())
    tell([officer], news(occurred_at=NOW + timedelta(minutes=1)))
    assert Notice.objects.count() == 2


def test_everybody_sees_their_own_notices_and_nobody_elses(
    client_for: SignIn, officer: User, outsider: User
) -> None:
    tell([officer], news())
    assert "Import 48 is finished" in words(client_for(officer).get("/notices/"))
    page = words(client_for(outsider).get("/notices/"))
    assert "Import 48" not in page
    assert "No notices yet" in page


def test_one_notice_or_all_are_marked_as_read(client_for: SignIn, officer: User) -> None:
    for number in (1, 2, 3):
        tell([officer], news(number))
    office = client_for(officer)
    first = Notice.objects.of(officer).latest("pk")
    office.post(f"/notices/{first.pk}/read/")
    assert Notice.objects.of(officer).unread().count() == 2
    office.post("/notices/read/")
    assert not Notice.objects.of(officer).unread().exists()


def test_nobody_reads_somebody_elses_notice_for_them(
    client_for: SignIn, officer: User, viewer: User
) -> None:
    tell([officer], news())
    notice = Notice.objects.get()
    assert client_for(viewer).post(f"/notices/{notice.pk}/read/").status_code == 404
    client_for(viewer).post("/notices/read/")
    assert Notice.objects.unread().exists()


def test_older_notices_are_a_page_away(client_for: SignIn, officer: User) -> None:
    for number in range(35):
        tell([officer], news(number))
    office = client_for(officer)
    older = office.get("/notices/").context["page"].older
    assert len(office.get(f"/notices/?before={older}").context["page"].rows) == 5


# ---- the bell --------------------------------------------------------------------------------


def test_the_bell_counts_what_is_unread_on_every_page(client_for: SignIn, officer: User) -> None:
    office = client_for(officer)
    assert 'aria-label="Notices"' in words(office.get("/account/"))
    tell([officer], news())
    assert "Notices, 1 unread" in words(office.get("/account/"))


def test_news_since_the_page_was_made_float_up_once(client_for: SignIn, officer: User) -> None:
    tell([officer], news(1))
    known = Notice.objects.get().pk
    office = client_for(officer)
    assert "HX-Trigger" not in office.get(f"/notices/bell/?after={known}")
    tell([officer], news(2, kind=NoticeKind.NEEDS))
    answer = office.get(f"/notices/bell/?after={known}")
    assert "Import 2 is finished" in answer["HX-Trigger"]
    assert '"tone": "warning"' in answer["HX-Trigger"]
    newest = Notice.objects.latest("pk").pk
    assert f"after={newest}" in words(answer)
    assert "HX-Trigger" not in office.get(f"/notices/bell/?after={newest}")


@pytest.mark.parametrize("cursor", ["", "x", "²", "9" * 40])
def test_a_bell_without_a_sensible_cursor_only_counts(
    client_for: SignIn, officer: User, cursor: str
) -> None:
    tell([officer], news())
    answer = client_for(officer).get("/notices/bell/", {"after": cursor})
    assert "1 unread" in words(answer)
    assert "HX-Trigger" not in answer


def test_who_looks_at_the_very_page_has_seen_it(client_for: SignIn, officer: User) -> None:
    tell([officer], news(48))
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/imports/48/?state=refused"}
    answer = client_for(officer).get("/notices/bell/?after=0", headers=here)
    assert "HX-Trigger" not in answer
    assert "unread" not in words(answer)


# ---- e-mail ----------------------------------------------------------------------------------


def test_e_mail_is_off_until_a_person_asks_for_it(client_for: SignIn, officer: User) -> None:
    tell([officer], news(1))
    assert post_due() == 0
    client_for(officer).post("/account/notices/", {"mail": "on"})
    officer.refresh_from_db()
    tell([officer], news(2))
    assert post_due() == 1
    client_for(officer).post("/account/notices/", {"mail": "off"})
    officer.refresh_from_db()
    assert not officer.mails_notices


def test_an_e_mail_holds_the_counts_and_where_to_look(officer: User, settings: Settings) -> None:
    settings.SITE_URL = "https://relay.example"
    tell([wanting_mail(officer)], news())
    post_due()
    (sent,) = mail.outbox
    assert sent.to == [officer.email]
    assert sent.subject == "Import 48 is finished"
    assert "18 imported, 2 refused." in sent.body
    assert "https://relay.example/imports/48/" in sent.body
    assert "To stop it: https://relay.example/account/" in sent.body


def test_an_e_mail_goes_once_however_often_the_message_comes(officer: User) -> None:
    tell([wanting_mail(officer)], news())
    assert [post_due() for _ in range(3)] == [1, 0, 0]
    assert len(mail.outbox) == 1
    assert Notice.objects.get().mail == NoticeMail.SENT


def test_one_that_a_dying_process_took_is_not_sent_a_second_time(officer: User) -> None:
    tell([wanting_mail(officer)], news())
    Notice.objects.update(mail=NoticeMail.TAKEN)
    assert post_due() == 0


def test_a_mail_server_that_is_not_there_leaves_the_e_mail_waiting(
    officer: User, settings: Settings
) -> None:
    tell([wanting_mail(officer)], news())
    in_memory = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert post_due() == 0
    assert Notice.objects.get().mail == NoticeMail.DUE
    settings.EMAIL_BACKEND = in_memory
    assert post_due() == 1


def test_who_may_not_sign_in_any_more_gets_none_and_old_news_stays_here(
    officer: User, viewer: User
) -> None:
    tell([wanting_mail(officer), wanting_mail(viewer)], news())
    User.objects.filter(pk=officer.pk).update(is_active=False)
    Notice.objects.filter(person=viewer).update(created_at=NOW - timedelta(days=2))
    assert post_due() == 0


def test_the_account_page_says_when_there_is_no_mail_server(
    client_for: SignIn, viewer: User, settings: Settings
) -> None:
    hint = "no mail server yet"
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert hint in words(client_for(viewer).get("/account/"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert hint not in words(client_for(viewer).get("/account/"))


@pytest.mark.parametrize(
    ("hosts", "production", "address"),
    [
        (["*", ".example", "relay.example", "other.example"], True, "https://relay.example"),
        (["localhost", "127.0.0.1"], False, "http://localhost:8000"),
        (["*"], True, "http://localhost:8000"),
    ],
)
def test_links_begin_with_the_first_name_that_people_can_open(
    hosts: list[str], production: bool, address: str
) -> None:
    assert site_url(hosts, production=production) == address
