"""An import as it happens, for programs: nothing is lost, whatever id they come back with."""

import json
from typing import Any

import pytest

from accounts import api_keys
from accounts.api.codes import Code
from accounts.models import ApiClient, User
from accounts.scopes import Scope
from customers.api.events import MOST_ROWS, Listener, look
from customers.models import Import, ImportState, Row, RowState
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program
from tests.parts.import_maker import change_row, make_import, make_row

pytestmark = pytest.mark.django_db


def events(text: str) -> list[tuple[str, Any]]:
    """(event, data) of each event in a stream's text."""
    found = []
    for part in filter(None, text.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in part.splitlines())
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def listener(program: Program, imported: Import, cursor: int) -> Listener:
    return Listener(imported.pk, program.key.pk, cursor=cursor)


def test_who_is_up_to_date_hears_only_what_comes(program: Program) -> None:
    imported = make_import(RowState.PENDING, RowState.PENDING)
    ear = listener(program, imported, imported.change)
    assert look(ear).text == ""
    change_row(Row.objects.of(imported).earliest("line"), RowState.IMPORTED)
    told = events(look(ear).text)
    assert [name for name, _ in told] == ["row", "import"]
    assert (told[0][1]["line"], told[0][1]["state"]) == (2, "imported")
    assert told[1][1]["counts"]["imported"] == 1
    assert look(ear).text == ""


def test_who_comes_back_hears_all_that_was_missed(program: Program) -> None:
    imported = make_import(*[RowState.PENDING] * 3)
    known = imported.change
    for row in Row.objects.of(imported).order_by("line"):
        change_row(row, RowState.REFUSED)
    told = events(look(listener(program, imported, known)).text)
    assert [data["line"] for name, data in told if name == "row"] == [2, 3, 4]


def test_a_change_of_very_many_rows_is_told_in_parts(program: Program) -> None:
    imported = make_import()
    for line in range(2, MOST_ROWS + 12):
        make_row(imported, line, RowState.PENDING, change=7)
    Import.objects.update(change=7, pending_count=MOST_ROWS + 10)
    ear = listener(program, imported, 1)
    first, second = look(ear), look(ear)
    assert first.more
    assert not second.more
    lines = [
        data["line"]
        for told in (first, second)
        for name, data in events(told.text)
        if name == "row"
    ]
    assert lines == list(range(2, MOST_ROWS + 12))


def test_a_settled_import_ends_the_stream(program: Program) -> None:
    imported = make_import(RowState.REFUSED, state=ImportState.FINISHED)
    answer = program.get(f"/api/v1/imports/imp_{imported.pk}/events")
    assert answer["Content-Type"] == "text/event-stream"
    assert [name for name, _ in events(answer.content.decode())] == ["row", "import", "settled"]


def test_the_last_event_id_counts_before_the_parameter(program: Program) -> None:
    imported = make_import(RowState.REFUSED, state=ImportState.FINISHED)
    path = f"/api/v1/imports/imp_{imported.pk}/events?after=0"
    told = program.get(path, Last_Event_ID=str(imported.change)).content.decode()
    assert [name for name, _ in events(told)] == ["settled"]
    refused(program.get(path, Last_Event_ID="yesterday"), Code.INVALID_REQUEST)
    told = program.get(path, Last_Event_ID="").content.decode()
    assert "event: row" in told


def test_scopes_that_are_taken_meanwhile_count_at_once(program: Program) -> None:
    imported = make_import(RowState.IMPORTED, RowState.PENDING)
    Row.objects.of(imported).filter(state=RowState.IMPORTED).update(name="Ada Mercer")
    assert "Ada Mercer" in look(listener(program, imported, 0)).text
    ApiClient.objects.update(scopes=[Scope.IMPORTS_READ.value])
    assert "Ada Mercer" not in look(listener(program, imported, 0)).text
    ApiClient.objects.update(scopes=[Scope.LEVELS_READ.value])
    told = look(listener(program, imported, 0))
    assert (told.text, told.over) == ("", True)


def test_a_revoked_key_hears_nothing_more(program: Program, admin: User) -> None:
    imported = make_import(RowState.PENDING)
    ear = listener(program, imported, 0)
    api_keys.revoke_client(program.key.client_id, by=admin)
    told = look(ear)
    assert (told.text, told.over) == ("", True)
