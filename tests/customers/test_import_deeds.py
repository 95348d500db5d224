"""What stops an import, what people may do to it, and who may; the list of all imports."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from customers.models import (
    BreakerState,
    Gate,
    GateReason,
    ImportState,
    Link,
    RowState,
)
from tests.parts.import_maker import make_import
from tests.parts.pages import words

SignIn = Callable[[User], Client]
S = RowState


def test_a_closed_gate_is_explained_once_and_can_be_opened(office: Client) -> None:
    imported = make_import(S.PENDING, S.PENDING)
    gate = Gate.objects.create(
        scope="connection",
        reason=GateReason.CREDENTIALS,
        error_code=4003,
        closed_at=timezone.now(),
    )
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "No row is sent and none is lost." in page
    assert "a gate is closed" in page
    answer = office.post(f"/gates/{gate.pk}/open/", {"import": imported.pk})
    assert answer["Location"] == f"/imports/{imported.pk}/"
    gate.refresh_from_db()
    assert gate.closed_at is None
    assert AuditEvent.objects.filter(deed="gate.opened").count() == 1


def test_a_gate_that_concerns_another_import_is_not_shown(office: Client) -> None:
    imported, other = make_import(S.PENDING), make_import(S.PENDING)
    Gate.objects.create(
        scope=f"import:{other.pk}", reason=GateReason.PARAMETERS, closed_at=timezone.now()
    )
    assert "Open the gate" not in words(office.get(f"/imports/{imported.pk}/"))
    assert "Open the gate" in words(office.get(f"/imports/{other.pk}/"))


def test_an_open_breaker_says_when_it_is_tried_again(office: Client) -> None:
    imported = make_import(S.PENDING, S.CHECKING)
    Link.objects.create(pk=1, breaker=BreakerState.OPEN, probe_at=timezone.now())
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "Sending is paused: Sumsub does not answer." in page
    assert "with a harmless call" in page


def test_a_pausing_import_says_how_many_rows_are_in_flight(office: Client) -> None:
    imported = make_import(S.SENDING, S.SENDING, S.SENDING, S.PENDING, state=ImportState.PAUSED)
    assert "Pausing, 3 in flight." in words(office.get(f"/imports/{imported.pk}/"))


def test_an_import_paused_by_dead_tokens_says_so(office: Client) -> None:
    imported = make_import(
        S.PENDING, state=ImportState.PAUSED, pause_reason="dead_tokens", dead_token_run=20
    )
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert "this file looks expired or already used" in page
    assert "20 share tokens in a row" in page


def test_pause_resume_and_cancel_do_as_they_say_and_lead_back(office: Client) -> None:
    imported = make_import(S.PENDING, S.PENDING)
    for deed, state in (
        ("pause", ImportState.PAUSED),
        ("resume", ImportState.RUNNING),
        ("cancel", ImportState.CANCELLED),
    ):
        answer = office.post(f"/imports/{imported.pk}/{deed}/")
        assert answer["Location"] == f"/imports/{imported.pk}/"
        imported.refresh_from_db()
        assert imported.state == state
    assert imported.cancelled_count == 2


def test_cancelling_names_its_consequence_before(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.PENDING, S.PENDING)
    page = words(office.get(f"/imports/{imported.pk}/"))
    assert f"Cancel import {imported.pk}? 2 rows stay unsent." in page


def test_a_deed_that_came_too_late_is_a_sentence_not_an_error(office: Client) -> None:
    imported = make_import(S.IMPORTED, state=ImportState.FINISHED)
    page = words(office.post(f"/imports/{imported.pk}/pause/", follow=True))
    assert "Only a running import can be paused." in page


def test_a_stored_import_is_started_by_hand(office: Client) -> None:
    imported = make_import(S.STAGED, state=ImportState.STAGED)
    assert "Import 1 row" in words(office.get(f"/imports/{imported.pk}/"))
    office.post(f"/imports/{imported.pk}/start/")
    imported.refresh_from_db()
    assert imported.state == ImportState.RUNNING


def test_results_are_a_csv_and_taking_them_is_audited(office: Client) -> None:
    imported = make_import(S.IMPORTED, S.REFUSED, state=ImportState.FINISHED)
    answer = office.get(f"/imports/{imported.pk}/results.csv")
    body = b"".join(answer).decode()
    assert body.splitlines()[0].replace('"', "").startswith("line,state,name,customer_id")
    assert len(body.splitlines()) == 3
    assert answer["Content-Disposition"] == (
        f'attachment; filename="import-{imported.pk}-results.csv"'
    )
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.get(deed="import.exported").subject == f"import:{imported.pk}"


def test_a_viewer_has_no_deeds_and_no_export(viewer: User, client_for: SignIn) -> None:
    imported = make_import(S.PENDING)
    client = client_for(viewer)
    page = words(client.get(f"/imports/{imported.pk}/"))
    assert "import-pause" not in page
    for deed in ("start", "pause", "resume", "cancel"):
        assert client.post(f"/imports/{imported.pk}/{deed}/").status_code == 403
    assert client.get(f"/imports/{imported.pk}/results.csv").status_code == 403
    imported.refresh_from_db()
    assert imported.state == ImportState.RUNNING


def test_without_the_right_an_import_is_forbidden_whether_it_exists_or_not(
    outsider: User, client_for: SignIn
) -> None:
    imported = make_import(S.PENDING)
    client = client_for(outsider)
    for pk in (imported.pk, 999_999):
        for part in ("", "updates/", "live/", "results.csv"):
            assert client.get(f"/imports/{pk}/{part}").status_code == 403


@pytest.mark.parametrize("part", ["", "updates/", "live/", "results.csv"])
def test_an_unknown_import_is_not_found(office: Client, part: str) -> None:
    assert office.get(f"/imports/999999/{part}").status_code == 404


def test_the_list_of_imports_shows_filters_and_pages(office: Client, officer: User) -> None:
    make_import(S.IMPORTED, state=ImportState.FINISHED, by=officer, file_name="first.csv")
    make_import(S.PENDING, by=officer, file_name="second.csv")
    everything = words(office.get("/imports/"))
    assert everything.index("second.csv") < everything.index("first.csv")
    running = words(office.get("/imports/?state=running"))
    assert "second.csv" in running
    assert "first.csv" not in running
    assert "No import matches this filter" in words(office.get("/imports/?q=nothing-like-it"))


def test_an_empty_list_says_what_to_do(office: Client) -> None:
    page = words(office.get("/imports/"))
    assert "No imports yet" in page
    assert "Download template" in page
