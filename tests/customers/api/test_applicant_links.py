"""The applicant's link through the API: made and told once, watched, revoked, taken over."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.api.codes import Code
from accounts.models import AuditEvent, KeptCall, User
from accounts.notice_mail import CONSOLE
from accounts.scopes import Scope
from customers.applicant_link import making
from customers.applying import deciding
from customers.applying.deeds import Author
from customers.models import ApplicantLink, Application, ApplicationStatus, LinkEnd, Waiting
from sharing.models import KeptSecret
from tests.accounts.test_api_doors import refused
from tests.customers.applicant_link.visits import ANSWERS, link_of
from tests.customers.applications import bring_to, make_application, now
from tests.parts.api_callers import Program

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = ApplicationStatus


def address(application: Application, deed: str = "") -> str:
    return f"/api/v1/applications/app_{application.pk.hex}/applicant-link{deed}"


def path_of(told: dict[str, Any]) -> str:
    return str(told["link"]).removeprefix("http://testserver")


def test_a_program_makes_a_link_that_the_applicant_opens(
    program: Program, draft: Application
) -> None:
    answer = program.post(address(draft), {"days": 3}, key="k")
    told = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == address(draft)
    assert "no-store" in answer["Cache-Control"]
    assert (told["state"], told["opened_at"], told["emailed_at"]) == ("open", None, None)
    link = ApplicantLink.objects.get()
    assert told["id"] == f"lnk_{link.pk}"
    assert link.expires_at - link.made_at == timedelta(days=3)
    assert now(draft).waiting_on == Waiting.APPLICANT
    assert Client().get(path_of(told)).status_code == 200
    event = AuditEvent.objects.of_deeds("application.link_made").get()
    assert (event.source, event.actor) == ("api", program.client.account)


def test_progress_is_watched_while_the_applicant_answers(
    program: Program, draft: Application
) -> None:
    refused(program.get(address(draft)), Code.NOT_FOUND)
    told = program.post(address(draft), {}, key="k").json()
    stranger = Client()
    stranger.post(f"{path_of(told)}work/", ANSWERS["work"] | {"go": "1"})
    shown = program.get(address(draft)).json()
    assert "link" not in shown
    assert shown["opened_at"] is not None
    done = {one["step"]: one["done"] for one in shown["steps"]}
    assert done["work"]
    assert not done["sign"]


def test_a_repetition_tells_the_link_again_and_makes_none(
    program: Program, draft: Application
) -> None:
    first, second = (program.post(address(draft), {}, key="k") for _ in range(2))
    assert second["Idempotency-Replayed"] == "true"
    assert "no-store" in second["Cache-Control"]
    assert first.json() == second.json()
    assert ApplicantLink.objects.count() == 1
    refused(program.post(address(draft), {"days": 2}, key="k"), Code.IDEMPOTENCY_KEY_REUSED)
    refused(program.post(address(draft), {}), Code.IDEMPOTENCY_KEY_MISSING)


def test_a_repetition_that_comes_too_late_is_told_no_address(
    program: Program, draft: Application
) -> None:
    told = program.post(address(draft), {}, key="k").json()
    KeptSecret.objects.update(until=timezone.now())
    problem = refused(program.post(address(draft), {}, key="k"), Code.SHOWN_BEFORE)
    assert told["id"] in problem["detail"]
    assert told["link"] not in str(problem)


@pytest.mark.parametrize(
    ("deed", "state", "event"),
    [
        ("/revoke", LinkEnd.REVOKED, "application.link_revoked"),
        ("/take-over", LinkEnd.TAKEN_OVER, "application.link_taken_over"),
    ],
)
def test_a_link_that_one_of_ours_ended_opens_nothing_and_is_told_no_more(
    deed: str, state: LinkEnd, event: str, program: Program, draft: Application
) -> None:
    told = program.post(address(draft), {}, key="k").json()
    ended = program.post(address(draft, deed), {}).json()
    assert (ended["state"], ended["steps"]) == (state.value, [])
    assert ended["ended_by"] == "Onboarding service (API client)"
    assert now(draft).waiting_on == Waiting.US
    assert AuditEvent.objects.of_deeds(event).get().source == "api"
    assert Client().get(path_of(told)).status_code == 410
    refused(program.post(address(draft), {}, key="k"), Code.SHOWN_BEFORE)
    refused(program.post(address(draft, deed), {}), Code.NOT_POSSIBLE)


def test_a_newer_link_ends_the_one_before(program: Program, draft: Application) -> None:
    first = program.post(address(draft), {}, key="1").json()
    second = program.post(address(draft), {}, key="2").json()
    assert first["link"] != second["link"]
    assert Client().get(path_of(first)).status_code == 410
    assert program.get(address(draft)).json()["id"] == second["id"]


def test_no_link_is_made_where_nothing_is_to_be_asked(program: Program, officer: User) -> None:
    submitted = bring_to(S.SUBMITTED, make_application(), officer)
    refused(program.post(address(submitted), {}, key="k"), Code.NOT_POSSIBLE)
    assert not KeptCall.objects.exists()


@pytest.mark.parametrize("days", [0, 31, "soon", None, 1.5])
def test_a_link_for_no_sensible_time_is_refused(
    days: Any, program: Program, draft: Application
) -> None:
    problem = refused(program.post(address(draft), {"days": days}, key="k"), Code.INVALID_REQUEST)
    assert [one["field"] for one in problem["errors"]] == ["days"]
    assert not ApplicantLink.objects.exists()


def test_what_the_applicant_answered_is_personal_data(
    program: Program, program_with: Callable[..., Program], officer: User
) -> None:
    asked = bring_to(S.REQUEST_FOR_INFORMATION, make_application(), officer)
    program.post(address(asked), {}, key="k")
    ApplicantLink.objects.update(words="My late aunt's house.")
    assert program.get(address(asked)).json()["answer"] == "My late aunt's house."
    blind = program_with(Scope.APPLICATIONS_READ, name="Blind")
    assert blind.get(address(asked)).json()["answer"] is None


def test_the_scope_that_completes_makes_no_links(
    program_with: Callable[..., Program], draft: Application
) -> None:
    writer = program_with(Scope.APPLICATIONS_WRITE, Scope.APPLICATIONS_READ, name="Writer")
    for deed, key in (("", "k"), ("/revoke", ""), ("/take-over", "")):
        refused(writer.post(address(draft, deed), {}, key=key), Code.SCOPE_MISSING)


class TestByEmail:
    """The link goes to the applicant's own address, too."""

    def test_it_goes_once_and_the_answer_says_so(
        self, program: Program, draft: Application
    ) -> None:
        first, second = (program.post(address(draft), {"email": True}, key="k") for _ in range(2))
        [sent] = mail.outbox
        assert sent.to == ["ada@mail.example"]
        assert path_of(first.json()) in sent.body
        assert first.json()["emailed_at"] is not None
        assert first.json() == second.json()
        assert AuditEvent.objects.of_deeds("application.link_mailed").get().source == "api"

    def test_without_a_mail_server_the_link_is_made_and_no_e_mail_is_told_of(
        self, program: Program, draft: Application, settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = CONSOLE
        told = program.post(address(draft), {"email": True}, key="k").json()
        assert (told["state"], told["emailed_at"]) == ("open", None)
        assert not mail.outbox

    def test_a_call_that_died_before_its_e_mail_is_answered_to_its_repetition(
        self, program: Program, draft: Application
    ) -> None:
        told = program.post(address(draft), {"email": True}, key="k").json()
        KeptCall.objects.update(status=None, answer_sealed=None, answered_at=None)
        refused(program.post(address(draft), {"email": True}, key="k"), Code.STILL_RUNNING)
        KeptCall.objects.update(created_at=timezone.now() - timedelta(minutes=2))
        again = program.post(address(draft), {"email": True}, key="k")
        assert again.json() == told
        assert ApplicantLink.objects.count() == 1
        assert KeptCall.objects.get().status == 201


def test_the_address_is_kept_and_logged_nowhere_in_plain(
    program: Program,
    draft: Application,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    told = program.post(address(draft), {}, key="k").json()
    secret = told["link"].rstrip("/").rpartition("/")[2]
    assert KeptSecret.objects.get().sealed is not None
    kept = tmp_path / "database.json"
    call_command("dumpdata", output=str(kept), verbosity=0)
    places = [address(draft), address(draft).rpartition("/")[0], "/api/v1/audit-events"]
    seen = kept.read_text() + "".join(program.get(one).content.decode() for one in places)
    printed = capfd.readouterr()
    for place in (seen, caplog.text, printed.out, printed.err):
        assert secret not in place


def test_a_link_that_a_person_made_is_watched_and_ended_by_a_program(
    program: Program, draft: Application, olga: Author
) -> None:
    made = making.make(draft.pk, olga)
    shown = program.get(address(draft)).json()
    assert (shown["id"], shown["made_by"]) == (f"lnk_{made.link.pk}", "Olga Officer")
    program.post(address(draft, "/revoke"), {})
    assert link_of(made).ended_as == LinkEnd.REVOKED


def test_a_link_of_a_decided_application_is_shown_as_closed(
    program: Program, draft: Application, officer: User
) -> None:
    program.post(address(draft), {}, key="k")
    deciding.decline(draft.pk, Author(officer), reason="Not plausible.")
    shown = program.get(address(draft)).json()
    assert (shown["state"], shown["steps"], shown["ended_by"]) == ("closed", [], None)
