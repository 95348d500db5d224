"""What a program does about rows in doubt, and about gates."""

import pytest
from django.utils import timezone

from accounts.api.codes import Code
from accounts.models import AuditEvent
from accounts.scopes import Scope
from customers.models import Gate, GateReason, Import, ImportState, Row, RowState
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program, make_program
from tests.parts.import_maker import make_import, make_row

pytestmark = pytest.mark.django_db
SAW = {"words": "Applicants, searched for our id: nobody there."}


@pytest.fixture
def doubtful(db: None) -> Row:
    """A row that waits for a person; nothing of it can be under way at Sumsub any more."""
    imported = make_import(RowState.NEEDS_PERSON, state=ImportState.FINISHED)
    return Row.objects.of(imported).get()


def address(row: Row, more: str = "") -> str:
    return f"/api/v1/rows/row_{row.pk}{more}"


def test_the_guide_tells_what_to_look_for_and_the_row_is_closed_with_evidence(
    connected: Sandbox, program: Program, doubtful: Row
) -> None:
    guide = program.get(address(doubtful, "/guide")).json()
    assert guide["waits_for_person"]
    assert guide["look_for"] == doubtful.external_user_id
    assert guide["checks"]
    answer = program.post(address(doubtful, "/close"), SAW, key="k")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["state"], answer.json()["retry"]) == ("not_imported", "new_token")
    assert program.post(address(doubtful, "/close"), SAW, key="k").json() == answer.json()
    refused(program.post(address(doubtful, "/close"), SAW), Code.NOT_POSSIBLE)
    event = AuditEvent.objects.of_deed("row.closed").get()
    assert (event.details["words"], event.source) == (SAW["words"], "api")
    assert not program.get(address(doubtful, "/guide")).json()["waits_for_person"]


def test_asking_again_sends_nothing_and_lets_sumsub_settle_the_row(
    connected: Sandbox, program: Program, doubtful: Row
) -> None:
    found = program.post(address(doubtful, "/ask-again"), SAW).json()
    assert (found["state"], found["retry"]) == ("checking", "wait")
    assert Import.objects.get().state == ImportState.RUNNING


def test_a_row_is_not_closed_while_sumsub_may_be_working_on_it(
    connected: Sandbox, program: Program, doubtful: Row
) -> None:
    Row.objects.update(sent_at=timezone.now())
    guide = program.get(address(doubtful, "/guide")).json()
    assert guide["may_close_from"] > timezone.now().isoformat()
    refused(program.post(address(doubtful, "/close"), SAW), Code.NOT_POSSIBLE)


def test_nothing_is_settled_without_words(program: Program, doubtful: Row) -> None:
    for words in ("", "  ", None, 5):
        answer = program.post(address(doubtful, "/close"), {"words": words})
        refused(answer, Code.INVALID_REQUEST)
    assert Row.objects.get().state == RowState.NEEDS_PERSON


def test_a_rows_story_keeps_what_people_said_for_those_who_may_read_it(
    connected: Sandbox, program: Program, doubtful: Row
) -> None:
    program.post(address(doubtful, "/close"), SAW)
    blind = make_program([Scope.IMPORTS_READ], name="Reader")
    told = [one.get(address(doubtful, "/history")).json()["data"] for one in (program, blind)]
    assert SAW["words"] in [one["words"] for one in told[0]]
    assert {one["words"] for one in told[1]} == {None}
    assert [one["what"] for one in told[0]] == [one["what"] for one in told[1]]


def test_a_row_that_nobody_needs_to_settle_is_left_alone(
    connected: Sandbox, program: Program
) -> None:
    imported = make_import(RowState.IMPORTED, state=ImportState.FINISHED)
    row = Row.objects.of(imported).get()
    refused(program.post(address(row, "/ask-again"), SAW), Code.NOT_POSSIBLE)
    make_row(imported, 3, RowState.SENDING)
    refused(
        program.post(address(Row.objects.get(line=3), "/close"), SAW),
        Code.NOT_POSSIBLE,
    )


# ---- gates ---------------------------------------------------------------------------------------


def closed(scope: str, reason: GateReason) -> Gate:
    return Gate.objects.create(scope=scope, reason=reason, closed_at=timezone.now())


def test_a_gate_is_listed_opened_and_then_listed_no_more(program: Program) -> None:
    gate = closed("reuse", GateReason.DISABLED)
    listed = program.get("/api/v1/gates").json()["data"]
    assert [(one["id"], one["opens_by_hand"]) for one in listed] == [(f"gate_{gate.pk}", True)]
    assert listed == program.get("/api/v1/connection").json()["gates"]
    path = f"/api/v1/gates/gate_{gate.pk}/open"
    assert program.post(path, {}).json()["closed_at"] is None
    assert program.post(path, {}).status_code == 200
    assert program.get("/api/v1/gates").json()["data"] == []
    assert AuditEvent.objects.of_deed("gate.opened").count() == 1


def test_the_registers_gate_opens_with_what_an_admin_changes(program: Program) -> None:
    gate = closed("register:3", GateReason.REGISTER)
    refused(program.post(f"/api/v1/gates/gate_{gate.pk}/open", {}), Code.NOT_POSSIBLE)
    assert Gate.objects.get().closed_at
