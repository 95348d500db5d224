"""Finding rows by words: what begins with them first, else what contains them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Import, Row
from customers.models.row_search import MOST
from customers.models.row_states import RowState
from tests.parts.import_maker import make_import
from tests.parts.plans import plan_of, prefer_indexes

S = RowState
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def named(*names: str) -> None:
    """An import whose rows, from line 2 on, have these names."""
    made = make_import(*[S.IMPORTED] * len(names))
    for line, name in enumerate(names, start=2):
        Row.objects.of(made).filter(line=line).update(name=name)


def found(words: str, *, by_name: bool = True) -> list[int]:
    [imported] = Import.objects.all()
    rows = Row.objects.of(imported).found_by(words, by_name=by_name)
    return sorted(rows.values_list("line", flat=True))


def test_who_begins_with_the_words_is_found_whatever_the_case() -> None:
    named("Anna Berg", "Johanna Meyer", "ANNA Conti", "Otto Anders")
    assert found("anna") == [2, 4]
    assert found("Anna B") == [2]


def test_where_nobody_begins_with_the_words_whoever_contains_them_is_found() -> None:
    named("Anna Berg", "Johanna Meyer", "Otto Berger")
    assert found("berg") == [2, 4]
    assert found("hanna") == [3]
    assert found("nobody") == []


def test_a_sign_that_stands_for_anything_in_the_database_stands_for_itself() -> None:
    named("Anna Berg", "100% Anna", "A_na Berg")
    assert found("100%") == [3]
    assert found("A_na") == [4]
    assert found("%") == [3]


def test_a_number_is_a_line_and_the_beginning_of_an_id() -> None:
    make_import(*[S.PENDING] * 14)
    Row.objects.filter(line=3).update(external_id="12-440")
    Row.objects.filter(line=4).update(external_id="X-12")
    assert found("12") == [3, 12]
    assert found("X-12") == [4]


def test_labels_and_ids_are_found_by_their_beginning_and_by_part() -> None:
    make_import(*[S.PENDING] * 3)
    Row.objects.filter(line=2).update(label="Summer batch", external_id="LM-17")
    assert found("summer") == found("lm-") == found("batch") == found("M-17") == [2]
    assert found("summer", by_name=False) == []


def test_a_token_mark_is_found_by_its_first_digits_with_or_without_the_dot() -> None:
    make_import(*[S.PENDING] * 3)
    Row.objects.filter(line=3).update(token_mark="9c41e07b55aa")
    assert found("9c41") == found("9C41·e07b") == found("9c41e07b55aa") == [3]
    assert found("9c4") == found("e07b") == []


def test_sumsubs_and_our_ids_are_found_whole() -> None:
    named("Anna Berg", "Otto Berg")
    row = Row.objects.get(line=3)
    assert found(row.applicant_id) == [3]
    Row.objects.filter(line=2).update(external_user_id="kr-1f")
    assert found("kr-1f") == [2]
    assert found("kr-1") == []


def test_words_that_very_many_begin_with_find_them_all() -> None:
    named(*[f"Person {number}" for number in range(MOST + 2)])
    assert len(found("person")) == MOST + 2


def test_a_beginning_is_found_by_an_index() -> None:
    named(*[f"Person {number}" for number in range(MOST)])
    prefer_indexes("customers_row")
    with CaptureQueriesContext(connection) as asked:
        assert found("person 177") == [179]
    told = " ".join(plan_of(one["sql"]) for one in asked.captured_queries if "LIKE" in one["sql"])
    for column in ("name", "label", "external_id"):
        assert f"row_{column}_begins" in told
