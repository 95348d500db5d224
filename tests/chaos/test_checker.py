"""The checker finds each kind of violation in made-up ledgers, and nothing in honest ones."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.chaos.checker import figures, violations
from tests.chaos.ledgers import STATES, AuditEvent, Event, Evidence, Import, Row, Stop, TokenFile

TOKENS = {line: hashlib.sha256(f"token {line}".encode()).hexdigest() for line in range(2, 7)}
ENDS = ("imported", "imported", "refused", "not_imported", "cancelled")


def a_row(line: int, state: str, **columns: Any) -> Row:
    name = f"kr-{line}"
    applicant = f"applicant {line}" if state == "imported" else ""
    values: dict[str, Any] = {
        "id": 100 + line,
        "import_id": 1,
        "line": line,
        "state": state,
        "token_mark": TOKENS[line][:12],
        "external_user_id": name,
        "applicant_id": applicant,
        "attempts": 1,
    }
    return Row(**(values | columns))


def an_event(seq: int, event: str, line: int) -> Event:
    applicant = f"applicant {line}" if event == "redeemed" else None
    status = 200 if event == "redeemed" else 401
    return Event(seq, event, TOKENS[line], f"kr-{line}", applicant, status)


def an_end(line: int, state: str) -> AuditEvent:
    return AuditEvent(f"row.{state}", f"row:{100 + line}", {"import_id": 1})


def counted(*rows: Row) -> Import:
    states = [row.state for row in rows]
    counts = {state: states.count(state) for state in STATES}
    return Import(1, "finished", "digest", len(rows), counts)


HONEST_ROWS = tuple(a_row(line, state) for line, state in zip(TOKENS, ENDS, strict=True))
HONEST = Evidence(
    imports=(counted(*HONEST_ROWS),),
    rows=HONEST_ROWS,
    audit=(
        *(an_end(line, state) for line, state in zip(TOKENS, ENDS, strict=True) if line < 6),
        AuditEvent("import.cancelled", "import:1", {"given_up": 1}),
    ),
    applications=("applicant 2", "applicant 3"),
    ledger=(
        an_event(1, "redeemed", 2),
        an_event(2, "dropped", 2),
        an_event(3, "redeemed", 3),
        an_event(4, "refused", 4),
    ),
    files=(TokenFile("one.csv", "digest", TOKENS),),
    stops=(Stop(1, "cancel", after=4),),
)


def with_row(line: int, **changes: Any) -> Evidence:
    """The honest ledgers with one row changed, and the counters with it."""
    rows = tuple(replace(row, **changes) if row.line == line else row for row in HONEST.rows)
    return replace(HONEST, rows=rows, imports=(counted(*rows),))


def with_events(*events: Event) -> Evidence:
    """The honest ledgers with further events at the far end."""
    return replace(HONEST, ledger=(*HONEST.ledger, *events))


def told(seen: Evidence) -> str:
    """The violations; one at least."""
    found = violations(seen)
    assert found
    return "\n".join(found)


def test_honest_ledgers_have_no_violation() -> None:
    assert violations(HONEST) == []
    assert figures(HONEST)["rows"]["imported"] == 2


def test_a_line_without_a_row_is_found() -> None:
    rows = HONEST.rows[1:]
    lost = replace(HONEST, rows=rows, imports=(counted(*rows),))
    assert "Line 2 of one.csv has 0 rows in import 1." in told(lost)


def test_a_line_with_two_rows_is_found() -> None:
    rows = (*HONEST.rows, a_row(4, "refused", id=999))
    assert "Line 4 of one.csv has 2 rows" in told(replace(HONEST, rows=rows))


def test_a_row_under_another_lines_token_is_found() -> None:
    assert "does not carry the mark" in told(with_row(5, token_mark="0" * 12))


def test_a_row_without_a_line_is_found() -> None:
    rows = (*HONEST.rows, replace(HONEST.rows[0], id=999, line=77))
    assert "has a row for line 77" in told(replace(HONEST, rows=rows))


def test_a_file_without_an_import_and_an_import_without_a_file_are_found() -> None:
    lost = told(replace(HONEST, files=(TokenFile("two.csv", "other", TOKENS),)))
    assert "The file two.csv was handed in and there is no import of it." in lost
    assert "Import 1 is of a file that nobody handed in." in lost


def test_a_counter_that_differs_from_the_rows_is_found() -> None:
    counts = dict(HONEST.imports[0].counts) | {"imported": 3}
    wrong = replace(HONEST, imports=(replace(HONEST.imports[0], counts=counts),))
    assert "says 3 rows are imported; there are 2" in told(wrong)


@pytest.mark.parametrize("state", ["staged", "pending", "sending", "checking"])
def test_a_row_without_an_end_is_found(state: str) -> None:
    assert f"is still {state}" in told(with_row(5, state=state))


def test_a_token_executed_twice_is_found() -> None:
    again = Event(9, "redeemed", TOKENS[2], "kr-other", "applicant 9", 200)
    assert "was executed 2 times" in told(with_events(again))


def test_two_applicants_under_one_id_are_found() -> None:
    again = Event(9, "copied", "f" * 64, "kr-2", "applicant 9", 200)
    assert "The id kr-2 has 2 applicants." in told(with_events(again))


def test_an_applicant_that_no_row_is_imported_as_is_found() -> None:
    made = Event(9, "redeemed", "f" * 64, "kr-unknown", "applicant 9", 200)
    assert "applicant 9 of kr-unknown exists and no row is imported" in told(with_events(made))


def test_an_imported_row_that_the_far_end_never_made_is_found() -> None:
    invented = replace(HONEST, ledger=HONEST.ledger[:2])
    assert "imported as applicant 3 of kr-3, which the far end never made" in told(invented)


def test_an_imported_row_without_an_application_is_found() -> None:
    assert "only one of imported row" in told(replace(HONEST, applications=("applicant 2",)))
    twice = replace(HONEST, applications=(*HONEST.applications, "applicant 2"))
    assert "has 2 applications" in told(twice)


@pytest.mark.parametrize("line", [4, 5, 6])
def test_a_failed_row_whose_applicant_exists_is_found(line: int) -> None:
    made = an_event(0, "redeemed", line)
    assert "and its applicant exists" in told(with_events(made))


def test_a_row_that_was_called_failed_for_a_while_is_found() -> None:
    called = replace(HONEST, audit=(*HONEST.audit, an_end(2, "not_imported")))
    assert "was called not_imported for a while, and its applicant exists" in told(called)


def test_a_failed_row_whose_token_came_again_is_no_violation() -> None:
    made = an_event(0, "redeemed", 5)
    found = violations(replace(with_row(5, replaced_by=102), ledger=(*HONEST.ledger, made)))
    assert not [one for one in found if one.startswith("nobody called failed")]


@pytest.mark.parametrize("event", ["redeemed", "refused", "throttled", "dropped"])
def test_a_token_that_arrives_after_a_confirmed_stop_is_found(event: str) -> None:
    late = an_event(5, event, 6)
    assert f"cancel was confirmed at 4, and at 5 the share token {TOKENS[6][:12]}" in told(
        with_events(late)
    )


def test_a_token_that_arrives_after_a_pause_ended_is_no_violation() -> None:
    paused = replace(HONEST, stops=(Stop(1, "pause", after=2, until=2),))
    assert violations(paused) == []


def test_a_token_sent_more_often_than_it_was_claimed_is_found() -> None:
    again = an_event(4, "refused", 3)
    assert "arrived 2 times for 1 claims" in told(with_events(again))


@pytest.mark.parametrize("line", [2, 5, 6])
def test_a_share_token_left_in_a_settled_row_is_found(line: int) -> None:
    assert "still keeps its share token" in told(with_row(line, keeps_token=True))


def test_a_refused_row_may_keep_its_share_token_until_its_time_is_over() -> None:
    hour = timedelta(hours=1)
    kept = with_row(4, keeps_token=True, token_until=HONEST.now + hour)
    assert violations(replace(kept, now=HONEST.now)) == []
    assert "still keeps" in told(replace(kept, now=HONEST.now + 2 * hour))


def test_an_end_that_the_audit_trail_does_not_tell_is_found() -> None:
    assert "tells 0 times that row 102" in told(replace(HONEST, audit=HONEST.audit[1:]))


def test_an_end_that_the_audit_trail_tells_twice_is_found() -> None:
    twice = (*HONEST.audit, HONEST.audit[0])
    assert "tells 2 times that row 102" in told(replace(HONEST, audit=twice))


def test_cancelled_rows_that_the_audit_trail_does_not_count_are_found() -> None:
    assert "tells of 0 cancelled rows of import 1; there are 1" in told(
        replace(HONEST, audit=HONEST.audit[:-1])
    )
