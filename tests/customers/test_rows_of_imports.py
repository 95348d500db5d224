"""Each row belongs to an import: the database keeps to it, whoever asks."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F

from customers.models import Import, Row, RowState
from tests.parts.import_maker import make_import
from tests.parts.locks import somebody_waits_for_a_lock
from tests.parts.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
NOBODYS = 999_999
REMOVE = "DELETE FROM customers_import WHERE id = %s"


def copy_of(row: Row, import_id: int) -> Row:
    """The same row in another import, not stored."""
    return Row(import_ref_id=import_id, line=row.line, state=row.state)


def run(statement: str, *values: int) -> None:
    """Run a statement past the ORM, which has rules of its own."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def row() -> Row:
    """The only row of an import."""
    return Row.objects.of(make_import(RowState.PENDING)).get()


def test_a_row_of_an_import_that_is_not_there_is_refused(row: Row) -> None:
    with pytest.raises(IntegrityError):
        copy_of(row, NOBODYS).save()
    assert Row.objects.get() == row


def test_one_such_row_among_others_refuses_them_all(row: Row) -> None:
    other = make_import()
    with pytest.raises(IntegrityError):
        Row.objects.bulk_create([copy_of(row, other.pk), copy_of(row, NOBODYS)])
    assert Row.objects.get() == row


def test_a_row_stays_in_its_import(row: Row) -> None:
    other = make_import()
    for target in (other.pk, NOBODYS):
        with pytest.raises(IntegrityError):
            Row.objects.filter(pk=row.pk).update(import_ref=target)
    assert Row.objects.filter(pk=row.pk).update(import_ref=F("import_ref")) == 1


def test_an_import_with_rows_is_not_removed(row: Row) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run(REMOVE, row.import_id)
    assert Import.objects.filter(pk=row.import_id).exists()


def test_an_import_may_go_with_its_rows_in_any_order(row: Row) -> None:
    with transaction.atomic():
        run(REMOVE, row.import_id)
        run("DELETE FROM customers_row WHERE id = %s", row.pk)
    assert not Row.objects.exists()
    empty = make_import()
    run(REMOVE, empty.pk)
    assert not Import.objects.exists()


def test_imports_with_rows_are_not_emptied_away(row: Row) -> None:
    postgresql = connection.vendor == "postgresql"
    with pytest.raises(IntegrityError), transaction.atomic():
        run("TRUNCATE customers_import CASCADE" if postgresql else "DELETE FROM customers_import")
    assert Import.objects.filter(pk=row.import_id).exists()


def test_rows_come_in_from_a_dump_that_names_schemas_itself(row: Row) -> None:
    schema = "main"
    with transaction.atomic():
        if connection.vendor == "postgresql":
            schema = "public"
            run("SET LOCAL search_path = ''")
        target = f"{schema}.customers_row (import_id, line, state, created_at)"
        run(
            f"INSERT INTO {target} VALUES (%s, %s, 'invalid', CURRENT_TIMESTAMP)", row.import_id, 99
        )
    assert Row.objects.filter(line=99).exists()


def test_an_import_keeps_its_number(row: Row) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE customers_import SET id = %s WHERE id = %s", NOBODYS, row.import_id)
    assert Row.objects.get().import_ref.pk == row.import_id


def test_an_import_that_rows_come_to_at_this_moment_is_not_removed(row: Row) -> None:
    empty = make_import()
    added, refused = threading.Event(), threading.Event()

    def remove() -> None:
        assert added.wait(PATIENCE)
        try:
            run(REMOVE, empty.pk)
        except IntegrityError:
            refused.set()
        finally:
            connections.close_all()

    remover = threading.Thread(target=remove)
    remover.start()
    with transaction.atomic():
        copy_of(row, empty.pk).save()
        added.set()
        wait_until(somebody_waits_for_a_lock, "the removal waits")
    remover.join(PATIENCE)
    assert refused.is_set()
    assert Row.objects.of(empty).exists()
