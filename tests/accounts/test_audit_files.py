"""The audit trail as a file: what the filter finds, safe for spreadsheets, itself audited."""

import csv
import io
import json
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.db import transaction
from django.test import Client

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.sealing import seal_events
from accounts.trail import files
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignedIn = Callable[[User], Client]


def write(deed: str, subject: str, *, actor: User | None = None, rows: int = 0) -> None:
    with transaction.atomic():
        audit.record(deed, actor=actor, subject=subject, rows=rows)


def read(browser: Client, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == HTTPStatus.OK
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def lines_of(browser: Client, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read(browser, f"/audit/trail.csv{query}"))))


def test_the_file_holds_what_the_filter_finds_newest_first(
    client_for: SignedIn, auditor: User, officer: User
) -> None:
    write("import.created", "import:7", actor=officer, rows=3)
    write("import.started", "import:7", actor=officer)
    write("import.started", "import:8", actor=officer)
    lines = lines_of(client_for(auditor), "?about=import:7")
    assert [(line["deed"], line["who"]) for line in lines] == [
        ("import.started", "Olga Officer"),
        ("import.created", "Olga Officer"),
    ]
    assert lines[1]["what"] == "Import created"
    assert json.loads(lines[1]["details"]) == {"rows": 3}


def test_json_holds_the_same_events_with_whole_details_and_their_seal(
    client_for: SignedIn, auditor: User
) -> None:
    write("import.created", "import:7", rows=3)
    seal_events()
    told = json.loads(read(client_for(auditor), "/audit/trail.json?about=import:7"))["events"]
    event = AuditEvent.objects.get(subject="import:7")
    assert [one["details"] for one in told] == [{"rows": 3}]
    assert (told[0]["seal_number"], told[0]["hash"]) == (event.seq, event.hash)


def test_a_file_of_nothing_is_whole(client_for: SignedIn, auditor: User) -> None:
    browser = client_for(auditor)
    assert json.loads(read(browser, "/audit/trail.json?last=2020-01-01")) == {"events": []}
    assert lines_of(browser, "?last=2020-01-01") == []


def test_taking_the_file_is_audited_and_the_event_is_not_in_it(
    client_for: SignedIn, auditor: User
) -> None:
    browser = client_for(auditor)
    write("import.created", "import:7")
    lines = lines_of(browser, "?about=import:7")
    assert len(lines) == 1
    event = AuditEvent.objects.get(deed="audit.exported")
    assert event.actor == auditor
    assert (event.details["lines"], event.details["kind"], event.details["about"]) == (
        1,
        "csv",
        "import:7",
    )
    assert "audit.exported" not in {line["deed"] for line in lines}


def test_words_that_name_no_object_stay_out_of_the_trail(
    client_for: SignedIn, auditor: User
) -> None:
    lines_of(client_for(auditor), "?about=Ada+Mercer")
    assert "Mercer" not in str(AuditEvent.objects.get(deed="audit.exported").details)


def test_no_cell_is_a_formula(client_for: SignedIn, auditor: User, officer: User) -> None:
    officer.name = "=HYPERLINK(1)"
    officer.save()
    write("import.created", "import:7", actor=officer)
    assert [line["who"] for line in lines_of(client_for(auditor), "?about=import:7")] == [
        "'=HYPERLINK(1)"
    ]


def test_every_event_is_in_a_file_of_many_pages_once(client_for: SignedIn, auditor: User) -> None:
    many = files.PAGE * 2 + 3
    with transaction.atomic():
        audit.record_all(
            audit.drafted("import.created", actor=None, subject=f"import:{n}") for n in range(many)
        )
    lines = lines_of(client_for(auditor), "?deed=import.created")
    assert [line["about"] for line in lines] == [f"import:{n}" for n in reversed(range(many))]


@pytest.mark.parametrize("address", ["/audit/trail.csv", "/audit/trail.json"])
def test_who_sees_only_own_deeds_takes_no_file(
    client_for: SignedIn, officer: User, outsider: User, address: str
) -> None:
    assert client_for(officer).get(address).status_code == HTTPStatus.FORBIDDEN
    assert client_for(outsider).get(address).status_code == HTTPStatus.FORBIDDEN
    assert Client().get(address).status_code == HTTPStatus.FOUND
    assert "Export CSV" not in words(client_for(officer).get("/audit/"))
