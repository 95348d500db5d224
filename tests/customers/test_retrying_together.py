"""Many refused rows at another level: by the deed, and by its page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from customers import control
from customers.control import NotPossible
from customers.models import Import, ImportState, Row, RowState
from customers.reason_groups import reason_groups
from customers.retrying_together import AT_ONCE, retry_together
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    drain_to_the_end,
    ledger_agrees,
    outcome,
    started,
    states,
    tokens,
)
from tests.parts.import_maker import make_import, make_row
from tests.parts.pages import words

SignIn = Callable[[User], Client]
S = RowState
WHY = "refused.rule.10513.reusable-kyc-not-compatible-doc-type"


def kept() -> dict[str, Any]:
    soon = timezone.now() + timedelta(minutes=9, seconds=30)
    return {"token_sealed": b"sealed", "token_until": soon, "deadline_at": soon}


def refused(*lines_kept: int, rows: int = 4) -> Import:
    """Refused rows from line 2 on; the share tokens on these lines are kept."""
    imported = make_import(*[S.REFUSED] * rows, state=ImportState.FINISHED)
    Row.objects.of(imported).on_lines(lines_kept).update(**kept())
    return imported


@pytest.mark.both_databases
def test_the_rows_of_a_reason_go_again_and_the_trail_tells_it_once(officer: User) -> None:
    imported = refused(2, 3, 5)
    other = make_row(imported, 6, S.REFUSED, error_code=10511, **kept())
    Import.objects.filter(pk=imported.pk).update(refused_count=5, total_count=5)
    assert retry_together(imported.pk, WHY, "id-relaxed", by=officer) == 3
    moved = Row.objects.of(imported).in_state(S.PENDING)
    assert [(row.line, row.level_name) for row in moved.order_by("line")] == [
        (2, "id-relaxed"),
        (3, "id-relaxed"),
        (5, "id-relaxed"),
    ]
    assert Row.objects.get(pk=other.pk).state == S.REFUSED
    assert states(imported) == {S.PENDING: 3, S.REFUSED: 2}
    assert imported.state == ImportState.RUNNING
    event = AuditEvent.objects.get(deed="import.rows_retried")
    assert (event.actor, event.subject) == (officer, f"import:{imported.pk}")
    assert {name: event.details[name] for name in ("rows", "level", "why")} == {
        "rows": 3,
        "level": "id-relaxed",
        "why": WHY,
    }


@pytest.mark.both_databases
def test_more_rows_than_one_transaction_takes_go_in_several(officer: User) -> None:
    imported = make_import(state=ImportState.FINISHED)
    count = AT_ONCE + 1
    model = make_row(imported, 2, S.REFUSED, **kept())
    copies = [
        Row(
            import_ref=imported,
            line=line,
            state=S.REFUSED,
            fingerprint=f"{line + 10**9:032x}",
            external_user_id=f"kr-{line + 10**9:032x}",
            error_code=model.error_code,
            error_name=model.error_name,
            reason=model.reason,
            **kept(),
        )
        for line in range(3, count + 2)
    ]
    Row.objects.bulk_create(copies)
    Import.objects.filter(pk=imported.pk).update(refused_count=count, total_count=count)
    assert retry_together(imported.pk, WHY, "id-relaxed", by=officer) == count
    assert states(imported) == {S.PENDING: count}
    told = AuditEvent.objects.of_deed("import.rows_retried").order_by("pk")
    assert [event.details["rows"] for event in told] == [AT_ONCE, 1]


@pytest.mark.both_databases
def test_a_second_click_moves_nothing_and_says_so(officer: User) -> None:
    imported = refused(2, 3)
    retry_together(imported.pk, WHY, "id-relaxed", by=officer)
    with pytest.raises(NotPossible, match="any more"):
        retry_together(imported.pk, WHY, "id-relaxed", by=officer)
    assert AuditEvent.objects.filter(deed="import.rows_retried").count() == 1


def test_an_import_cancelled_meanwhile_sends_nothing(officer: User) -> None:
    imported = make_import(S.REFUSED, S.PENDING)
    Row.objects.of(imported).on_lines([2]).update(**kept())
    control.cancel(imported.pk, by=officer)
    with pytest.raises(NotPossible, match="cancelled"):
        retry_together(imported.pk, WHY, "id-relaxed", by=officer)
    assert states(imported) == {S.REFUSED: 1, S.CANCELLED: 1}


def test_the_level_that_refused_and_no_level_move_nothing(officer: User) -> None:
    imported = refused(2)
    for level, said in (("id-only", "another level"), ("  ", "Choose a level")):
        with pytest.raises(NotPossible, match=said):
            retry_together(imported.pk, WHY, level, by=officer)
    assert states(imported) == {S.REFUSED: 4}


def test_the_level_that_refused_takes_them_again_once_it_was_changed(officer: User) -> None:
    imported = refused(2, 3)
    moved = retry_together(imported.pk, WHY, "id-only", level_changed=True, by=officer)
    assert moved == 2
    assert states(imported) == {S.PENDING: 2, S.REFUSED: 2}
    assert AuditEvent.objects.get(deed="import.rows_retried").details["level_changed"] is True


def test_rows_refused_again_meanwhile_do_not_go_twice(officer: User) -> None:
    imported = refused(2, 3)
    later = timezone.now() + timedelta(seconds=30)
    Row.objects.of(imported).on_lines([3]).update(settled_at=later)
    assert retry_together(imported.pk, WHY, "id-only", level_changed=True, by=officer) == 1
    assert Row.objects.of(imported).in_state(S.PENDING).get().line == 2


def test_rows_refused_at_different_levels_go_where_the_level_is_another(officer: User) -> None:
    imported = refused(2, 3)
    Row.objects.of(imported).on_lines([3]).update(level_name="id-relaxed")
    assert retry_together(imported.pk, WHY, "id-relaxed", by=officer) == 1
    assert Row.objects.of(imported).in_state(S.PENDING).get().line == 2


def test_only_who_may_decide_decides(viewer: User, auditor: User, admin: User) -> None:
    imported = refused(2)
    for person in (viewer, auditor, admin):
        with pytest.raises(NotPossible):
            retry_together(imported.pk, WHY, "id-relaxed", by=person)
    assert states(imported) == {S.REFUSED: 4}


def test_another_level_takes_what_the_first_refused(far_end: Sandbox, officer: User) -> None:
    imported = started(tokens(far_end, 3, outcome("refused:10513")))
    assert drain_to_the_end(imported) == {S.REFUSED: 3}
    (group,) = reason_groups(imported)
    assert retry_together(imported.pk, group.key, "id-relaxed", by=officer) == 3
    assert drain_to_the_end(imported) == {S.IMPORTED: 3}
    ledger_agrees(far_end, imported)


# ---- the page -----------------------------------------------------------------------------


@pytest.fixture
def at_the_sandbox(far_end: Sandbox) -> None:
    """Levels come from there."""


def test_the_page_says_how_many_go_how_many_are_gone_and_where_they_were_refused(
    office: Client, at_the_sandbox: None
) -> None:
    imported = refused(2, 3)
    page = words(office.get(f"/imports/{imported.pk}/retry/?why={WHY}"))
    assert "Retry 2 rows at another level" in page
    assert "Send 2 rows again" in page
    assert "2 more rows were refused alike, but their share tokens are gone." in page
    assert "9\u00a0min" in page
    assert '<option value="id-relaxed">' in page
    # The level that refused them comes last.
    assert page.index('<option value="id-only">') > page.index('<option value="id-relaxed">')
    assert "id-only again: it was changed at Sumsub" in page


def test_the_page_sends_the_group_and_its_rows_wait_on_the_import(
    office: Client, at_the_sandbox: None
) -> None:
    imported = refused(2, 3)
    address = f"/imports/{imported.pk}/retry/?why={WHY}"
    answer = office.post(address, {"level": "id-relaxed"}, follow=True)
    assert answer.redirect_chain == [(f"/imports/{imported.pk}/", 302)]
    assert "2 rows go again, at level id-relaxed." in words(answer)
    assert states(imported) == {S.PENDING: 2, S.REFUSED: 2}
    again = office.post(address, {"level": "id-relaxed"})
    assert again.status_code == 302
    assert states(imported) == {S.PENDING: 2, S.REFUSED: 2}


def test_the_page_sends_them_to_the_same_level_once_it_was_changed(
    office: Client, at_the_sandbox: None
) -> None:
    imported = refused(2, 3)
    answer = office.post(
        f"/imports/{imported.pk}/retry/?why={WHY}", {"level": "id-only"}, follow=True
    )
    page = words(answer)
    assert "2 rows go again, at level id-only." in page
    assert "sent again at level id-only, which was changed at Sumsub" in page
    assert states(imported) == {S.PENDING: 2, S.REFUSED: 2}


def test_one_row_goes_again_from_its_own_page(office: Client, at_the_sandbox: None) -> None:
    imported = refused(3)
    row_page = f"/imports/{imported.pk}/rows/3/"
    assert f"/imports/{imported.pk}/retry/?line=3" in words(office.get(row_page))
    address = f"/imports/{imported.pk}/retry/?line=3"
    answer = office.post(address, {"level": "id-relaxed"}, follow=True)
    assert answer.redirect_chain == [(row_page, 302)]
    assert "1 row goes again, at level id-relaxed." in words(answer)
    assert states(imported) == {S.PENDING: 1, S.REFUSED: 3}


def test_no_level_or_a_level_that_is_not_offered_moves_nothing(
    office: Client, at_the_sandbox: None
) -> None:
    imported = refused(2)
    for level in ("", "nowhere"):
        answer = office.post(f"/imports/{imported.pk}/retry/?why={WHY}", {"level": level})
        assert answer.status_code == 422
    assert states(imported) == {S.REFUSED: 4}


def test_what_cannot_go_again_says_why_and_what_helps(office: Client, at_the_sandbox: None) -> None:
    page = words(office.get(f"/imports/{refused().pk}/retry/?line=2"))
    assert "Nothing can go again." in page
    assert "Ask the donor for new tokens" in page
    cancelled = refused(2)
    Import.objects.filter(pk=cancelled.pk).update(state=ImportState.CANCELLED)
    page = words(office.get(f"/imports/{cancelled.pk}/retry/?line=2"))
    assert "This import was cancelled." in page
    assert "Send line 2 again" not in page


def test_the_page_is_for_who_may_decide_and_for_what_exists(
    client_for: SignIn, officer: User, viewer: User, auditor: User
) -> None:
    imported = refused(2)
    address = f"/imports/{imported.pk}/retry/?line=2"
    for person in (viewer, auditor):
        assert client_for(person).get(address).status_code == 403
        assert client_for(person).post(address, {"level": "id-relaxed"}).status_code == 403
    office = client_for(officer)
    assert office.get("/imports/999999/retry/?line=2").status_code == 404
    assert office.get(f"/imports/{imported.pk}/retry/?line=99").status_code == 404
    assert office.get(f"/imports/{imported.pk}/retry/").status_code == 404
    assert states(imported) == {S.REFUSED: 4}
