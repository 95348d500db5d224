"""Each share token is owned by one row: what becomes of those that come again."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from customers import intake
from customers.intake.preparing import CHUNK
from customers.models import Import, ImportState, Row, RowState
from customers.models.row_states import DEAD_STATES
from customers.reasons import Reason
from tests.customers.storing import counters_are_true, rows, states, stored

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


ON_THE_WAY = {
    RowState.CANCELLED: [],
    RowState.EXPIRED: [RowState.PENDING],
    RowState.REFUSED: [RowState.PENDING],
    RowState.NOT_IMPORTED: [RowState.PENDING, RowState.CHECKING],
}


def kill(imported: Import, state: RowState) -> Row:
    """Bring the only row of an import to an end that frees its share token."""
    for step in ON_THE_WAY[state]:
        Row.objects.of(imported).update(state=step, version=F("version") + 1)
    Row.objects.of(imported).update(state=state, token_sealed=None, version=F("version") + 1)
    Import.objects.filter(pk=imported.pk).update(staged_count=0, **{f"{state}_count": 1})
    return Row.objects.of(imported).get()


def test_duplicates_point_at_the_row_that_owns_the_token() -> None:
    first = stored("token\n_act-1\n_act-2\n_act-1\n")
    second = stored("token\n_act-2\n_act-3\n")
    owner = {row.line: row for row in rows(first)}
    assert owner[4].duplicate_of == owner[2]
    duplicate = rows(second)[0]
    assert (duplicate.reason, duplicate.duplicate_of) == (Reason.DUPLICATE_ELSEWHERE, owner[3])
    assert duplicate.token_sealed is None


def test_a_token_twice_in_a_large_file_is_found_across_chunks() -> None:
    text = "token\n" + "".join(f"_act-{n % 4500}\n" for n in range(9000))
    imported = stored(text)
    assert (imported.staged_count, imported.duplicate_count) == (4500, 4500)
    last = Row.objects.of(imported).get(line=9001)
    assert last.duplicate_of == Row.objects.of(imported).get(line=4501)
    assert last.reason == Reason.DUPLICATE_IN_FILE
    assert counters_are_true(imported)


def test_one_known_token_among_chunks_of_new_ones_is_told_from_them() -> None:
    owner = rows(stored("token\n_act-known\n"))[0]
    dead = kill(stored("token\n_act-dead\n"), RowState.REFUSED)
    tokens = [f"_act-{n}" for n in range(4 * CHUNK)]
    tokens[CHUNK + 5] = "_act-known"
    tokens[2 * CHUNK + 5] = "_act-dead"
    tokens[3 * CHUNK + 5] = tokens[5]
    imported = stored("token\n" + "\n".join(tokens))
    told = Row.objects.of(imported).exclude(reason="").order_by("line")
    assert [(row.line, row.reason, row.duplicate_of_id) for row in told] == [
        (CHUNK + 7, Reason.DUPLICATE_ELSEWHERE, owner.pk),
        (2 * CHUNK + 7, Reason.LOOK_FIRST, None),
        (3 * CHUNK + 7, Reason.DUPLICATE_IN_FILE, Row.objects.of(imported).get(line=7).pk),
    ]
    assert Row.objects.get(pk=dead.pk).replaced_by == told[1]
    assert imported.total_count == 4 * CHUNK
    assert counters_are_true(imported)


def test_a_chunk_of_new_share_tokens_is_stored_by_one_question_to_the_history() -> None:
    stored("token\n_act-warm\n")
    with CaptureQueriesContext(connection) as asked:
        stored("token\n_act-1\n_act-2\n=1\n")
    table = connection.ops.quote_name(Row._meta.db_table)
    questions = [one["sql"] for one in asked if f"FROM {table}" in one["sql"]]
    assert len(questions) == 1
    assert all(state.value in questions[0] for state in DEAD_STATES)


def test_the_same_file_again_is_an_import_of_duplicates_that_finishes_at_its_start() -> None:
    text = "token\n_act-1\n_act-2\n"
    stored(text)
    again = stored(text)
    assert states(again) == ["duplicate", "duplicate"]
    intake.start(again.pk, by=None)
    again.refresh_from_db()
    assert again.state == ImportState.FINISHED


@pytest.mark.parametrize(
    "state", [RowState.CANCELLED, RowState.EXPIRED, RowState.REFUSED, RowState.NOT_IMPORTED]
)
def test_a_token_whose_row_is_dead_may_come_again_and_is_looked_up_first(state: RowState) -> None:
    first = stored("token\n_act-1\n")
    old = kill(first, state)
    Row.objects.filter(pk=old.pk).update(
        token_sealed=b"kept" if state == RowState.REFUSED else None
    )
    new = rows(stored("token\n_act-1\n"))[0]
    assert (new.state, new.look_first, new.reason) == ("staged", True, Reason.LOOK_FIRST)
    changed = Row.objects.get(pk=old.pk)
    assert (changed.replaced_by, changed.state, changed.token_sealed) == (new, state, None)
    assert changed.version > old.version
    first.refresh_from_db()
    assert changed.change == first.change > old.change
    assert new.external_user_id == old.external_user_id


def test_all_earlier_rows_of_a_token_point_at_the_latest() -> None:
    old = [kill(stored("token\n_act-1\n"), RowState.CANCELLED) for _ in range(2)]
    new = rows(stored("token\n_act-1\n"))[0]
    assert [Row.objects.get(pk=row.pk).replaced_by for row in old] == [new, new]


def test_own_ids_are_sent_only_when_asked_for() -> None:
    text = "token,external_id\n_act-1,LM-1\n"
    assert rows(stored(text))[0].external_user_id.startswith("kr-")
    with_ids = stored(text.replace("_act-1", "_act-2"), sends_external_ids=True)
    assert rows(with_ids)[0].external_user_id == "LM-1"
    assert rows(with_ids)[0].look_first


def test_an_id_is_taken_once_in_the_file_and_among_live_rows() -> None:
    first = stored("token,external_id\na,LM-1\nb,LM-1\nc,\n", sends_external_ids=True)
    second = stored("token,external_id\nd,LM-1\ne,LM-2\n", sends_external_ids=True)
    assert [row.reason for row in rows(first)] == ["look_first", "duplicate_id", "look_first"]
    assert [row.reason for row in rows(second)] == ["duplicate_id", "look_first"]
    assert rows(second)[0].duplicate_of == rows(first)[0] == rows(first)[1].duplicate_of


def test_an_id_that_we_made_for_another_share_token_is_taken() -> None:
    owner = rows(stored("token\n_act-1\n"))[0]
    text = f"token,external_id\n_act-2,{owner.external_user_id}\n"
    row = rows(stored(text, sends_external_ids=True))[0]
    assert (row.reason, row.duplicate_of) == (Reason.DUPLICATE_ID, owner)


def test_an_id_of_an_earlier_chunk_is_taken() -> None:
    ids = [f"LM-{n}" for n in range(CHUNK)]
    lines = [f"_act-{n},{own}" for n, own in enumerate([*ids, "LM-7", "LM-new"])]
    imported = stored("token,external_id\n" + "\n".join(lines), sends_external_ids=True)
    taken = Row.objects.of(imported).get(state=RowState.DUPLICATE)
    assert (taken.line, taken.reason) == (CHUNK + 2, Reason.DUPLICATE_ID)
    assert taken.duplicate_of == Row.objects.of(imported).get(external_id="LM-7", line=9)
    assert counters_are_true(imported)


def test_the_same_id_may_stand_twice_when_ids_are_not_sent() -> None:
    assert states(stored("token,external_id\na,LM-1\nb,LM-1\n")) == ["staged", "staged"]
