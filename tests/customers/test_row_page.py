"""The page of one row: its story, what can be done, and settling what only a person can."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import audit
from accounts.models import AuditEvent, User
from customers import retrying
from customers.history import events_about, history
from customers.models import ImportState, Row, RowState
from customers.reasons import Reason
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, ledger_agrees, outcome, started, tokens
from tests.parts.import_maker import make_import, make_row
from tests.parts.pages import words

SignIn = Callable[[User], Client]
S = RowState
SEEN = "Neither our id nor the name is in the dashboard."


def a_row(state: RowState, **columns: Any) -> Row:
    """Line 2, the only one of a finished import."""
    imported = make_import(state, state=ImportState.FINISHED)
    Row.objects.of(imported).update(**columns)
    return Row.objects.of(imported).select_related("import_ref").get()


def waiting(**columns: Any) -> Row:
    """A row that waits for a person, sent two hours ago."""
    sent = timezone.now() - timedelta(hours=2)
    asked = {"first_sent_at": sent, "sent_at": sent, "lookups": 31, "absents": 0}
    return a_row(S.NEEDS_PERSON, **(asked | columns))


def address(row: Row, deed: str = "") -> str:
    return f"/imports/{row.import_ref_id}/rows/{row.line}/{deed}"


def page_of(client: Client, row: Row) -> str:
    return words(client.get(address(row)))


# ---- the story ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", RowState)
def test_every_state_has_a_page(office: Client, state: RowState) -> None:
    page = page_of(office, a_row(state))
    assert "Line 2 of import" in page
    assert "Stored from line 2 of tokens.csv" in page


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_story_goes_from_the_file_over_sends_and_looks_to_the_next_one() -> None:
    now = timezone.now()
    ago = [now - timedelta(minutes=minutes) for minutes in range(9)]
    imported = make_import(started_at=ago[7])
    row = make_row(
        imported,
        2,
        S.CHECKING,
        created_at=ago[8],
        first_sent_at=ago[6],
        checking_since=ago[5],
        first_absent_at=ago[4],
        sent_at=ago[3],
        resends=1,
        last_absent_at=ago[1],
        absents=4,
        next_lookup_at=now + timedelta(minutes=2),
    )
    row = Row.objects.select_related("import_ref").get(pk=row.pk)
    assert [one.what for one in history(row, [], now=now)] == [
        "Stored from line 2 of tokens.csv",
        "Import started",
        "Sent to Sumsub",
        "No certain outcome: Sumsub is asked what became of it",
        "Sumsub: nobody has our id",
        "Sent once more under the same id",
        "Sumsub, 4 times by now: nobody has our id",
        "Next look at Sumsub",
    ]


@pytest.mark.both_databases
def test_deeds_of_people_stand_in_the_story_with_their_names_and_words(officer: User) -> None:
    row = waiting(sent_at=None)
    retrying.ask_again(row.pk, "It is in the dashboard.", by=officer)
    row = Row.objects.select_related("import_ref").get(pk=row.pk)
    told = history(row, events_about(row), now=timezone.now())
    (asked,) = [one for one in told if one.by]
    assert asked.what.startswith("A person found something")
    assert (asked.by, asked.words) == ("Olga Officer", "It is in the dashboard.")


def test_a_retry_of_many_rows_is_told_on_the_rows_that_it_moved(officer: User) -> None:
    inside = a_row(S.PENDING, level_name="id-relaxed")
    with transaction.atomic():
        audit.record(
            "import.rows_retried",
            actor=officer,
            subject=f"import:{inside.import_ref_id}",
            level="id-relaxed",
            first_line=2,
            last_line=4,
        )
    make_row(inside.import_ref, 3, S.REFUSED)
    make_row(inside.import_ref, 5, S.PENDING, level_name="id-relaxed")
    rows = Row.objects.of(inside.import_ref_id).order_by("line").select_related("import_ref")
    told = [
        any("with the rows refused" in one.what for one in history(row, events_about(row), now=NOW))
        for row in rows
    ]
    assert told == [True, False, False]


NOW = timezone.now()


def test_a_row_tells_its_end_once(far_end: Sandbox) -> None:
    imported = started(tokens(far_end, 1, outcome("refused:10507")))
    drain_to_the_end(imported)
    row = Row.objects.of(imported).select_related("import_ref").get()
    told = [one.what for one in history(row, events_about(row), now=timezone.now())]
    assert told[-1] == "Refused by Sumsub (10507)"
    assert sum("Refused" in what for what in told) == 1


def test_a_row_in_doubt_says_what_is_done_when_and_that_no_token_is_to_be_requested(
    office: Client,
) -> None:
    due = timezone.now() + timedelta(minutes=7)
    page = page_of(office, a_row(S.CHECKING, next_lookup_at=due, lookups=4, absents=3))
    assert f"We look again at {due:%H:%M:%S}" in page
    assert "So far 4 looks, 3 of them answered “nobody”." in page
    assert "Request no new share token yet" in page
    assert "What you saw, and where" not in page


def test_a_row_that_moves_asks_for_itself_and_one_that_is_typed_into_does_not(
    office: Client,
) -> None:
    assert 'hx-trigger="every 3s"' in page_of(office, a_row(S.CHECKING))
    assert 'hx-trigger="every 3s"' not in page_of(office, waiting())
    assert 'hx-trigger="every 3s"' not in page_of(office, a_row(S.IMPORTED))


def test_rows_of_the_list_and_a_card_of_one_row_lead_to_the_page(office: Client) -> None:
    row = waiting()
    page = words(office.get(f"/imports/{row.import_ref_id}/"))
    assert page.count(f'href="{address(row)}"') == 2


# ---- settling -----------------------------------------------------------------------------


def test_the_guide_says_what_is_known_and_which_ids_to_look_for(office: Client) -> None:
    row = waiting(
        reason=Reason.UNREADABLE_SUCCESS,
        detail="applicant 66f0c2a4e19b7d35",
        absents=5,
        error_code=10507,
        error_name="reusable-kyc-not-approved-applicant",
    )
    page = page_of(office, row)
    for part in (
        "Sent once,",
        "We asked Sumsub 31 times; it said 5 times that nobody has our id.",
        "An answer said no with 10507 reusable-kyc-not-approved-applicant.",
        f'data-copy="{row.external_user_id}"',
        "Open the applicant with the id 66f0c2a4e19b7d35",
        "An applicant exists",
        "I made sure that none exists",
    ):
        assert part in page


def test_an_applicant_of_another_row_is_named_with_that_row(office: Client) -> None:
    owner = a_row(S.IMPORTED)
    row = waiting(reason=Reason.APPLICANT_OWNED, detail=f"applicant {owner.applicant_id}")
    page = page_of(office, row)
    assert f'href="{address(owner)}"' in page
    assert "It is not this row’s applicant" in page


def test_asking_again_needs_words_and_puts_the_row_in_doubt(office: Client) -> None:
    row = waiting()
    empty = office.post(address(row, "ask/"), {"words": " "})
    assert empty.status_code == 422
    assert "Say what you saw, and where" in words(empty)
    answer = office.post(address(row, "ask/"), {"words": "Applicant 66f0 exists."}, follow=True)
    assert "Sumsub is being asked." in words(answer)
    row.refresh_from_db()
    assert (row.state, row.doubt) == (S.CHECKING, True)
    assert AuditEvent.objects.get(deed="row.asked_again").details["words"] == (
        "Applicant 66f0 exists."
    )


def test_closing_needs_words_and_ends_the_row_without_an_applicant(office: Client) -> None:
    row = waiting()
    assert office.post(address(row, "close/")).status_code == 422
    answer = office.post(address(row, "close/"), {"words": SEEN}, follow=True)
    assert "A new share token for this person is safe now." in words(answer)
    assert SEEN in words(answer)
    row.refresh_from_db()
    assert row.state == S.NOT_IMPORTED


def test_a_second_click_and_the_other_way_change_nothing_more(office: Client) -> None:
    row = waiting()
    office.post(address(row, "close/"), {"words": SEEN})
    for deed in ("close/", "ask/"):
        answer = office.post(address(row, deed), {"words": SEEN}, follow=True)
        assert "does not wait for a person any more" in words(answer)
    assert AuditEvent.objects.about(f"row:{row.pk}").count() == 1


def test_closing_is_closed_until_sumsub_cannot_be_at_work_any_more(office: Client) -> None:
    row = waiting(sent_at=timezone.now())
    page = page_of(office, row)
    assert "Possible from" in page
    assert "15\u00a0min\u00a000\u00a0s" in page
    answer = office.post(address(row, "close/"), {"words": SEEN}, follow=True)
    assert "may still be working" in words(answer)
    row.refresh_from_db()
    assert row.state == S.NEEDS_PERSON


def test_what_a_person_found_is_imported_when_sumsub_says_so(
    far_end: Sandbox, office: Client, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING |= {"lookup_offsets": [0.1, 0.2], "lookup_hours": 0}
    silent = [{"call": "reuse", "do": "drop_after_commit"}, {"call": "*", "do": "html"}]
    far_end.set_faults({"rules": silent})
    imported = started(tokens(far_end, 1, outcome("approved")))
    assert drain_to_the_end(imported) == {S.NEEDS_PERSON: 1}
    far_end.set_faults({"rules": []})
    office.post(f"/imports/{imported.pk}/rows/2/ask/", {"words": "She is in the dashboard."})
    assert drain_to_the_end(imported) == {S.IMPORTED: 1}
    ledger_agrees(far_end, imported)
    told = words(office.get(f"/imports/{imported.pk}/rows/2/"))
    steps = ["Sent to Sumsub", "Waits for a person", "She is in the dashboard.", "Imported:"]
    assert sorted(steps, key=told.rindex) == steps


# ---- who ----------------------------------------------------------------------------------


def test_who_only_looks_sees_the_story_without_forms_names_and_words(
    client_for: SignIn, viewer: User, auditor: User, officer: User
) -> None:
    row = waiting(label="Ada Mercer")
    retrying.close_as_absent(row.pk, "Ada Mercer is not there.", by=officer)
    seen = page_of(client_for(viewer), row)
    assert "Ada Mercer" not in seen
    assert "What they saw is kept in the audit trail" in seen
    assert "“Ada Mercer is not there.”" in page_of(client_for(auditor), row)
    open_row = waiting()
    for person in (viewer, auditor):
        assert "A compliance operator closes this row" in page_of(client_for(person), open_row)


def test_who_may_not_decide_is_refused_and_nobody_learns_what_exists(
    client_for: SignIn, viewer: User, auditor: User, admin: User, donor_operator: User
) -> None:
    row = waiting()
    for person in (viewer, auditor, admin, donor_operator):
        for deed in ("ask/", "close/"):
            answer = client_for(person).post(address(row, deed), {"words": SEEN})
            assert answer.status_code == 403
    assert client_for(donor_operator).get(address(row)).status_code == 403
    assert client_for(donor_operator).get("/imports/999/rows/2/").status_code == 403
    row.refresh_from_db()
    assert row.state == S.NEEDS_PERSON


def test_a_line_that_is_none_of_the_import_is_not_found(office: Client) -> None:
    row, other = waiting(), waiting()
    for path in (
        f"/imports/{row.import_ref_id}/rows/99/",
        f"/imports/{other.import_ref_id + 1}/rows/2/",
        f"/imports/{row.import_ref_id}/rows/99999999999999999999/",
    ):
        assert office.get(path).status_code == 404
    assert office.post(f"/imports/{row.import_ref_id}/rows/99/close/").status_code == 404


def test_deeds_are_no_get(office: Client) -> None:
    row = waiting()
    for deed in ("ask/", "close/"):
        assert office.get(address(row, deed)).status_code == 405
