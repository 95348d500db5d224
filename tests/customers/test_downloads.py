"""Results as JSON, failed rows as files; who may take them, and what the trail says."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, Protocol

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, User
from customers import intake, token_csv
from customers.models import Import, ImportSource, Row, RowState
from customers.results import COLUMNS, FAILED_STATES, rows_csv, rows_json
from tests.parts.import_maker import make_import, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
S = RowState
FILES = ("results.csv", "results.json", "failed-rows.csv", "failed-rows.json")


class Streamed(Protocol):
    """Django's answer to a download."""

    def getvalue(self) -> bytes: ...


def taken(answer: Any) -> str:
    streamed: Streamed = answer
    return streamed.getvalue().decode()


def told(imported: Import, **options: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads("".join(rows_json(imported, **options)))
    return read


def test_the_json_holds_what_the_csv_holds() -> None:
    imported = make_import(*RowState)
    as_csv = csv.DictReader(io.StringIO("".join(rows_csv(imported))))
    read = told(imported)
    assert read["import"] == imported.pk
    assert [tuple(row) for row in read["rows"]] == [COLUMNS] * len(RowState)
    as_text = [{name: str(value or "") for name, value in row.items()} for row in read["rows"]]
    assert as_text == list(as_csv)


def test_numbers_are_numbers_and_no_code_is_null() -> None:
    read = told(make_import(S.REFUSED, S.EXPIRED))
    assert [(row["line"], row["error_code"]) for row in read["rows"]] == [(2, 10513), (3, None)]


def test_json_is_not_disarmed_for_spreadsheets_but_escaped() -> None:
    imported = make_import()
    make_row(imported, 2, S.PENDING, label='=1+1"\n\u2028é')
    assert told(imported)["rows"][0]["label"] == '=1+1"\n\u2028é'


def test_an_import_without_rows_is_an_empty_list() -> None:
    assert told(make_import())["rows"] == []
    assert told(make_import(S.IMPORTED), only=FAILED_STATES)["rows"] == []


def test_failed_rows_are_those_that_ended_without_a_customer() -> None:
    imported = make_import(*RowState)
    states = {row["state"] for row in told(imported, only=FAILED_STATES)["rows"]}
    assert states == {"refused", "not_imported", "expired", "cancelled", "invalid"}
    as_csv = csv.DictReader(io.StringIO("".join(rows_csv(imported, only=FAILED_STATES))))
    assert {row["state"] for row in as_csv} == states


def test_a_renewed_row_says_where_its_person_went_on() -> None:
    heir = make_row(make_import(), 3, S.IMPORTED)
    imported = make_import(S.EXPIRED)
    Row.objects.of(imported).update(renewed_by=heir)
    (row,) = told(imported)["rows"]
    assert f"Replaced by line 3 of import {heir.import_ref_id}: imported." in row["reason"]
    assert row["next_step"].startswith("Nothing to do here")
    assert row["name"] == ""


def test_a_long_import_is_read_page_by_page_with_few_queries() -> None:
    contents = "token\n" + "".join(f"_act-{n}\n" for n in range(2500))
    token_file = token_csv.read(io.BytesIO(contents.encode()), max_rows=None)
    options = intake.Options(level_name="x", source=ImportSource.FILE)
    imported = intake.store(token_file, options)
    with CaptureQueriesContext(connection) as queries:
        pieces = "".join(rows_json(imported))
    assert len(json.loads(pieces)["rows"]) == 2500
    # Three pages, each with the forecasts of its rows, and the one that finds no more.
    assert len(queries) <= 7
    assert "_act-" not in pieces


@pytest.mark.parametrize("name", FILES)
def test_who_exports_takes_a_file_and_the_trail_tells_which(
    office: Client, officer: User, name: str
) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED)
    answer = office.get(f"/imports/{imported.pk}/{name}")
    assert f"import-{imported.pk}-{name}" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "refused" in taken(answer)
    event = AuditEvent.objects.get(deed="import.exported")
    assert (event.actor, event.details["what"]) == (officer, name)
    assert event.details["rows"] == (1 if name.startswith("failed") else 2)


@pytest.mark.parametrize("name", FILES)
def test_who_may_not_export_takes_nothing(
    client_for: SignIn, viewer: User, auditor: User, admin: User, officer: User, name: str
) -> None:
    imported = make_import(S.REFUSED)
    for person in (viewer, auditor, admin):
        assert client_for(person).get(f"/imports/{imported.pk}/{name}").status_code == 403
    assert client_for(officer).get(f"/imports/999999/{name}").status_code == 404
    assert not AuditEvent.objects.filter(deed="import.exported").exists()
