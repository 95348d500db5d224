"""Applications through the API: what each scope opens, and checks by hand."""

from collections.abc import Callable

import pytest

from accounts.api.codes import Code
from accounts.models import User
from accounts.scopes import Scope
from customers.models import Application, ApplicationStatus, CheckKind
from tests.accounts.test_api_doors import refused
from tests.customers.applications import (
    bring_to,
    make_application,
    make_manual,
)
from tests.parts.api_callers import Program

pytestmark = pytest.mark.django_db

S = ApplicationStatus


def address(application: Application, deed: str = "") -> str:
    return f"/api/v1/applications/app_{application.pk.hex}{deed}"


def test_checks_by_hand_take_the_place_of_sumsubs_review(program: Program, officer: User) -> None:
    application = bring_to(S.UNDER_REVIEW, make_manual(), officer)
    for kind in CheckKind:
        body = {"kind": kind.value, "words": "Seen in the office."}
        answer = program.post(address(application, "/checks"), body)
    assert [one["words"] for one in answer.json()["checks"]] == ["Seen in the office."] * 3
    version = answer.json()["version"]
    assert program.post(address(application, "/approve"), {"version": version}).status_code == 200


def test_completing_submitting_and_deciding_are_three_scopes(
    program_with: Callable[..., Program],
) -> None:
    application = make_application()
    writer = program_with(Scope.APPLICATIONS_WRITE, name="Writer")
    submitter = program_with(Scope.APPLICATIONS_SUBMIT, name="Submitter")
    refused(writer.post(address(application, "/submit"), {}), Code.SCOPE_MISSING)
    refused(submitter.post(address(application, "/submit"), {}), Code.INCOMPLETE)
    declined = {"version": 1, "reason": "x"}
    for one in (writer, submitter):
        refused(one.post(address(application, "/decline"), declined), Code.SCOPE_MISSING)
    blind = writer.send("PATCH", address(application), {"version": 1, "city": "Gouda"})
    assert blind.status_code == 200
    assert "Gouda" not in blind.content.decode()
