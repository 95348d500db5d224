"""Storing imports: all of it or nothing, and no share token in clear."""

import io
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import AuditEvent, User
from customers import intake, token_csv
from customers.intake import Options
from customers.intake.preparing import CHUNK
from customers.models import Import, ImportSource, ImportState, Row
from customers.models.row_states import NO_DEADLINE
from customers.reasons import Reason
from customers.redemption.claims import seal_context
from customers.token_csv import FileRefused
from sharing.sealing import open_sealed, token_mark
from tests.customers.storing import counters_are_true, rows, stored

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CANARY = "_act-sbx-canary-0815-v2"


def test_every_line_becomes_a_row_and_the_counters_are_exact() -> None:
    imported = stored("token\n_act-1\n_act-1\n=1\n_act-2\n\n_act-2\n")
    assert [(row.line, row.state, row.reason) for row in rows(imported)] == [
        (2, "staged", ""),
        (3, "duplicate", Reason.DUPLICATE_IN_FILE),
        (4, "invalid", Reason.FORMULA),
        (5, "staged", ""),
        (7, "duplicate", Reason.DUPLICATE_IN_FILE),
    ]
    assert counters_are_true(imported)
    assert (imported.total_count, imported.state) == (5, ImportState.STAGED)


def test_a_stored_token_opens_on_its_own_row_only() -> None:
    first, second = rows(stored(f"token\n{CANARY}\n_act-2\n"))
    context = seal_context(first.import_ref_id, first.line)
    assert open_sealed(bytes(first.token_sealed or b""), context=context) == CANARY
    with pytest.raises(Exception, match="belong"):
        open_sealed(bytes(second.token_sealed or b""), context=context)
    assert first.token_mark == token_mark(CANARY)


def test_what_the_file_says_of_a_row_is_kept() -> None:
    (row,) = rows(
        stored(
            "token,external_id,label,level,issued_at,expires_at\n"
            "_act-1,LM-1,Ada,id-and-liveness,2026-11-20T14:05:00Z,2026-11-20 15:00\n"
        )
    )
    assert (row.external_id, row.label, row.level_name) == ("LM-1", "Ada", "id-and-liveness")
    assert row.issued_at == datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
    assert row.deadline_at == row.claim_order == datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert row.external_user_id.startswith("kr-")


def test_a_row_without_a_deadline_queues_behind_those_with_one() -> None:
    undated, dated = rows(stored("token,expires_at\na,\nb,2026-11-20T15:00:00Z\n"))
    assert undated.claim_order == NO_DEADLINE > dated.claim_order
    assert undated.deadline_at is None


def test_the_file_leaves_its_sum_size_and_a_clean_name() -> None:
    imported = stored("token\n_act-1\n", file_name="C:\\temp\\..\\evil\x07\u202ename.csv")
    assert (imported.file_name, imported.file_size) == ("evilname.csv", 13)
    assert Import.objects.with_same_file(imported.file_sha256).get() == imported


def test_a_file_without_one_good_line_is_refused_naming_the_first_faulty_ones() -> None:
    with pytest.raises(FileRefused) as caught:
        stored("token\n" + "=1\n" * 7)
    assert "line 2: a spreadsheet formula" in caught.value.sentence
    assert "line 6" in caught.value.sentence
    assert "line 7" not in caught.value.sentence
    assert "and 2 more" in caught.value.sentence
    assert not Import.objects.exists()


@pytest.mark.parametrize("tail", [b"\xff\n", b"\0\n", b'"open\n'])
def test_a_fault_at_the_end_of_a_large_file_stores_nothing(tail: bytes) -> None:
    contents = b"token\n" + b"".join(b"_act-%d\n" % n for n in range(CHUNK + 1000)) + tail
    with pytest.raises(FileRefused):
        stored(contents)
    assert not Import.objects.exists()
    assert not Row.objects.exists()
    assert not AuditEvent.objects.exists()


def test_too_many_rows_store_nothing() -> None:
    token_file = token_csv.read(io.BytesIO(b"token\na\nb\nc\n"), max_rows=2)
    with pytest.raises(FileRefused, match="more than 2 rows"):
        intake.store(token_file, Options(level_name="x", source=ImportSource.FILE))
    assert not Row.objects.exists()


def test_an_import_is_audited_with_counts_and_nothing_else(officer: User) -> None:
    imported = stored(f"token,label\n{CANARY},Ada\n=1,x\n", created_by=officer)
    event = AuditEvent.objects.get(deed="import.created")
    assert (event.actor, event.subject) == (officer, f"import:{imported.pk}")
    assert event.details["rows"] == 2
    assert event.details["faulty"] == 1
    assert "canary" not in str(event.details)
    assert "Ada" not in str(event.details)


# ---- secrecy --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_the_database_holds_a_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    text = f"token,label,external_id\n{CANARY},a,b\n{CANARY},a,b\n{CANARY} x,,\n,{CANARY},\n"
    imported = stored(text)
    intake.start(imported.pk, by=None)
    written = everything_stored()
    assert imported.file_sha256 in written
    assert CANARY not in written
    assert CANARY.encode().hex() not in written.lower()
    assert CANARY not in caplog.text


def everything_stored() -> str:
    """The database as it lies on the disk (SQLite), or every row of it as text (PostgreSQL)."""
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        files = [path.read_bytes() for path in place.parent.glob(f"{place.name}*")]
        return b"".join(files).decode("latin-1")
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join(found)
