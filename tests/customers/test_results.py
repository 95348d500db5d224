"""The results CSV: complete, in file order, harmless in a spreadsheet, and without tokens."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.csv_out import safe_cell
from customers import intake, token_csv
from customers.models import Application, Import, ImportSource, Row, RowState
from customers.results import COLUMNS, rows_csv
from tests.parts.import_maker import make_import, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def table(imported: Import) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(rows_csv(imported)))))


def test_the_columns_are_the_ones_that_others_rely_on() -> None:
    text = "".join(rows_csv(make_import(RowState.IMPORTED)))
    assert text.startswith(
        '"line","state","name","customer_id","application_id","provider_applicant_id",'
        '"external_user_id","sumsub_review_status","error_code","error_name","reason",'
        '"next_step","token_mark","label","external_id"\r\n'
    )


def test_every_state_has_its_line_with_its_word() -> None:
    imported = make_import(*RowState)
    found = table(imported)
    assert [line["state"] for line in found] == [state.value for state in RowState]
    assert [line["line"] for line in found] == [str(n) for n in range(2, 2 + len(RowState))]
    assert all(
        line["reason"] and line["next_step"] for line in found if line["state"] != "imported"
    )


def test_an_imported_row_carries_its_ids_and_its_review() -> None:
    imported = make_import(RowState.IMPORTED)
    row = Row.objects.get()
    (line,) = table(imported)
    assert line["name"] == "Ada Mercer"
    assert line["customer_id"] == str(row.customer_id)
    assert line["application_id"] == str(row.application_id)
    assert line["provider_applicant_id"] == row.applicant_id
    assert line["external_user_id"] == row.external_user_id
    assert line["sumsub_review_status"] == "completed"
    assert line["token_mark"] == row.token_mark
    assert line["reason"] == line["error_code"] == ""


def test_a_refused_row_carries_sumsubs_code_and_what_to_do() -> None:
    (line,) = table(make_import(RowState.REFUSED))
    assert line["error_code"] == "10513"
    assert line["error_name"] == "reusable-kyc-not-compatible-doc-type"
    assert line["reason"].startswith("Document type not accepted at this level.")
    assert line["next_step"].startswith("Try a level")


def test_a_duplicate_carries_the_ids_of_the_row_that_owns_its_token() -> None:
    owner_import = make_import(RowState.IMPORTED)
    owner = Row.objects.get()
    imported = make_import()
    make_row(imported, 2, RowState.DUPLICATE, duplicate_of=owner, external_user_id="")
    (line,) = table(imported)
    assert (line["state"], line["name"]) == ("duplicate", "Ada Mercer")
    assert line["provider_applicant_id"] == owner.applicant_id
    assert line["external_user_id"] == owner.external_user_id
    assert line["customer_id"] == str(owner.customer_id)
    assert line["sumsub_review_status"] == "completed"
    assert f"line 2 of import {owner_import.pk}, imported" in line["reason"]


def test_a_duplicate_follows_its_token_to_a_later_row() -> None:
    dead = make_row(make_import(), 2, RowState.CANCELLED)
    heir = make_row(make_import(), 2, RowState.IMPORTED)
    Row.objects.filter(pk=dead.pk).update(replaced_by=heir)
    imported = make_import()
    make_row(imported, 2, RowState.DUPLICATE, duplicate_of=dead)
    assert table(imported)[0]["provider_applicant_id"] == heir.applicant_id


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"
    assert safe_cell(f"a{start}b") == f"a{start}b"


def test_text_of_others_is_disarmed_and_quoted_in_the_file() -> None:
    imported = make_import()
    make_row(imported, 2, RowState.PENDING, label="=1+1", external_id='-"x"', name="@SUM")
    text = "".join(rows_csv(imported))
    assert '"\'=1+1"' in text
    assert '"\'-""x"""' in text
    assert '"\'@SUM"' in text


def test_every_cell_is_quoted_and_there_is_no_mark() -> None:
    text = "".join(rows_csv(make_import(RowState.PENDING, RowState.IMPORTED)))
    assert not text.startswith("\ufeff")
    for line in text.splitlines():
        assert len(line[1:-1].split('","')) == len(COLUMNS)
        assert line[0] == line[-1] == '"'


def test_a_long_import_is_read_page_by_page_with_few_queries() -> None:
    contents = "token\n" + "".join(f"_act-{n % 1500}\n" for n in range(2500))
    token_file = token_csv.read(io.BytesIO(contents.encode()), max_rows=None)
    options = intake.Options(level_name="x", source=ImportSource.FILE)
    imported = intake.store(token_file, options)
    with CaptureQueriesContext(connection) as queries:
        found = table(imported)
    assert [int(line["line"]) for line in found] == list(range(2, 2502))
    assert len(queries) <= 12
    assert "_act-" not in "".join(rows_csv(imported))


def test_no_story_needs_a_query_of_its_own() -> None:
    """The rows, the owners of duplicates, and the forecasts of rows that are not started."""
    imported = make_import(*RowState)
    Application.objects.update(inherited_review=True)
    with CaptureQueriesContext(connection) as queries:
        table(imported)
    assert len(queries) == 3


def test_an_import_without_rows_has_a_header_only() -> None:
    assert table(make_import()) == []
