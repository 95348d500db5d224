"""An applicant's link as our people see it: made, watched, revoked, taken over, expired."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Notice, NoticeChoice, User
from accounts.occasions import Occasion
from customers.applicant_link import making
from customers.applicant_link.making import Made
from customers.applying import deciding, submitting
from customers.applying.deeds import Author, NotPossible
from customers.applying.items import Item
from customers.models import ApplicantLink, Application, ApplicationStatus, LinkState, Waiting
from customers.tasks import tell
from tests.customers.applicant_link.visits import fill, hand_in, link_of, put, send
from tests.customers.applications import bring_to, complete, make_application, now
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SignIn = Callable[[User], Client]
S = ApplicationStatus


def at(application: Application, deed: str = "") -> str:
    return f"/applications/{application.pk}/{deed}"


def run_out(made: Made) -> None:
    """The link's time goes by."""
    ApplicantLink.objects.filter(pk=made.link.pk).update(
        expires_at=timezone.now() - timedelta(minutes=1)
    )


def test_a_link_lives_seven_days_and_the_next_step_is_the_applicants(made: Made) -> None:
    link = link_of(made)
    assert link.expires_at - link.made_at == timedelta(days=7)
    assert now(link.application).waiting_on == Waiting.APPLICANT


def test_an_officer_makes_a_link_and_sees_it_this_once(draft: Application, office: Client) -> None:
    answer = office.post(at(draft, "link/make/"), {"days": "3"})
    page = words(answer)
    address = page.split('aria-label="Link">')[1].split("<")[0]
    assert address.startswith("http://testserver/apply/")
    assert "no-store" in answer["Cache-Control"]
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    secret = address.split("/")[-2]
    for place in (at(draft), at(draft, "link/"), at(draft, "complete/")):
        assert secret not in words(office.get(place))


@pytest.mark.parametrize("days", ["0", "31", "soon"])
def test_a_link_for_no_sensible_time_is_refused(
    days: str, draft: Application, office: Client
) -> None:
    page = words(office.post(at(draft, "link/make/"), {"days": days}, follow=True))
    assert "A link works for 1 to 30 days." in page
    assert not ApplicantLink.objects.exists()


def test_a_new_link_ends_the_one_before(made: Made, olga: Author, stranger: Client) -> None:
    fresh = making.make(made.link.application_id, olga)
    assert link_of(made).state == LinkState.REPLACED
    assert "There is a newer link" in words(stranger.get(made.path))
    assert stranger.get(fresh.path).status_code == 200


def test_there_is_no_link_where_the_applicant_has_nothing_to_supply(
    draft: Application, officer: User, olga: Author, office: Client
) -> None:
    complete(draft, officer)
    with pytest.raises(NotPossible, match="nothing missing that the applicant"):
        making.make(draft.pk, olga)
    assert "Make the link" not in words(office.get(at(draft)))


def test_progress_is_seen_while_it_is_made(made: Made, office: Client, stranger: Client) -> None:
    place = at(made.link.application, "link/")
    stranger.get(made.path)
    page = words(office.get(place))
    assert "Not yet" in page
    assert "<b>0 of 5</b> done" in page
    assert 'hx-trigger="every 5s"' in page
    put(stranger, made, "work", {"employment_status": "retired"})
    hand_in(stranger, made, "proof-of-money")
    page = words(office.get(place))
    assert "<b>2 of 5</b> done" in page
    assert "Last seen" in page
    opened = AuditEvent.objects.of_deeds("application.link_opened").get()
    assert (opened.actor_label, opened.address) == ("the applicant", "203.0.113.7")


def test_a_revoked_link_opens_nothing_and_what_was_entered_stays(
    made: Made, office: Client, stranger: Client
) -> None:
    application = made.link.application
    put(stranger, made, "work", {"employment_status": "retired"})
    page = words(office.post(at(application, "link/revoke/"), follow=True))
    assert "The link is revoked." in page
    answer = stranger.get(made.path)
    assert (answer.status_code, "This link was withdrawn" in words(answer)) == (410, True)
    assert put(stranger, made, "money", {"source_of_wealth": ["gift"]}).status_code == 410
    assert now(application).completion.employment_status == "retired"
    assert now(application).completion.source_of_wealth == []
    assert now(application).waiting_on == Waiting.US
    again = words(office.post(at(application, "link/revoke/"), follow=True))
    assert "There is no open link any more." in again


def test_who_takes_over_goes_on_at_once_and_the_applicant_is_told(
    made: Made, office: Client, stranger: Client
) -> None:
    application = made.link.application
    answer = office.post(at(application, "link/take-over/"))
    assert answer["Location"] == at(application, "complete/")
    assert "We go on from here" in words(stranger.get(f"{made.path}work/"))
    asking = stranger.get(f"{made.path}still-open/", headers={"HX-Request": "true"})
    assert asking["HX-Refresh"] == "true"


def test_a_link_that_runs_out_gives_the_step_back_and_tells_its_maker_once(
    made: Made, officer: User, stranger: Client
) -> None:
    run_out(made)
    answer = stranger.get(made.path)
    assert (answer.status_code, "This link has expired" in words(answer)) == (410, True)
    tell()
    tell()
    assert link_of(made).state == LinkState.EXPIRED
    assert now(made.link.application).waiting_on == Waiting.US
    assert Notice.objects.of(officer).get().title == "An applicant’s link expired"
    assert AuditEvent.objects.of_deeds("application.link_expired").count() == 1


def test_what_was_sent_is_ours_to_look_through_and_its_maker_is_told(
    made: Made, officer: User, office: Client, stranger: Client
) -> None:
    application = made.link.application
    fill(stranger, made)
    assert now(application).waiting_on == Waiting.APPLICANT
    send(stranger, made)
    assert (now(application).waiting_on, now(application).status) == (Waiting.US, S.PENDING)
    notice = Notice.objects.of(officer).get()
    assert notice.title == "An applicant sent what was asked for"
    assert notice.link == at(application)
    assert "Ada" not in notice.title + notice.text
    page = words(office.get(at(application)))
    assert "Sent by the applicant" in page
    assert "What was asked for was sent, by the applicant" in page
    assert "by the applicant" in page.split("payslip.pdf</a>")[1][:80]
    submitting.submit(application.pk, Author(officer))


@pytest.mark.parametrize("quiet", [Occasion.LINK_SENT, Occasion.LINK_EXPIRED])
def test_its_maker_chooses_what_of_a_link_they_are_told(
    made: Made, officer: User, stranger: Client, quiet: Occasion
) -> None:
    NoticeChoice.objects.create(person=officer, occasion=quiet, in_app=False, by_mail=False)
    if quiet is Occasion.LINK_SENT:
        fill(stranger, made)
        send(stranger, made)
    else:
        run_out(made)
        tell()
    assert not Notice.objects.of(officer).exists()


def test_an_officer_who_submits_ends_the_link(made: Made, officer: User, stranger: Client) -> None:
    application = complete(made.link.application, officer)
    submitting.submit(application.pk, Author(officer))
    assert link_of(made).state == LinkState.CLOSED
    page = words(stranger.get(made.path))
    assert "Nothing is needed from you here any more" in page


def test_a_declined_applicant_learns_nothing_of_it_here(
    made: Made, olga: Author, stranger: Client
) -> None:
    deciding.decline(made.link.application_id, olga, reason="Not plausible at all.")
    page = words(stranger.get(made.path))
    assert "Nothing is needed from you here any more" in page
    assert "plausible" not in page
    assert "eclined" not in page


def test_a_request_for_information_comes_with_a_fresh_link(
    officer: User, office: Client, stranger: Client
) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    asked = {"reason": "The payslip is too old.", "items": ["source_of_wealth_documents"]}
    page = words(office.post(at(application, "ask/"), asked | {"link": "1"}))
    address = page.split('aria-label="Link">http://testserver')[1].split("<")[0]
    shown = words(stranger.get(address))
    assert "The payslip is too old." in shown
    assert "Something that shows where your money comes from" in shown
    assert "What do you do for a living?" not in shown


def test_a_request_without_a_link_makes_none(officer: User, office: Client) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    answer = office.post(at(application, "ask/"), {"reason": "Please explain."})
    assert answer["Location"] == at(application)
    assert not ApplicantLink.objects.exists()


# ---- who may

DEEDS = ("link/make/", "link/revoke/", "link/take-over/")


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("role", ["viewer", "admin", "auditor", "donor_operator", "outsider"])
def test_others_neither_make_nor_end_a_link(
    deed: str, role: str, made: Made, request: pytest.FixtureRequest, client_for: SignIn
) -> None:
    client = client_for(request.getfixturevalue(role))
    assert client.post(at(made.link.application, deed)).status_code == 403
    assert client.post(f"/applications/{uuid4()}/{deed}").status_code == 403
    assert link_of(made).is_open
    assert ApplicantLink.objects.count() == 1


@pytest.mark.parametrize("deed", DEEDS)
def test_a_stranger_is_sent_to_the_sign_in_page(deed: str, made: Made, stranger: Client) -> None:
    answer = stranger.post(at(made.link.application, deed))
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_not_done_by_a_get_nor_without_the_pages_token(
    deed: str, made: Made, officer: User, office: Client
) -> None:
    assert office.get(at(made.link.application, deed)).status_code == 405
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(at(made.link.application, deed)).status_code == 403


def test_a_viewer_sees_how_far_it_is_and_is_offered_nothing(
    made: Made, viewer: User, client_for: SignIn
) -> None:
    page = words(client_for(viewer).get(at(made.link.application, "link/")))
    assert "<b>0 of 5</b> done" in page
    for deed in DEEDS:
        assert deed not in page


@pytest.mark.parametrize("role", ["admin", "auditor", "donor_operator", "outsider"])
def test_who_sees_no_customers_sees_no_progress(
    role: str, made: Made, request: pytest.FixtureRequest, client_for: SignIn
) -> None:
    client: Any = client_for(request.getfixturevalue(role))
    assert client.get(at(made.link.application, "link/")).status_code == 403


def test_words_of_an_answer_are_hidden_from_who_sees_no_names(
    officer: User, olga: Author, viewer: User, client_for: SignIn, stranger: Client
) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    deciding.ask(application.pk, olga, reason="Please explain.")
    made = making.make(application.pk, olga)
    put(stranger, made, "your-answer", {"words": "I sold my flat."})
    send(stranger, made)
    assert "I sold my flat." in words(client_for(officer).get(at(application)))
    assert "I sold my flat." not in words(client_for(viewer).get(at(application)))
    assert now(application).waiting_on == Waiting.US


def test_items_that_are_asked_for_again_count_even_when_given_unchanged(
    officer: User, olga: Author, stranger: Client
) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    deciding.ask(application.pk, olga, reason="Is it still so?", items=[Item.EMPLOYMENT])
    made = making.make(application.pk, olga)
    same = now(application).completion.employment_status
    assert f'value="{same}" checked' not in words(stranger.get(f"{made.path}work/"))
    put(stranger, made, "work", {"employment_status": same})
    assert send(stranger, made).status_code == 302
    assert now(application).waiting_on == Waiting.US
    submitting.submit(application.pk, olga)
