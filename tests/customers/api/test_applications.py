"""Applications through the API: completing without overwriting, submitting, deciding."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.api.codes import Code
from accounts.models import AuditEvent, User
from accounts.scopes import Scope
from customers.applying import completing
from customers.applying.deeds import Author
from customers.models import Application, ApplicationStatus, AttestationKind, Waiting
from tests.accounts.test_api_doors import refused
from tests.customers.applications import (
    ANSWERS,
    bring_to,
    complete,
    make_application,
)
from tests.parts.api_callers import Program
from tests.parts.partners import make_partner

pytestmark = pytest.mark.django_db

S = ApplicationStatus
APPLICATIONS = "/api/v1/applications"


def address(application: Application, deed: str = "") -> str:
    return f"{APPLICATIONS}/app_{application.pk.hex}{deed}"


def ids(program: Program, query: str) -> list[str]:
    answer = program.get(f"{APPLICATIONS}{query}")
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["data"]]


def shown(application: Application) -> str:
    return f"app_{application.pk.hex}"


def patched(
    program: Program, application: Application, fields: dict[str, Any], version: int
) -> Any:
    return program.send("PATCH", address(application), {"version": version, **fields})


# ---- reading -------------------------------------------------------------------------------------


def test_applications_are_listed_by_who_waits_longest_and_by_what_moved_last(
    program: Program,
) -> None:
    now = timezone.now()
    old, mid, new = (
        make_application(waiting_since=now - timedelta(days=days), waiting_on=Waiting.US)
        for days in (9, 5, 1)
    )
    elsewhere = make_application(waiting_since=now - timedelta(days=7), waiting_on=Waiting.SUMSUB)
    assert ids(program, "") == [shown(one) for one in (new, mid, elsewhere, old)]
    assert ids(program, "?waiting_on=us") == [shown(one) for one in (old, mid, new)]
    assert ids(program, "?waiting_on=us&waited_days=3") == [shown(old), shown(mid)]
    first = program.get(f"{APPLICATIONS}?waiting_on=us&limit=2").json()
    assert first["has_more"]
    rest = f"?waiting_on=us&limit=2&starting_after={first['data'][1]['id']}"
    assert ids(program, rest) == [shown(new)]
    assert ids(program, f"?waiting_on=us&limit=1&ending_before={shown(new)}") == [shown(mid)]


def test_applications_are_filtered_by_status_donor_and_words(
    program: Program, program_with: Callable[..., Program]
) -> None:
    donor = make_partner(name="Ostermoor", client_id="ostermoor_1", is_donor=True)
    hers = make_application(of_customer={"partner": donor, "name": "Beate Falk"})
    make_application(status=S.DECLINED)
    assert ids(program, f"?partner=par_{donor.pk}") == [shown(hers)]
    assert ids(program, "?partner=ostermoor_1&status=pending") == [shown(hers)]
    assert ids(program, "?status=approved") == []
    assert ids(program, "?q=falk") == [shown(hers)]
    assert ids(program_with(Scope.APPLICATIONS_READ), "?q=falk") == []
    refused(program.get(f"{APPLICATIONS}?partner=nobody"), Code.INVALID_REQUEST)


def test_a_list_asks_as_much_for_many_as_for_one(program: Program) -> None:
    make_application()
    _queries(program)  # the first call of all notes when its key was used
    few = _queries(program)
    for _ in range(6):
        make_application()
    assert _queries(program) == few


def _queries(program: Program) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert program.get(APPLICATIONS).status_code == 200
    return len(captured)


def test_an_application_says_what_is_missing_and_which_fields_take_it(
    program: Program, officer: User
) -> None:
    application = make_application(of_customer={"street": ""})
    complete(application, officer, but={"source_of_wealth", "papers"})
    found = program.get(address(application)).json()
    needs = {one["item"]: one["fields"] for one in found["missing"]}
    assert needs == {
        "address": ["street", "city", "region", "postal_code", "country"],
        "source_of_wealth": ["source_of_wealth"],
        "source_of_wealth_documents": [],
    }
    assert found["waiting_on"] == "us"
    assert found["entered"]["employment_status"] == "employed"
    assert [one["name"] for one in found["attestations"]] == ["Ada Mercer"] * 4
    assert found["version"] == Application.objects.get().version


def test_what_people_entered_or_said_is_hidden_without_its_scope(
    program: Program, program_with: Callable[..., Program], officer: User
) -> None:
    application = make_application()
    bring_to(S.DECLINED, application, officer)
    blind = program_with(Scope.APPLICATIONS_READ)
    open_, hidden = (one.get(address(application)).json() for one in (program, blind))
    assert open_["decision_reason"] == "Not plausible."
    assert open_["documents"][0]["name"] == "source_of_wealth.pdf"
    assert (hidden["decision"], hidden["decision_by"]) == ("declined", officer.display_name)
    assert hidden["decision_reason"] is hidden["entered"] is None
    assert hidden["documents"][0]["name"] is hidden["documents"][0]["sha256"] is None
    assert {one["name"] for one in hidden["attestations"]} == {None}
    told = blind.get(address(application, "/timeline"))
    assert "Declined" in [one["what"] for one in told.json()["data"]]
    assert "plausible" not in told.content.decode()
    assert "Not plausible." in str(program.get(address(application, "/timeline")).json())


# ---- completing ----------------------------------------------------------------------------------


def test_fields_are_stored_and_the_next_version_told(program: Program) -> None:
    application = make_application()
    answer = patched(program, application, ANSWERS | {"ssn": "123-45-6789"}, 1)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found == program.get(address(application)).json()
    assert found["version"] == 2
    assert found["entered"] == ANSWERS | {
        "source_of_wealth": ["savings", "gift"],
        "ssn": "•••-••-6789",
    }
    event = AuditEvent.objects.of_deed("application.completed").get()
    assert (event.actor_label, event.source) == ("Onboarding service (API client)", "api")
    assert "savings" not in str(event.details)


def test_null_empties_a_field_and_what_is_not_named_stays(program: Program) -> None:
    application = make_application()
    patched(program, application, ANSWERS, 1)
    found = patched(program, application, {"phone": None, "source_of_wealth": None}, 2).json()
    assert found["entered"]["source_of_wealth"] == []
    assert found["entered"]["employment_status"] == "employed"


def test_what_somebody_else_entered_is_never_overwritten(program: Program, olga: Author) -> None:
    application = make_application()
    completing.save(application.pk, {"city": "Delft", "region": "ZH"}, olga)
    answer = patched(program, application, {"city": "Gouda", "phone": "+31 30 123 4567"}, 1)
    found = refused(answer, Code.OVERTAKEN)
    assert found["version"] == 2
    assert [one["field"] for one in found["errors"]] == ["city"]
    assert "Delft" not in answer.content.decode()
    customer = Application.objects.get().customer
    assert (customer.city, customer.phone) == ("Delft", "")
    # Another field on the same old version is nobody's loss, and so is the same value.
    both = patched(program, application, {"city": "Delft", "phone": "+31 30 123 4567"}, 1)
    assert both.status_code == 200
    assert both.json()["version"] == 3


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"email": "no address", "city": "Gouda"}, "email"),
        ({"date_of_birth": "2020-01-01"}, "date_of_birth"),
        ({"date_of_birth": ""}, "date_of_birth"),
        ({"country": "Atlantis"}, "country"),
        ({"ssn": "000-00-0000"}, "ssn"),
        ({"purpose_of_account": ["fun"]}, "purpose_of_account[0]"),
        ({"nickname": "Ada"}, "nickname"),
        ({"version": 0}, "version"),
    ],
)
def test_a_fault_in_one_field_stores_none(
    program: Program, fields: dict[str, Any], at_fault: str
) -> None:
    application = make_application()
    answer = program.send("PATCH", address(application), {"version": 1} | fields)
    found = refused(answer, Code.INVALID_REQUEST)
    assert [one["field"].partition(".")[0] for one in found["errors"]] == [at_fault]
    assert Application.objects.get().version == 1
    assert Application.objects.get().customer.city == "Utrecht"


def test_nothing_is_entered_once_it_is_submitted(program: Program, officer: User) -> None:
    application = bring_to(S.SUBMITTED, make_application(), officer)
    answer = patched(program, application, {"city": "Gouda"}, application.version)
    refused(answer, Code.NOT_POSSIBLE)


def test_attestations_come_in_their_order(program: Program) -> None:
    application = make_application()
    early = {"kind": "terms_of_service", "name": "Ada Mercer"}
    refused(program.post(address(application, "/attestations"), early), Code.NOT_POSSIBLE)
    for kind in AttestationKind:
        body = {"kind": kind.value, "name": "Ada Mercer"}
        answer = program.post(address(application, "/attestations"), body, key=kind.value)
        assert answer.status_code == 200
    assert all(one["at"] for one in answer.json()["attestations"])
    again = program.post(address(application, "/attestations"), body, key=kind.value)
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == answer.json()
    assert application.attestations.count() == 4


# ---- submitting and deciding ---------------------------------------------------------------------


def test_submitting_names_all_that_is_missing(program: Program, officer: User) -> None:
    application = make_application()
    complete(application, officer, but={"employment_status", "papers"})
    found = refused(program.post(address(application, "/submit"), {}), Code.INCOMPLETE)
    assert [(one["field"], one["code"]) for one in found["errors"]] == [
        ("employment_status", "applicant"),
        ("source_of_wealth_documents", "applicant"),
    ]
    assert Application.objects.get().status == S.PENDING


def test_an_application_goes_all_the_way_to_its_approval(program: Program, officer: User) -> None:
    application = complete(make_application(), officer)
    submitted = program.post(
        address(application, "/submit"), {"version": application.version}
    ).json()
    assert submitted["status"] == "submitted"
    taken = program.post(address(application, "/take"), {}).json()
    assert (taken["status"], taken["hindrances"]) == ("under_review", [])
    old = program.post(address(application, "/approve"), {"version": submitted["version"]})
    assert refused(old, Code.OVERTAKEN)["version"] == taken["version"]
    body = {"version": taken["version"], "reason": "Checked.\nTwice."}
    answer = program.post(address(application, "/approve"), body, key="a")
    found = answer.json()
    assert (found["decision"], found["decision_reason"]) == ("approved", "Checked.\nTwice.")
    again = program.post(address(application, "/approve"), body, key="a")
    assert again.json() == found
    assert again["Idempotency-Replayed"] == "true"
    refused(program.post(address(application, "/approve"), body), Code.NOT_POSSIBLE)
    assert AuditEvent.objects.of_deed("application.approved").count() == 1


def test_what_hinders_an_approval_is_told(program: Program, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    Application.objects.update(inherited_review=True)
    found = program.get(address(application)).json()
    assert [one["title"] for one in found["hindrances"]] == ["Approved at the donor only"]
    answer = program.post(address(application, "/approve"), {"version": found["version"]})
    assert "donor" in refused(answer, Code.NOT_POSSIBLE)["detail"]


def test_information_is_asked_for_given_and_submitted_again(
    program: Program, officer: User
) -> None:
    application = bring_to(S.UNDER_REVIEW, make_application(), officer)
    body = {
        "version": application.version,
        "reason": "Where do the savings come from?",
        "items": ["source_of_wealth"],
    }
    asked = program.post(address(application, "/request-information"), body).json()
    assert asked["status"] == "request_for_information"
    assert asked["requested"]["items"] == ["source_of_wealth"]
    assert [one["item"] for one in asked["missing"]] == ["source_of_wealth"]
    given = patched(program, application, {"source_of_wealth": ["gift"]}, asked["version"]).json()
    assert given["requested"]["answered"] == ["source_of_wealth"]


def test_a_decision_is_taken_back_with_a_reason(program: Program, officer: User) -> None:
    application = bring_to(S.DECLINED, make_application(), officer)
    refused(program.post(address(application, "/reopen"), {"reason": " "}), Code.INVALID_REQUEST)
    found = program.post(address(application, "/reopen"), {"reason": "It came after all."}).json()
    assert (found["status"], found["decision"]) == ("under_review", None)


def test_a_draft_is_declined_with_a_reason_and_not_without(program: Program) -> None:
    application = make_application()
    path = address(application, "/decline")
    refused(program.post(path, {"version": 1}), Code.INVALID_REQUEST)
    found = program.post(path, {"version": 1, "reason": "Leads nowhere."}).json()
    assert (found["status"], found["waiting_on"]) == ("declined", None)
