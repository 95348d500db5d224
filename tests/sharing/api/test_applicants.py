"""The donor's applicants through the API."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.api.codes import Code
from accounts.models import AuditEvent
from accounts.scopes import Scope
from sharing.models import Applicant, IssuedToken, Partner, PartnerState
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program
from tests.sharing import minting
from tests.sharing.conftest import RECIPIENT

pytestmark = pytest.mark.django_db

APPLICANTS = "/api/v1/applicants"


def ids(program: Program, query: str) -> list[str]:
    return [one["applicant_id"] for one in program.get(f"{APPLICANTS}?{query}").json()["data"]]


def test_applicants_are_found_by_what_is_asked(program: Program, exported: Applicant) -> None:
    mine = [exported.applicant_id]
    for query in (
        "q=valdamar",
        "q=0044",
        "status=approved",
        "can_be_shared=yes",
        "country=NLD",
        "level=id-only",
        "source=csv",
        "external_id=004417",
        f"applicant_id={exported.applicant_id}",
    ):
        assert ids(program, query) == mine, query
    for query in (
        "q=nobody",
        "status=rejected",
        "can_be_shared=no",
        "country=FRA",
        "source=lookup",
    ):
        assert ids(program, query) == [], query
    refused(program.get(f"{APPLICANTS}?status=Approved"), Code.INVALID_REQUEST)


def test_names_are_left_out_and_not_searched_without_their_scope(
    program: Program, program_with: Callable[..., Program], exported: Applicant
) -> None:
    assert program.get(APPLICANTS).json()["data"][0]["name"] == "Henrike Valdamar"
    blind = program_with(Scope.APPLICANTS_READ)
    shown = blind.get(f"{APPLICANTS}/apl_{exported.pk}").json()
    assert shown["name"] is shown["email"] is shown["phone"] is None
    assert (shown["masked"], shown["external_id"]) == (True, "004417")
    assert ids(blind, "q=valdamar") == []
    assert ids(blind, "q=0044") == [exported.applicant_id]


def test_somebody_is_looked_up_at_sumsub_by_either_id(program: Program, as_donor: Sandbox) -> None:
    answer = program.post(f"{APPLICANTS}/look-up", {"applicant": "demo-approved-complete"}, key="k")
    found = answer.json()
    assert (answer.status_code, found["status"], found["source"]) == (200, "approved", "lookup")
    assert found["can_be_shared"] == "yes"
    assert {one["result"] for one in found["carries"]} >= {"Shared"}
    by_id = program.post(f"{APPLICANTS}/look-up", {"applicant": found["applicant_id"]}).json()
    assert by_id["id"] == found["id"]
    again = program.post(f"{APPLICANTS}/{found['id']}/look-up").json()
    assert again["looked_up_at"] > found["looked_up_at"]
    replayed = program.post(
        f"{APPLICANTS}/look-up", {"applicant": "demo-approved-complete"}, key="k"
    )
    assert replayed.json() == found
    assert replayed["Idempotency-Replayed"] == "true"
    assert AuditEvent.objects.filter(deed="applicant.looked_up").count() == 3
    assert [one["what"] for one in again["history"]] == ["applicant.looked_up"] * 3


def test_whom_sumsub_does_not_know_is_not_found(program: Program, as_donor: Sandbox) -> None:
    answer = program.post(f"{APPLICANTS}/look-up", {"applicant": "nobody-at-all"}, key="k")
    assert refused(answer, Code.NOT_FOUND)["detail"].startswith("Sumsub knows no such applicant")
    odd = program.post(f"{APPLICANTS}/look-up", {"applicant": ".."})
    assert refused(odd, Code.INVALID_REQUEST)["errors"][0]["field"] == "applicant"


def test_the_dashboards_export_is_taken_in(program: Program, as_donor: Sandbox) -> None:
    content = minting.csv_of(as_donor, 3) + b",no-id,id-only\n"
    for expected in ((3, 0), (0, 3)):
        file = SimpleUploadedFile("export.csv", content)
        told = program.upload(f"{APPLICANTS}/import", {"file": file}).json()
        assert (told["new"], told["unchanged"], told["faulty"]) == (*expected, 1)
        assert told["faults"] == [{"line": 5, "fault": "has no applicant id"}]
    assert Applicant.objects.count() == 3
    other = SimpleUploadedFile("export.csv", b"name\nAda\n")
    refused(program.upload(f"{APPLICANTS}/import", {"file": other}), Code.FILE_REFUSED)
    refused(program.upload(f"{APPLICANTS}/import", {}), Code.INVALID_REQUEST)


def test_what_speaks_against_a_share_token_is_told_before(
    program: Program, exported: Applicant, issued: IssuedToken, recipient: Partner
) -> None:
    path = f"{APPLICANTS}/apl_{exported.pk}/pre-check"
    told = program.get(f"{path}?recipient={RECIPIENT}").json()
    assert (told["can_be_shared"], told["may_mint"]) == ("yes", True)
    sentences = " ".join(one["explanation"] for one in told["checks"])
    assert "Another live share token for Velmora Bank" in sentences
    Partner.objects.update(state=PartnerState.PAUSED)
    Applicant.objects.update(deactivated=True)
    told = program.get(f"{path}?recipient=par_{recipient.pk}").json()
    assert (told["can_be_shared"], told["may_mint"]) == ("no", False)
    assert told["checks"][0]["verdict"] == "bad"
    refused(program.get(path), Code.INVALID_REQUEST)
