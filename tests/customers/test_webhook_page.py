"""What Settings shows of Sumsub's webhooks, and to whom; what an application's history tells."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.rights import Right, Role
from customers.models import Application, Reaction, ReviewChange, RowState, SumsubEvent, WebhookDoor
from customers.timing import Timing
from tests.customers.hooks import GREEN, SECRET, after, apply_all, body_of, deliver, post
from tests.parts.import_maker import make_import
from tests.parts.people import make_person

pytestmark = pytest.mark.django_db
PAGE = "/settings/webhooks-from-sumsub/"
Browse = Callable[[User], Client]


@pytest.fixture(autouse=True)
def connection(settings: Settings) -> None:
    """A webhook secret, and the address that people use."""
    settings.SUMSUB_WEBHOOK_SECRET, settings.SUMSUB_CLIENT_ID = SECRET, ""
    settings.SITE_URL = "https://relay.example"


@pytest.fixture
def desk(admin: User, client_for: Browse) -> Client:
    """Alma's browser."""
    return client_for(admin)


def words(client: Client, address: str = PAGE) -> str:
    """The text of a page."""
    page = client.get(address).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("role", ["officer", "donor_operator", "viewer", "outsider"])
def test_who_may_not_see_settings_is_refused(
    role: str, request: pytest.FixtureRequest, client_for: Browse
) -> None:
    assert client_for(request.getfixturevalue(role)).get(PAGE).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_an_auditor_sees_the_page_but_no_way_to_what_they_may_not_see(
    auditor: User, client_for: Browse
) -> None:
    row = make_import(RowState.CHECKING).rows.get()
    deliver(body_of("66f1a0b2c3d4e5f607182930", externalUserId=row.external_user_id))
    apply_all()
    page = client_for(auditor).get(PAGE).content.decode()
    assert "66f1…182930" in page
    assert ("/rows/" in page) is auditor.holds(Right.VIEW_IMPORTS)


def test_before_anything_came_the_page_says_what_to_do(desk: Client) -> None:
    page = words(desk)
    assert "https://relay.example/webhooks/sumsub" in page
    assert "No webhook came yet" in page
    assert "Press Test beside the webhook" in page
    assert SECRET not in page


def test_without_a_secret_the_page_says_who_sets_it(desk: Client, settings: Settings) -> None:
    settings.SUMSUB_WEBHOOK_SECRET = ""
    assert "No webhook secret is set" in words(desk)


def test_deliveries_are_listed_with_what_we_did(desk: Client, client_for: Browse) -> None:
    make_import(RowState.IMPORTED)
    application = Application.objects.get()
    at = after(application, 60)
    body = body_of(application.provider_applicant_id, "applicantOnHold", "onHold", at=at)
    assert [deliver(body), deliver(body)] == [200, 200]
    apply_all()
    page = words(desk)
    assert "Webhooks come" in page
    assert "×2" in page
    assert "Requires action" in page
    assert "Status taken over" in page
    link = f'href="/applications/{application.pk}/"'
    assert link not in desk.get(PAGE).content.decode()
    ada = client_for(make_person("Ada Allroles", *Role))
    assert link in ada.get(PAGE).content.decode()


def test_an_event_of_an_unknown_kind_is_shown_under_its_own_name(desk: Client) -> None:
    deliver(body_of("66f1", "applicantInventedTomorrow"))
    page = words(desk)
    assert "applicantInventedTomorrow" in page
    assert "Is looked at soon." in page


@pytest.mark.parametrize("reaction", Reaction)
def test_every_reaction_has_words(desk: Client, reaction: Reaction) -> None:
    deliver(body_of())
    SumsubEvent.objects.update(reaction=reaction, state="done")
    assert reaction.label in words(desk)


def test_refused_deliveries_are_counted_with_the_reason(desk: Client) -> None:
    for _ in range(3):
        post(body_of(), {"X-Payload-Digest": "0" * 64})
    page = words(desk)
    assert re.search(r"Refused 3\b", page)
    assert "its signature was not made with our secret" in page


def test_while_two_secrets_are_in_force_the_page_tells_when_the_old_one_may_go(
    desk: Client, settings: Settings
) -> None:
    settings.SUMSUB_WEBHOOK_SECRET, settings.SUMSUB_WEBHOOK_SECRET_OLD = "the-new-one", SECRET
    deliver(body_of())
    assert "SUMSUB_WEBHOOK_SECRET_OLD can go" in words(desk)
    deliver(body_of(), secret=SECRET)
    assert "The old one was last used" in words(desk)


def test_a_missed_change_means_that_webhooks_do_not_tell_everything(desk: Client) -> None:
    deliver(body_of())
    WebhookDoor.note_missed(timezone.now())
    assert "Webhooks do not tell everything" in words(desk)
    WebhookDoor.note_missed(timezone.now() - timedelta(days=2))
    assert "Webhooks come" in words(desk)


def test_webhooks_of_last_week_are_no_webhooks_that_come() -> None:
    deliver(body_of())
    assert WebhookDoor.works(timezone.now(), Timing())
    assert not WebhookDoor.works(timezone.now() + timedelta(days=8), Timing())


# ---- an application's history -------------------------------------------------------------------


def test_the_history_tells_what_a_webhook_changed(office: Client) -> None:
    make_import(RowState.IMPORTED)
    application = Application.objects.get()
    applicant = application.provider_applicant_id
    for seconds, kind, status in (
        (60, "applicantOnHold", "onHold"),
        (70, "applicantLevelChanged", "init"),
        (80, "applicantDeactivated", "init"),
    ):
        deliver(body_of(applicant, kind, status, at=after(application, seconds)))
    apply_all()
    page = words(office, f"/applications/{application.pk}/")
    assert "Review at Sumsub: Requires action, by webhook" in page
    assert "At Sumsub: level changed, by webhook" in page
    assert "At Sumsub: deactivated, by webhook" in page
    assert "Deactivated at Sumsub" in page


def test_an_approval_that_only_a_webhook_told_is_nowhere_on_the_page(office: Client) -> None:
    make_import(RowState.IMPORTED)
    application = Application.objects.get()
    Application.objects.update(sumsub_review_status="pending", sumsub_review_answer="")
    told = after(application, 60)
    applicant = application.provider_applicant_id
    deliver(body_of(applicant, "applicantReviewed", "completed", at=told, reviewResult=GREEN))
    apply_all()
    assert not ReviewChange.objects.exists()
    assert "Approved" not in words(office, f"/applications/{application.pk}/")
