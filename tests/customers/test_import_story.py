"""What happened to an import: deeds, holds and its end, told from the audit trail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import audit
from accounts.look.figures import thousands
from accounts.models import AuditEvent, User
from customers import control, gates
from customers.import_history import MOST, happenings
from customers.models import GateReason, Import, ImportState, RowState
from customers.timing import Timing
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, outcome, stored, tokens
from tests.parts.import_maker import make_import
from tests.parts.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
S = RowState


def story(imported: Import) -> list[str]:
    """Its moments, oldest first."""
    return [one.what for one in happenings(imported)][::-1]


def noted(deed: str, subject: str, **details: Any) -> None:
    with transaction.atomic():
        audit.record(deed, actor=None, subject=subject, **details)


def test_an_import_tells_its_way_from_the_store_to_the_end(
    far_end: Sandbox, officer: User, office: Client
) -> None:
    made = stored(tokens(far_end, 3, outcome("approved")), created_by=officer)
    office.post(f"/imports/{made.pk}/start/")
    control.pause(made.pk, by=officer)
    control.resume(made.pk, by=officer)
    drain_to_the_end(made)
    office.get(f"/imports/{made.pk}/results.csv")
    assert story(made) == [
        "Stored with 3 rows, level id-only",
        "Started: 3 rows to send",
        "Paused",
        "Resumed",
        "Finished: 3 of 3 rows imported",
        "Taken as a file: results.csv",
    ]
    page = words(office.get(f"/imports/{made.pk}/"))
    assert "Resumed, by Olga Officer" in page


def test_columns_that_were_not_used_are_named_with_the_import_ever_after(
    officer: User, office: Client
) -> None:
    lines = "token,batch note,_act-1x,branch,desk,label\n_act-1,secret-4711,b,c,d,e\n"
    made = stored(lines.encode(), created_by=officer)
    names = "batch note, column 3, branch, desk"
    assert story(made) == [f"Stored with 1 row (columns not used: {names}), level id-only"]
    assert "Columns not used: batch note, column 3, branch and others" in words(
        office.get(f"/imports/{made.pk}/")
    )
    assert names in words(office.get(f"/imports/{made.pk}/report/"))
    (event,) = AuditEvent.objects.of_deeds("import.created")
    assert event.details["unused_columns"] == 4
    assert "batch" not in str(event.details)
    assert "secret-4711" not in str(Import.objects.values())


def test_of_very_many_columns_the_first_are_named_and_the_others_counted(officer: User) -> None:
    wide = ",".join(["token", *["x" * 41] * 1200])
    made = stored(f"{wide}\n_act-1\n".encode(), created_by=officer)
    kept = [f"column {number}" for number in range(2, 22)]
    assert made.unused_columns == kept
    assert f"not used: {', '.join(kept)} and {thousands(1180)} more)" in story(made)[0]


def test_an_import_of_the_time_before_names_no_columns(officer: User, office: Client) -> None:
    made = make_import(S.PENDING, by=officer)
    assert made.unused_columns is None
    noted("import.created", f"import:{made.pk}", rows=1)
    assert story(made) == ["Stored with 1 row"]
    assert "not used" not in words(office.get(f"/imports/{made.pk}/"))


def test_who_cancelled_and_what_was_given_up_is_told(officer: User) -> None:
    made = make_import(S.PENDING, S.PENDING, S.SENDING, by=officer)
    control.cancel(made.pk, by=officer)
    made.refresh_from_db()
    assert story(made) == ["Cancelled: 2 rows given up unsent, 1 in flight"]


def test_gates_over_the_import_and_the_breaker_are_part_of_it_while_it_runs(
    officer: User,
) -> None:
    made, other = make_import(S.PENDING, by=officer), make_import(S.PENDING, by=officer)
    with transaction.atomic():
        for reason, imported in ((GateReason.CLOCK, made), (GateReason.PARAMETERS, other)):
            gates.close(
                imported,
                reason,
                error_code=None,
                detail="",
                now=timezone.now(),
                timing=Timing.current(),
            )
    noted("breaker.opened", "connection")
    noted("connection.checked", "connection")
    assert story(made) == [
        "Gate closed: Our clock differs from Sumsub's",
        "Sending stopped: Sumsub did not answer",
    ]
    assert len(story(other)) == 3


def test_what_held_back_others_before_or_after_is_left_out(officer: User) -> None:
    noted("breaker.opened", "connection")
    made = make_import(S.IMPORTED, state=ImportState.FINISHED, by=officer)
    noted("breaker.closed", "connection")
    assert story(made) == ["Finished: 1 of 1 row imported"]


def test_deeds_about_single_rows_name_their_line(officer: User) -> None:
    made = make_import(S.REFUSED, by=officer)
    noted("row.retried", "row:7", import_id=made.pk, line=2, level="basic")
    noted("row.closed", "row:8", import_id=made.pk, line=3)
    noted("row.closed", "row:9", import_id=made.pk + 1, line=4)
    noted("import.rows_retried", f"import:{made.pk}", rows=12, level="basic")
    assert story(made) == [
        "Line 2 sent again at level basic",
        "Line 3 closed by a person: no applicant exists",
        "12 rows sent again at level basic",
    ]


def test_pausing_by_itself_reads_otherwise_than_a_persons_pause(officer: User) -> None:
    made = make_import(S.PENDING, by=officer)
    noted("import.paused", f"import:{made.pk}", reason="dead_tokens")
    assert story(made) == ["Paused by itself: too many refused share tokens in a row"]


def test_a_deed_without_words_of_its_own_is_told_plainly(officer: User) -> None:
    made = make_import(S.PENDING, by=officer)
    noted("import.looked_at", f"import:{made.pk}")
    assert story(made) == ["Import looked at"]


def test_a_long_story_keeps_its_latest_moments_and_folds(office: Client) -> None:
    made = make_import(S.PENDING)
    with transaction.atomic():
        audit.record_all(
            audit.drafted("import.exported", actor=None, subject=f"import:{made.pk}", what=f"{n}")
            for n in range(MOST + 5)
        )
    assert len(happenings(made)) == MOST
    page = words(office.get(f"/imports/{made.pk}/story/"))
    assert f"{MOST - 6} earlier" in page
    assert page.index(f"file: {MOST + 4}") < page.index("earlier")
