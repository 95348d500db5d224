"""What keeps a link's secret one, and what strangers who guess learn."""

import io
import json
import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent
from config.redaction import redact
from customers.applicant_link.making import Made
from customers.models import ApplicantLink, Application
from customers.views.applicant.behind_link import MOST_MISSES, MOST_POSTS
from tests.customers.applicant_link.visits import fill, link_of, put, send
from tests.parts.mail_server import MailServer
from tests.parts.pages import words

pytestmark = pytest.mark.django_db
PLACES = ("", "work/", "proof-of-money/", "sign/", "check-your-answers/", "nowhere/")


def test_every_answer_is_kept_from_caches_referrers_and_indexes(
    made: Made, stranger: Client
) -> None:
    answers = [stranger.get(f"{made.path}{place}") for place in (*PLACES, "still-open/")]
    answers += [stranger.get("/apply/nothing/"), put(stranger, made, "work", {})]
    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_the_secret_is_in_no_page_no_log_no_event_and_no_dump(
    made: Made, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    out = io.StringIO()
    with caplog.at_level(logging.DEBUG):
        pages = [stranger.get(f"{made.path}{place}") for place in PLACES]
        fill(stranger, made)
        pages += [send(stranger, made), stranger.get(made.path)]
        stranger.get(f"{made.path}a/b/c/")
    call_command("dumpdata", "customers", "sharing", "accounts", stdout=out)
    logged = "\n".join(redact(str(record.__dict__)) for record in caplog.records)
    assert "/apply/[removed]/work/" in logged
    shown = "".join(words(page) + page.get("Location", "") for page in pages)
    assert made.secret not in logged + out.getvalue() + repr(made) + shown


@pytest.mark.parametrize(
    "line",
    [
        'GET /apply/{}/work/ HTTP/1.1" 200',
        'referer="https://relay.example/apply/{}/"',
        json.dumps({"request": "POST /apply/{}/", "status": 403}),
        json.dumps({"message": json.dumps({"path": "/apply/{}/?x=1"})}),
        "next=%2Fapply%2F{}%2Fwork%2F",
        "Not Found: /apply/{}/x",
    ],
)
def test_a_log_line_loses_the_secret_wherever_it_stands(line: str) -> None:
    secret = "k3Jv0Zr_2Qw-9tXbN7sLhY5mGdE1cVaU8iPoFqRtKzM"
    assert secret not in redact(line.replace("{}", secret))


def test_the_trail_names_no_answer_and_no_person(made: Made, stranger: Client) -> None:
    fill(stranger, made)
    send(stranger, made)
    told = json.dumps([event.details for event in AuditEvent.objects.of_deed("application")])
    for personal in ("retired", "savings", "Mercer", "payslip"):
        assert personal not in told


def test_a_link_that_never_was_is_answered_calmly_and_guessing_is_slowed(
    made: Made,
) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.21")
    for _ in range(MOST_MISSES):
        answer = stranger.get("/apply/guess/")
        assert (answer.status_code, "This link opens nothing" in words(answer)) == (404, True)
    answer = stranger.get("/apply/guess/")
    assert (answer.status_code, "Please wait a few minutes" in words(answer)) == (429, True)
    assert stranger.get(made.path).status_code == 200
    assert Client(REMOTE_ADDR="203.0.113.9").get("/apply/guess/").status_code == 404


def test_a_link_takes_no_more_posts_than_a_person_makes(made: Made, stranger: Client) -> None:
    cache.set(f"applicant-link:{made.link.pk}", MOST_POSTS, 600)
    assert put(stranger, made, "work", {"employment_status": "retired"}).status_code == 429
    assert stranger.get(made.path).status_code == 200


def test_a_page_needs_its_own_token_against_forgery(made: Made) -> None:
    client = Client(enforce_csrf_checks=True)
    assert put(client, made, "work", {"employment_status": "retired"}).status_code == 403
    assert link_of(made).fields == []


def test_a_preview_of_a_message_does_not_count_as_opened(made: Made, stranger: Client) -> None:
    stranger.get(made.path)
    assert link_of(made).opened_at is None
    stranger.get(f"{made.path}work/")
    assert link_of(made).opened_at is not None


def test_who_is_signed_in_meets_the_same_page(made: Made, office: Client) -> None:
    assert "Hello Ada" in words(office.get(made.path))


# ---- by e-mail


def _made_by_mail(office: Client, draft: Application) -> str:
    return words(office.post(f"/applications/{draft.pk}/link/make/", {"days": "7", "mail": "1"}))


def test_the_link_goes_by_e_mail_and_the_trail_says_so(
    draft: Application, office: Client, post_office: MailServer
) -> None:
    assert "The e-mail is on its way." in _made_by_mail(office, draft)
    assert post_office.taken == ["ada@mail.example"]
    assert ApplicantLink.objects.get().mailed_at is not None
    assert AuditEvent.objects.of_deeds("application.link_mailed").exists()


def test_an_e_mail_that_nobody_takes_is_told_and_the_link_works(
    draft: Application, office: Client, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    post_office.answers["ada@mail.example"] = b"550 5.1.1 No such person ada@mail.example"
    page = _made_by_mail(office, draft)
    assert "The e-mail could not be sent." in page
    assert "/apply/" in page
    assert "ada@mail.example" not in caplog.text
    assert ApplicantLink.objects.get().mailed_at is None


def test_the_e_mail_names_nobody_and_holds_nothing_but_the_link(
    draft: Application, office: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.COMPANY_NAME = "Northbank"
    settings.SITE_URL = "https://relay.example"
    _made_by_mail(office, draft)
    sent = mail.outbox[0]
    assert sent.subject == "Northbank asks you to complete your application"
    assert "https://relay.example/apply/" in sent.body
    for personal in ("Ada", "Mercer", "Utrecht", "1988", str(draft.pk)):
        assert personal not in sent.subject + sent.body


def test_without_a_mail_server_no_e_mail_is_offered(
    draft: Application, office: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "e-mail address, too" not in words(office.get(f"/applications/{draft.pk}/"))


def test_an_expired_link_that_nobody_swept_takes_nothing(made: Made, stranger: Client) -> None:
    ApplicantLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert put(stranger, made, "work", {"employment_status": "retired"}).status_code == 410
    assert link_of(made).fields == []
