"""New share tokens through the API: asked for, paired with the rows that wait, stored."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.api.codes import Code
from accounts.models import AuditEvent
from customers.models import Import, Row, RowState
from sumsub.sandbox.process import Sandbox
from tests.accounts.test_api_doors import refused
from tests.customers.renewals import an_import, links, mark, newest
from tests.parts.api_callers import Program

pytestmark = pytest.mark.django_db


def address(imported: Import, more: str = "") -> str:
    return f"/api/v1/imports/imp_{imported.pk}/new-tokens{more}"


def marked(imported: Import, *lines: int) -> list[dict[str, str]]:
    return [{"token": f"_act-new-{line}", "token_mark": mark(imported, line)} for line in lines]


def brought(program: Program, imported: Import, body: dict[str, Any], key: str = "") -> Any:
    answer = program.post(address(imported), body, key=key)
    assert answer.status_code == 202, answer.content
    return answer


def test_share_tokens_are_for_the_rows_whose_marks_they_name(
    connected: Sandbox, program: Program
) -> None:
    old = an_import()
    answer = brought(program, old, {"tokens": marked(old, 4, 2)}, key="k")
    found = answer.json()
    new = newest()
    assert answer["Location"] == f"/api/v1/imports/imp_{new.pk}"
    assert (found["import"]["id"], found["import"]["state"]) == (f"imp_{new.pk}", "running")
    assert (found["by_mark"], found["left"]) == (2, 1)
    assert links(old) == {2: (new.pk, 2), 3: None, 4: (new.pk, 1)}
    again = brought(program, old, {"tokens": marked(old, 4, 2)}, key="k")
    assert again.json() == found
    assert Import.objects.count() == 2
    renewed = program.get(f"/api/v1/rows/row_{Row.objects.of(old).get(line=4).pk}").json()
    assert renewed["renewed_by"]
    assert "_act" not in answer.content.decode()


def test_share_tokens_are_for_the_rows_whose_ids_they_name(
    connected: Sandbox, program: Program
) -> None:
    old = an_import()
    Row.objects.of(old).on_lines([3]).update(external_id="7")
    body = {"tokens": [{"token": "_act-new", "external_id": "7"}]}
    assert brought(program, old, body).json()["by_id"] == 1
    assert links(old)[3] == (newest().pk, 1)


def test_a_dry_run_tells_the_pairs_and_stores_nothing(connected: Sandbox, program: Program) -> None:
    old = an_import()
    body = {"tokens": [*marked(old, 3), "_act-nameless"], "dry_run": True}
    answer = program.post(address(old), body)
    assert answer.status_code == 200
    found = answer.json()
    assert found["import"] is None
    assert [(one["line"], one["old_line"], one["how"]) for one in found["pairs"]] == [
        (1, 3, "mark"),
        (2, 2, "order"),
    ]
    assert Import.objects.count() == 1
    told = body | {"dry_run": False, "in_order": True, "pairing": found["pairing"]}
    assert brought(program, old, told).json()["by_order"] == 1


def test_order_decides_only_where_the_client_says_so(connected: Sandbox, program: Program) -> None:
    old = an_import()
    body = {"tokens": ["_act-1", "_act-2", "_act-3"]}
    found = refused(program.post(address(old), body), Code.FILE_REFUSED)
    assert found["errors"][0]["code"] == "order"
    assert Import.objects.count() == 1
    brought(program, old, body | {"in_order": True})
    assert all(links(old).values())


def test_a_pairing_that_is_not_the_one_seen_stores_nothing(
    connected: Sandbox, program: Program
) -> None:
    old = an_import()
    body = {"tokens": marked(old, 2), "pairing": "f" * 64}
    refused(program.post(address(old), body), Code.NOT_POSSIBLE)
    assert Import.objects.count() == 1


def test_what_is_for_no_row_is_refused_or_stored_on_demand(
    connected: Sandbox, program: Program
) -> None:
    old = an_import(RowState.IMPORTED)
    body = {"tokens": ["_act-more"]}
    found = refused(program.post(address(old), body), Code.FILE_REFUSED)
    assert found["errors"][0]["code"] == "nothing_fits"
    assert brought(program, old, body | {"with_surplus": True}).json()["surplus"] == 1


def test_the_donors_file_comes_back_as_it_was_asked_for(
    connected: Sandbox, program: Program
) -> None:
    old = an_import()
    list_ = program.get(f"/api/v1/imports/imp_{old.pk}/new-tokens-please.csv")
    assert list_["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(list_.getvalue().decode())))
    assert [row["line"] for row in rows] == ["2", "3", "4"]
    filled = io.StringIO()
    writer = csv.DictWriter(filled, rows[0].keys())
    writer.writeheader()
    writer.writerows(row | {"token": f"_act-new-{row['line']}"} for row in rows)
    file = SimpleUploadedFile("filled.csv", filled.getvalue().encode(), "text/csv")
    answer = program.upload(address(old), {"file": file})
    assert answer.status_code == 202, answer.content
    assert answer.json()["by_mark"] == 3
    assert newest().file_name == "filled.csv"
    deeds = AuditEvent.objects.about(f"import:{old.pk}").values_list("deed", flat=True)
    assert {"import.new_tokens_asked", "import.renewed"} <= set(deeds)


def test_the_list_may_be_of_one_reason_and_with_rows_given_up(
    connected: Sandbox, program: Program
) -> None:
    old = an_import(RowState.EXPIRED, RowState.CANCELLED)
    path = f"/api/v1/imports/imp_{old.pk}/new-tokens-please.csv"
    both = program.get(f"{path}?cancelled=true").getvalue().decode()
    assert len(both.splitlines()) == 3
    reasons = program.get(f"/api/v1/imports/imp_{old.pk}/reasons").json()["data"]
    expired = next(one["key"] for one in reasons if one["state"] == "expired")
    one = program.get(f"{path}?reason={expired}").getvalue().decode()
    assert len(one.splitlines()) == 2


def test_how_they_are_redeemed_is_the_old_imports_way_unless_said_otherwise(
    connected: Sandbox, program: Program
) -> None:
    old = an_import(mode="copy", copy_reset_steps="SELFIE", copy_trust_review=False)
    first = brought(program, old, {"tokens": marked(old, 2)}).json()["import"]
    assert (first["mode"], first["reset_steps"]) == ("copy", ["SELFIE"])
    assert (first["trust_review"], first["renews"]) == ("recheck", f"imp_{old.pk}")
    body = {"tokens": marked(old, 3), "mode": "reuse", "level": "id-relaxed"}
    second = brought(program, old, body).json()["import"]
    assert (second["mode"], second["level"]) == ("reuse", "id-relaxed")
    body = {"tokens": marked(old, 4), "level": "no such level"}
    refused(program.post(address(old), body), Code.INVALID_REQUEST)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"tokens": []},
        {"tokens": [{"token_mark": "f3a971c2"}]},
        {"tokens": [{"token": "_act-x", "mark": "f3a971c2"}]},
        {"tokens": ["_act-x"], "dry_run": "yes"},
    ],
)
def test_a_wrong_body_is_refused_by_its_fields(
    connected: Sandbox, program: Program, body: dict[str, Any]
) -> None:
    answer = program.post(address(an_import()), body)
    refused(answer, Code.INVALID_REQUEST)
    assert "_act" not in answer.content.decode()
