"""Outcomes as they happen: the stream, its cursor, and the same news by polling."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.models import User
from customers.models import Application, Import, ImportState, Row, RowState
from tests.parts.import_maker import change_row, make_import
from tests.parts.streams import listening, within

pytestmark = pytest.mark.both_databases

SignIn = Callable[[User], Client]
S = RowState


def news(client: Client, imported: Import, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/imports/{imported.pk}/updates/", query)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def lines(told: dict[str, Any]) -> list[int]:
    return [row["line"] for row in told["rows"]]


# ---- polling ---------------------------------------------------------------------------------


def test_an_update_holds_the_rows_that_changed_after_the_cursor(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.PENDING, S.PENDING)
    change_row(Row.objects.get(line=3), S.IMPORTED)
    told = news(office, imported, after=imported.change)
    assert lines(told) == [3]
    assert told["cursor"] == imported.change + 1
    assert lines(news(office, imported, after=told["cursor"])) == []


def test_an_update_brings_the_very_row_that_a_reload_would_show(office: Client) -> None:
    imported = make_import(S.PENDING)
    change_row(Row.objects.get(), S.REFUSED)
    row = news(office, imported, after=imported.change)["rows"][0]["html"]
    page = office.get(f"/imports/{imported.pk}/").content.decode()
    assert row.strip() in page


def test_an_update_brings_the_very_summary_that_a_reload_would_show(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED, state=ImportState.FINISHED)
    parts = news(office, imported, after=0)["parts"]
    page = office.get(f"/imports/{imported.pk}/").content.decode()
    for name in ("import-head", "import-notices", "import-summary", "import-next-steps"):
        assert parts[name].strip() in page


def test_a_review_that_changed_is_news(office: Client) -> None:
    imported = make_import(S.IMPORTED)
    Application.objects.update(sumsub_review_status="init", sumsub_review_answer="")
    change_row(Row.objects.get(), S.IMPORTED, application=Application.objects.get())
    told = news(office, imported, after=imported.change)
    assert "Documents requested" in told["rows"][0]["html"]


def test_rows_outside_the_filter_are_told_but_do_not_fit(office: Client) -> None:
    imported = make_import(S.PENDING, S.PENDING)
    change_row(Row.objects.get(line=2), S.IMPORTED)
    change_row(Row.objects.get(line=3), S.REFUSED)
    told = news(office, imported, after=imported.change, state="refused")
    assert {row["line"]: row["fits"] for row in told["rows"]} == {2: False, 3: True}


def test_a_burst_is_cut_and_the_page_may_ask_for_the_lines_it_shows(office: Client) -> None:
    imported = make_import(*[S.IMPORTED] * 80)
    told = news(office, imported, after=0)
    assert told["missed"]
    assert len(json.dumps(told)) < 45_000
    asked = news(office, imported, lines=f"2,3,81,nonsense,99999999999999,{'9' * 5000}")
    assert sorted(lines(asked)) == [2, 3, 81]


def test_the_sentence_for_screen_readers_is_a_summary(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.IMPORTED, S.REFUSED, S.PENDING)
    assert news(office, imported)["say"] == "3 of 4 done, 2 imported, 1 refused"


def test_an_update_brings_the_tabs_title_and_the_count_of_a_chosen_reason(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED, S.REFUSED, S.PENDING)
    told = news(office, imported)
    assert told["title"] == f"Import {imported.pk}, 75 % done"
    assert told["count"] == 4
    why = "refused.rule.10513.reusable-kyc-not-compatible-doc-type"
    assert news(office, imported, why=why)["count"] == 2
    assert news(office, imported, why=why, q="2")["count"] is None


def test_names_are_masked_in_updates_as_on_the_page(viewer: User, client_for: SignIn) -> None:
    imported = make_import(S.IMPORTED)
    row = news(client_for(viewer), imported)["rows"][0]["html"]
    assert "Ada Mercer" not in row


@pytest.mark.parametrize("after", ["-1", "x", "9" * 40, ""])
def test_a_cursor_that_makes_no_sense_counts_as_none(office: Client, after: str) -> None:
    imported = make_import(S.IMPORTED)
    assert lines(news(office, imported, after=after)) == [2]


def test_a_finished_import_is_settled_only_when_no_review_is_about_to_be_read(
    office: Client,
) -> None:
    imported = make_import(S.IMPORTED, state=ImportState.FINISHED)
    assert news(office, imported)["settled"]
    Application.objects.update(review_check_at=imported.finished_at)
    assert not news(office, imported)["settled"]


def test_without_asgi_the_stream_ends_at_once_so_that_the_page_polls(office: Client) -> None:
    imported = make_import(S.PENDING)
    assert office.get(f"/imports/{imported.pk}/live/").status_code == 204


# ---- the stream ------------------------------------------------------------------------------


class Viewer:
    """A browser that listens to an import."""

    def __init__(self, person: User, imported: Import) -> None:
        self._person = person
        self._address = f"/imports/{imported.pk}/live/"

    async def events(self, **headers: str) -> AsyncGenerator[dict[str, Any]]:
        """Each event as a dict: `id` and the update, or `event` for others."""
        async for event in listening(self._person, self._address, **headers):
            if "id" in event:
                yield {"id": int(event["id"])} | json.loads(event["data"])
            else:
                yield {"event": event["event"]}


@pytest.mark.django_db(transaction=True)
def test_the_stream_tells_a_change_without_being_asked(officer: User) -> None:
    imported = make_import(S.PENDING, S.PENDING)

    async def watch() -> dict[str, Any]:
        events = Viewer(officer, imported).events(Last_Event_ID=str(imported.change))
        first = await anext(events)
        row = await sync_to_async(Row.objects.get)(line=3)
        await sync_to_async(change_row)(row, S.IMPORTED)
        second = await anext(events)
        await events.aclose()
        assert first["rows"] == []
        return second

    told = within(watch)
    assert lines(told) == [3]
    assert told["id"] == imported.change + 1
    assert "1 of 2 rows have their outcome" in told["parts"]["import-summary"]


@pytest.mark.django_db(transaction=True)
def test_a_viewer_who_comes_back_gets_what_happened_meanwhile(officer: User) -> None:
    imported = make_import(S.PENDING, S.PENDING, S.PENDING)
    for line in (2, 4):
        change_row(Row.objects.get(line=line), S.IMPORTED)

    async def come_back() -> dict[str, Any]:
        events = Viewer(officer, imported).events(Last_Event_ID=str(imported.change))
        told = await anext(events)
        await events.aclose()
        return told

    assert lines(within(come_back)) == [4, 2]


@pytest.mark.django_db(transaction=True)
def test_the_stream_of_a_settled_import_tells_all_and_ends(officer: User) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED, state=ImportState.FINISHED)

    async def listen() -> list[dict[str, Any]]:
        return [event async for event in Viewer(officer, imported).events()]

    told, last = within(listen)
    assert lines(told) == [3, 2]
    assert last == {"event": "settled"}
