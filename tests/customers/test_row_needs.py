"""Which rows wait for a new share token, and which another level may help: in SQL and in Python."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import ImportState, Row, RowState
from customers.models.row_needs import RENEWABLE_STATES
from customers.outcomes import OTHER_LEVEL_CODES
from customers.reason_groups import reason_groups
from customers.reasons import REFUSALS, Reason
from sumsub.codes import REFUSAL_CODES, Remedy
from tests.parts.import_maker import make_import, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

S = RowState
SOON = timezone.now() + timedelta(hours=1)
KEPT: dict[str, Any] = {"token_sealed": b"sealed", "token_until": SOON}


def waits(state: RowState, **columns: Any) -> bool:
    """Whether a row like this waits for a new share token."""
    row = make_row(make_import(), 2, state, **columns)
    return Row.objects.waiting_for_token().filter(pk=row.pk).exists()


@pytest.mark.parametrize("state", RowState)
def test_rows_that_ended_without_an_applicant_wait_for_a_new_share_token(state: RowState) -> None:
    ended = {S.NOT_IMPORTED, S.EXPIRED, S.INVALID, S.REFUSED}
    assert waits(state) == (state in ended)


@pytest.mark.parametrize("code", REFUSAL_CODES, ids=lambda code: code.name)
def test_of_refused_rows_those_wait_whose_remedy_is_a_new_share_token(code: Any) -> None:
    helped = code.remedy in (Remedy.NEW_TOKEN, Remedy.LATER_NEW_TOKEN, Remedy.OTHER_LEVEL)
    # The same number has two meanings, and a row is refused with only one of them.
    if code.name != "copy-applicant-disabled":
        assert waits(S.REFUSED, error_code=code.code, error_name=code.name) == helped


@pytest.mark.parametrize("reason", sorted(REFUSALS - {Reason.RULE}))
def test_refusals_without_a_code_wait_where_the_share_token_was_the_cause(reason: Reason) -> None:
    spent = {Reason.TOKEN_DEAD, Reason.TOO_LARGE, Reason.WRONG_REQUEST}
    assert waits(S.REFUSED, reason=reason, error_code=None, error_name="") == (reason in spent)


def test_while_another_level_may_help_no_new_share_token_is_waited_for() -> None:
    assert not waits(S.REFUSED, **KEPT)
    assert waits(S.REFUSED)


@pytest.mark.parametrize("link", ["replaced_by", "renewed_by"])
def test_a_row_that_was_followed_waits_no_longer_and_is_not_retried(link: str) -> None:
    heir = make_row(make_import(), 2, S.PENDING)
    assert not waits(S.EXPIRED, **{link: heir})
    row = make_row(make_import(), 2, S.REFUSED, **KEPT, **{link: heir})
    mine = Row.objects.of(row.import_ref)
    assert not mine.for_another_level(timezone.now()).exists()
    assert not mine.renewable().exists()


def test_cancelled_rows_wait_only_when_they_are_asked_for() -> None:
    imported = make_import(S.CANCELLED, S.EXPIRED, state=ImportState.CANCELLED)
    rows = Row.objects.of(imported)
    assert rows.waiting_for_token().count() == 1
    assert rows.waiting_for_token(with_cancelled=True).count() == 2


def test_what_may_be_renewed_is_over_and_brought_no_customer() -> None:
    imported = make_import(*RowState)
    found = Row.objects.of(imported).renewable().values_list("state", flat=True)
    assert set(found) == set(RENEWABLE_STATES)


def test_a_group_counts_as_the_questions_about_its_rows_do() -> None:
    imported = make_import(*[S.REFUSED] * 4, S.EXPIRED, state=ImportState.FINISHED)
    rows = Row.objects.of(imported)
    rows.filter(line=2).update(**KEPT)
    rows.filter(line=3).update(renewed_by=make_row(make_import(), 2, S.PENDING))
    groups = reason_groups(imported)
    assert [(one.rows, one.retryable, one.followed) for one in groups] == [(4, 1, 1), (1, 0, 0)]
    assert sum(one.waiting_for_token for one in groups) == rows.waiting_for_token().count() == 3
    assert groups[0].first_line == 2


def test_the_table_of_codes_and_the_engine_agree_on_what_another_level_may_help() -> None:
    told = {code.code for code in REFUSAL_CODES if code.remedy is Remedy.OTHER_LEVEL}
    assert told == OTHER_LEVEL_CODES
