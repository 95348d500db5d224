"""Imports through the API: brought as a list or a file, and decided about."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from accounts.api.codes import Code
from accounts.models import AuditEvent
from customers.models import Import, ImportState, LookKind, RowState
from customers.reasons import Reason
from sharing.models import Partner
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.customers.engine import drain_to_the_end, outcome, tokens
from tests.parts.api_callers import Program
from tests.parts.import_maker import make_import
from tests.parts.partners import make_partner

pytestmark = pytest.mark.django_db

IMPORTS = "/api/v1/imports"
CSV = b"token;external_id;label;branch\n_act-one;7;first;west\n_act-two;8;second;east\n"


def brought(program: Program, body: dict[str, Any], **headers: str) -> Any:
    answer = program.post(IMPORTS, body, **headers)
    assert answer.status_code == 202, answer.content
    return answer


# ---- bringing ------------------------------------------------------------------------------------


def test_a_list_of_texts_and_objects_becomes_an_import(
    connected: Sandbox, program: Program
) -> None:
    items = [
        "_act-one",
        {
            "token": "_act-two",
            "external_id": "004417",
            "label": "west",
            "issued_at": "2026-11-29T09:00:00Z",
            "expires_at": "2099-11-29T09:20:00Z",
        },
        {"token": "_act-three", "issued_at": "never"},
    ]
    answer = brought(program, {"tokens": items})
    found = answer.json()
    assert answer["Location"] == f"{IMPORTS}/{found['id']}"
    assert program.get(answer["Location"]).json() == found
    assert (found["state"], found["source"]) == ("running", "api")
    assert (found["counts"]["total"], found["counts"]["invalid"]) == (3, 1)
    rows = program.get(f"{answer['Location']}/rows").json()["data"]
    assert [row["line"] for row in rows] == [1, 2, 3]
    assert (rows[1]["external_id"], rows[1]["label"]) == ("004417", "west")
    assert rows[1]["expires_at"] == "2099-11-29T09:20:00Z"
    assert (rows[2]["state"], rows[2]["reason"]) == ("invalid", Reason.BAD_TIME)
    assert all("_act" not in str(row) for row in rows)


def test_a_csv_file_is_read_as_on_the_page(connected: Sandbox, program: Program) -> None:
    file = SimpleUploadedFile("people.csv", CSV, "text/csv")
    answer = program.upload(IMPORTS, {"file": file, "start": "false"})
    assert answer.status_code == 202, answer.content
    found = answer.json()
    assert (found["state"], found["file_name"]) == ("staged", "people.csv")
    assert found["unused_columns"] == ["branch"]
    rows = program.get(f"{IMPORTS}/{found['id']}/rows").json()["data"]
    assert [(row["line"], row["external_id"]) for row in rows] == [(2, "7"), (3, "8")]


def test_everything_an_import_may_be_told_is_kept(connected: Sandbox, program: Program) -> None:
    donor = make_partner(name="Ostermoor", client_id="ostermoor_1", is_donor=True)
    told = {"mode": "copy", "trust_review": "recheck", "reset_steps": ["SELFIE"], "start": False}
    by_id = brought(program, {"tokens": ["_act-1"], "partner": f"par_{donor.pk}", **told}).json()
    by_client = brought(program, {"tokens": ["_act-2"], "partner": "ostermoor_1"}).json()
    assert by_id["partner"] == by_client["partner"] == f"par_{donor.pk}"
    kept = Import.objects.get(pk=int(by_id["id"].partition("_")[2]))
    assert (kept.copy_trust_review, kept.reset_steps) == (False, ("SELFIE",))
    assert kept.created_by == program.client.account


def test_one_key_brings_one_import_whatever_the_spaces(
    connected: Sandbox, program: Program
) -> None:
    key = str(uuid4())
    body = {"tokens": ["_act-one"], "start": False}
    first = brought(program, body, key=key)
    spaced = program.raw(
        "POST",
        IMPORTS,
        b'{ "start": false,\n "tokens": [ "_act-one" ] }',
        "application/json",
        X_Idempotency_Key=key,
    )
    assert spaced["Idempotency-Replayed"] == "true"
    assert spaced.json() == first.json()
    assert spaced["Location"] == first["Location"]
    other = program.post(IMPORTS, {"tokens": ["_act-two"]}, key=key)
    refused(other, Code.IDEMPOTENCY_KEY_REUSED)
    assert Import.objects.count() == 1


def test_one_key_brings_one_file(connected: Sandbox, program: Program) -> None:
    key = str(uuid4())
    answers = [
        program.upload(IMPORTS, {"file": SimpleUploadedFile("a.csv", text)}, X_Idempotency_Key=key)
        for text in (CSV, CSV, CSV + b"_act-three;9;third\n")
    ]
    assert [one.status_code for one in answers] == [202, 202, 422]
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "tokens"),
        ({"tokens": []}, "tokens"),
        ({"tokens": [5]}, "tokens[0]"),
        ({"tokens": [{"label": "x"}]}, "tokens[0].token"),
        ({"tokens": [{"token": "x", "age": "5"}]}, "tokens[0]"),
        ({"tokens": [{"token": "x", "label": 5}]}, "tokens[0].label"),
        ({"tokens": ["x"], "level": "no-such-level"}, "level"),
        ({"tokens": ["x"], "partner": "nobody"}, "partner"),
        ({"tokens": ["x"], "partner": "par_99"}, "partner"),
        ({"tokens": ["x"], "mode": "magic"}, "mode"),
        ({"tokens": ["x"], "reset_steps": ["SELFIE"]}, "mode"),
        ({"tokens": ["x"], "mode": "copy", "reset_steps": ["DANCE"]}, "reset_steps[0]"),
        ({"tokens": ["x"], "start": "yes"}, "start"),
        ({"tokens": ["x"], "preview": "later"}, "preview"),
    ],
)
def test_what_an_import_cannot_be_told_is_named(
    connected: Sandbox, program: Program, body: dict[str, Any], field: str
) -> None:
    errors = refused(program.post(IMPORTS, body), Code.INVALID_REQUEST)["errors"]
    assert [one["field"] for one in errors] == [field]
    assert not Import.objects.exists()


def test_a_list_or_file_that_cannot_be_used_is_refused_with_the_line(
    connected: Sandbox, program: Program, settings: Settings
) -> None:
    found = refused(program.post(IMPORTS, {"tokens": ["a b"]}), Code.FILE_REFUSED)
    assert "line 1" in found["detail"]
    for contents in (b"", b"name\nAda\n", b"PK\x03\x04", b"token\n\x00\n"):
        file = SimpleUploadedFile("people.csv", contents)
        refused(program.upload(IMPORTS, {"file": file}), Code.FILE_REFUSED)
    refused(program.upload(IMPORTS, {"level": "id-only"}), Code.INVALID_REQUEST)
    settings.UPLOAD_MAX_BYTES = 1000
    big = SimpleUploadedFile("people.csv", b"token\n" + b"x" * 2000)
    refused(program.upload(IMPORTS, {"file": big}), Code.TOO_LARGE)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "steps", [["SELFIE", "IDENTITY"], "SELFIE,IDENTITY"], ids=["each its own", "commas"]
)
def test_a_form_takes_all_of_a_list(
    connected: Sandbox, program: Program, steps: str | list[str]
) -> None:
    file = SimpleUploadedFile("people.csv", CSV)
    form = {"file": file, "mode": "copy", "reset_steps": steps, "start": "false"}
    answer = program.upload(IMPORTS, form)
    assert (answer.status_code, answer.json()["reset_steps"]) == (202, ["SELFIE", "IDENTITY"])


def test_of_two_files_or_two_values_in_a_form_none_is_passed_over(
    connected: Sandbox, program: Program
) -> None:
    for name, value in {"level": "id-only", "file": SimpleUploadedFile("b.csv", CSV)}.items():
        form: dict[str, Any] = {"file": SimpleUploadedFile("a.csv", CSV)}
        form[name] = [form.get(name, "id-only"), value]
        errors = refused(program.upload(IMPORTS, form), Code.INVALID_REQUEST)["errors"]
        assert [(one["field"], one["code"]) for one in errors] == [(name, "repeated")]
    assert not Import.objects.exists()


def test_a_paused_donor_is_not_allowed(connected: Sandbox, program: Program) -> None:
    make_partner(name="O", client_id="o_1", is_donor=True, state="paused")
    body = {"tokens": ["x"], "partner": "o_1"}
    refused(program.post(IMPORTS, body, key="k"), Code.NOT_ALLOWED)
    Partner.objects.update(state="active")
    assert brought(program, body, key="k").json()["counts"]["total"] == 1


# ---- deeds ---------------------------------------------------------------------------------------


def test_an_import_is_paused_resumed_and_cancelled(program: Program) -> None:
    imported = make_import(RowState.PENDING, RowState.PENDING)
    path = f"{IMPORTS}/imp_{imported.pk}"
    assert program.post(f"{path}/pause").json()["state"] == "paused"
    refused(program.post(f"{path}/pause"), Code.NOT_POSSIBLE)
    assert program.post(f"{path}/resume", {}).json()["state"] == "running"
    over = program.post(f"{path}/cancel").json()
    assert (over["state"], over["counts"]["cancelled"]) == ("cancelled", 2)
    deeds = AuditEvent.objects.about(f"import:{imported.pk}").order_by("pk")
    assert [(one.deed, one.source) for one in deeds] == [
        ("import.paused", "api"),
        ("import.resumed", "api"),
        ("import.cancelled", "api"),
    ]


def test_a_deed_repeated_under_its_key_is_answered_as_it_was(program: Program) -> None:
    imported = make_import(RowState.PENDING)
    path = f"{IMPORTS}/imp_{imported.pk}/pause"
    first, second = program.post(path, key="k"), program.post(path, key="k")
    assert (first.status_code, second.status_code) == (200, 200)
    assert second["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()


def test_a_stored_import_is_started(connected: Sandbox, program: Program) -> None:
    found = brought(program, {"tokens": ["_act-1"], "start": False}).json()
    path = f"{IMPORTS}/{found['id']}/start"
    assert program.post(path).json()["state"] == "running"
    refused(program.post(path), Code.NOT_POSSIBLE)
    refused(program.post(path, {"now": True}), Code.INVALID_REQUEST)


def test_refused_rows_go_again_at_another_level(far_end: Sandbox, program: Program) -> None:
    file = SimpleUploadedFile("t.csv", tokens(far_end, 2, outcome("refused:10513")))
    found = program.upload(IMPORTS, {"file": file}).json()
    drain_to_the_end(Import.objects.get())
    path = f"{IMPORTS}/{found['id']}"
    rows = program.get(f"{path}/rows").json()["data"]
    assert {row["retry"] for row in rows} == {"other_level"}
    levels = [one["name"] for one in program.get("/api/v1/levels").json()["data"]]
    one = program.post(f"{path}/retry", {"level": levels[1], "row": rows[0]["id"]})
    assert one.json() == {"rows": 1, "level": levels[1]}
    reason = program.get(f"{path}/reasons").json()["data"][0]["key"]
    rest = program.post(f"{path}/retry", {"level": levels[1], "reason": reason})
    assert rest.json()["rows"] == 1
    refused(program.post(f"{path}/retry", {"level": levels[1]}), Code.INVALID_REQUEST)
    again = program.post(f"{path}/retry", {"level": levels[1], "row": "row_1"})
    assert again.status_code in (400, 409)


def test_looking_first_says_what_would_become_of_the_rows(
    connected: Sandbox, program: Program
) -> None:
    found = brought(program, {"tokens": ["_act-1", "_act-2"], "preview": "all"}).json()
    path = f"{IMPORTS}/{found['id']}"
    assert found["state"] == "staged"
    said = program.get(f"{path}/preview").json()
    assert (said["kind"], said["state"], said["wanted"]) == (LookKind.ALL, "asking", 2)
    refused(program.post(f"{path}/preview", {"kind": "all"}), Code.NOT_POSSIBLE)
    refused(program.post(f"{path}/start-passing", {}), Code.NOT_POSSIBLE)
    other = brought(program, {"tokens": ["_act-3"], "start": False}).json()
    refused(program.get(f"{IMPORTS}/{other['id']}/preview"), Code.NOT_FOUND)
    asked = program.post(f"{IMPORTS}/{other['id']}/preview", {"kind": "each"}, key="k")
    assert (asked.status_code, asked.json()["kind"]) == (202, "each")


# ---- results -------------------------------------------------------------------------------------


def test_results_are_taken_as_one_file_and_the_trail_knows(program: Program) -> None:
    imported = make_import(RowState.IMPORTED, RowState.REFUSED, state=ImportState.FINISHED)
    path = f"{IMPORTS}/imp_{imported.pk}/results"
    as_json = program.get(path)
    whole = json.loads(b"".join(as_json.streaming_content))
    assert whole["import"] == f"imp_{imported.pk}"
    brought, other = whole["rows"]
    assert brought["name"] == "Ada Mercer"
    for kind in ("customer", "application"):
        answer = program.get(f"/api/v1/{kind}s/{brought[f'{kind}_id']}")
        assert answer.json()["id"] == brought[f"{kind}_id"]
    assert (other["customer_id"], other["application_id"]) == ("", "")
    as_csv = program.get(f"{path}.csv")
    assert as_csv["Content-Type"].startswith("text/csv")
    assert b"".join(as_csv.streaming_content).startswith(b'"line","state","name"')
    taken = AuditEvent.objects.of_deeds("import.exported")
    assert [(one.source, one.details["what"]) for one in taken.order_by("pk")] == [
        ("api", "results.json"),
        ("api", "results.csv"),
    ]
