"""The database itself refuses what no row may do, whoever asks."""

import itertools
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from customers.models import Row, RowState
from customers.models.row_states import TRANSITIONS
from tests.parts.import_maker import make_import, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WAYS = [(leaves, enters) for leaves in RowState for enters in sorted(TRANSITIONS[leaves])]
LEASE_END = datetime.fromisoformat("2099-01-01T00:00:00+00:00")


def row_in(state: RowState, **columns: Any) -> Row:
    """One row of an import of its own."""
    return make_row(make_import(), 2, state, **({"doubt": False} | columns))


def moves(row: Row, state: RowState, **columns: Any) -> bool:
    """Whether the database lets this row go to `state`, with the columns that the state needs."""
    needed: dict[str, Any] = {"version": F("version") + 1, "token_sealed": None}
    if state == RowState.SENDING:
        needed["lease_until"] = LEASE_END
    if state == RowState.IMPORTED:
        customer = row_in(RowState.IMPORTED).customer
        needed |= {"applicant_id": f"applicant-{row.pk}", "customer": customer}
    try:
        with transaction.atomic():
            return Row.objects.filter(pk=row.pk).update(state=state, **(needed | columns)) == 1
    except IntegrityError:
        return False


@pytest.mark.parametrize("leaves", RowState)
def test_a_row_goes_where_the_table_says_and_nowhere_else(leaves: RowState) -> None:
    reached = {enters for enters in RowState if enters != leaves and moves(row_in(leaves), enters)}
    assert reached == TRANSITIONS[leaves]


@pytest.mark.parametrize(("leaves", "enters"), WAYS)
def test_a_move_without_the_next_version_is_refused(leaves: RowState, enters: RowState) -> None:
    assert not moves(row_in(leaves), enters, version=F("version"))
    assert not moves(row_in(leaves), enters, version=F("version") + 2)


@pytest.mark.parametrize("enters", [RowState.PENDING, RowState.CANCELLED, RowState.EXPIRED])
def test_a_row_in_doubt_neither_waits_again_nor_is_given_up(enters: RowState) -> None:
    for keeps in (True, False):
        assert not moves(row_in(RowState.SENDING, doubt=True), enters, doubt=keeps)


def test_doubt_goes_only_where_something_is_known() -> None:
    ways = itertools.product([RowState.SENDING, RowState.CHECKING], RowState)
    cleared = {
        enters
        for leaves, enters in ways
        if enters != leaves and moves(row_in(leaves, doubt=True), enters, doubt=False)
    }
    assert cleared == {RowState.IMPORTED, RowState.REFUSED, RowState.NOT_IMPORTED}


def test_what_does_not_move_a_row_is_free() -> None:
    row = row_in(RowState.IMPORTED)
    assert Row.objects.filter(pk=row.pk).update(change=7, settled_at=timezone.now()) == 1
