"""Lists of the API: walked in both directions, filtered, and read by those who may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.api.codes import Code
from accounts.api.lists import Order
from accounts.scopes import Scope
from customers.api.row_shapes import retry_of
from customers.models import Customer, ImportState, Row, RowState
from customers.models.row_states import UNDECIDED_STATES
from tests.accounts.test_api_doors import refused
from tests.parts.api_callers import Program
from tests.parts.import_maker import change_row, make_import, make_row

pytestmark = pytest.mark.django_db

IMPORTS = "/api/v1/imports"
CSV = b"token;external_id;label\n_act-one;7;first\n_act-two;8;second\n"


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["data"]]


# ---- lists ---------------------------------------------------------------------------------------


def test_a_list_is_walked_forwards_and_backwards(program: Program) -> None:
    made = [f"imp_{make_import(RowState.PENDING).pk}" for _ in range(5)][::-1]
    assert ids(program.get(IMPORTS)) == made
    first = program.get(f"{IMPORTS}?limit=2")
    assert (ids(first), first.json()["has_more"]) == (made[:2], True)
    second = program.get(f"{IMPORTS}?limit=2&starting_after={made[1]}")
    assert (ids(second), second.json()["has_more"]) == (made[2:4], True)
    last = program.get(f"{IMPORTS}?limit=2&starting_after={made[3]}")
    assert (ids(last), last.json()["has_more"]) == (made[4:], False)
    back = program.get(f"{IMPORTS}?limit=2&ending_before={made[3]}")
    assert (ids(back), back.json()["has_more"]) == (made[1:3], True)
    start = program.get(f"{IMPORTS}?limit=2&ending_before={made[1]}")
    assert (ids(start), start.json()["has_more"]) == (made[:1], False)


def test_imports_are_filtered(program: Program) -> None:
    done = make_import(RowState.IMPORTED, state=ImportState.FINISHED)
    make_import(RowState.PENDING)
    assert ids(program.get(f"{IMPORTS}?state=finished")) == [f"imp_{done.pk}"]
    assert ids(program.get(f"{IMPORTS}?created_before=2020-01-01T00:00:00Z")) == []
    assert len(ids(program.get(f"{IMPORTS}?created_after=2020-01-01T00:00:00Z"))) == 2
    assert ids(program.get(f"{IMPORTS}?partner=par_9")) == []


def test_rows_are_filtered_and_paged_in_file_order(program: Program) -> None:
    imported = make_import(*[RowState.REFUSED] * 3, RowState.IMPORTED)
    rows = f"{IMPORTS}/imp_{imported.pk}/rows"
    everything = program.get(rows).json()["data"]
    assert [row["line"] for row in everything] == [2, 3, 4, 5]
    assert len(ids(program.get(f"{rows}?state=refused&error_code=10513"))) == 3
    assert len(ids(program.get(f"{rows}?reason=rule&limit=1"))) == 1
    assert ids(program.get(f"{rows}?line=5")) == [everything[3]["id"]]
    assert ids(program.get(f"{rows}?token_mark={everything[2]['token_mark']}")) == [
        everything[2]["id"]
    ]
    after = program.get(f"{rows}?state=refused&starting_after={everything[0]['id']}")
    assert [row["line"] for row in after.json()["data"]] == [3, 4]


def test_a_page_of_rows_is_read_in_one_question(program: Program) -> None:
    imported = make_import(*[RowState.IMPORTED] * 3, *[RowState.REFUSED] * 3)
    with CaptureQueriesContext(connection) as asked:
        assert len(ids(program.get(f"{IMPORTS}/imp_{imported.pk}/rows"))) == 6
    assert sum('FROM "customers_row"' in one["sql"] for one in asked.captured_queries) == 1


def test_a_program_that_asks_again_sees_only_what_changed(program: Program) -> None:
    imported = make_import(RowState.PENDING, RowState.PENDING)
    seen = program.get(f"{IMPORTS}/imp_{imported.pk}").json()["change"]
    changed = f"{IMPORTS}/imp_{imported.pk}/rows?changed_after={seen}"
    assert ids(program.get(changed)) == []
    change_row(Row.objects.of(imported).latest("line"), RowState.IMPORTED)
    assert [row["line"] for row in program.get(changed).json()["data"]] == [3]


def test_a_page_deep_in_a_list_begins_where_its_index_has_it() -> None:
    """An OR of two columns alone would read the index from its first entry on."""
    somebody = Customer.objects.create(name="Ada Mercer", country="NLD")
    for order in (Order(("-created_at", "-id")), Order(("created_at", "id"))):
        for beyond, columns in (
            (order.after(somebody), order.columns),
            (order.before(somebody), order.reverse),
        ):
            plan = Customer.objects.filter(beyond).order_by(*columns).explain()
            assert connection.vendor != "sqlite" or "SEARCH" in plan


def test_a_cursor_of_another_list_is_refused(program: Program) -> None:
    one, other = make_import(RowState.PENDING), make_import(RowState.PENDING)
    foreign = Row.objects.of(other).get().pk
    answer = program.get(f"{IMPORTS}/imp_{one.pk}/rows?starting_after=row_{foreign}")
    refused(answer, Code.INVALID_REQUEST)


def test_names_and_labels_are_for_those_with_personal_data(
    program: Program, program_with: Callable[..., Program]
) -> None:
    imported = make_import(RowState.IMPORTED)
    row = Row.objects.of(imported).get()
    Row.objects.update(label="west")
    path = f"/api/v1/rows/row_{row.pk}"
    open_, blind = program.get(path).json(), program_with(Scope.IMPORTS_READ).get(path).json()
    assert (open_["name"], open_["label"]) == ("Ada Mercer", "west")
    assert (blind["name"], blind["label"]) == ("A… M…", None)


def test_equal_outcomes_are_one_reason(program: Program) -> None:
    imported = make_import(*[RowState.REFUSED] * 3, RowState.NEEDS_PERSON)
    found = program.get(f"{IMPORTS}/imp_{imported.pk}/reasons").json()["data"]
    assert [(one["rows"], one["state"]) for one in found] == [(3, "refused"), (1, "needs_person")]
    assert found[0]["error_code"] == 10513
    assert found[0]["next_step"]


@pytest.mark.parametrize("state", list(RowState))
def test_what_a_program_may_do_about_a_row_is_never_more_than_is_safe(
    db: None, state: RowState
) -> None:
    row = make_row(make_import(), 2, state)
    said = retry_of(row)
    if state in UNDECIDED_STATES:
        assert said == "wait"
    if state in (RowState.IMPORTED, RowState.DUPLICATE):
        assert said == "no"
    if state == RowState.NEEDS_PERSON:
        assert said == "person"
