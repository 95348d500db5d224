"""The audit trail: written with its deed, never changed, chained by seals."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.db.transaction import TransactionManagementError

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.sealing import BATCH, seal_events, verify_chain
from tests.parts.audit_trail import drop_triggers

pytestmark = pytest.mark.both_databases

MIGRATION = importlib.import_module("accounts.migrations.0002_audit_is_append_only")


def write(*, deed: str = "import.created", actor: User | None = None, rows: int = 3) -> AuditEvent:
    """One event of a deed."""
    with transaction.atomic():
        return audit.record(deed, actor=actor, subject="import:48", rows=rows)


@pytest.fixture
def guarded(db: None) -> None:
    """All triggers, also those that the tests' database is made without."""
    drop_triggers("audit_no_update", "audit_no_delete", "audit_no_truncate")
    statements = (
        MIGRATION.sqlite_triggers()
        if connection.vendor == "sqlite"
        else MIGRATION.postgresql_triggers()
    )
    with connection.cursor() as cursor:
        for statement in statements:
            if statement.startswith("CREATE TRIGGER"):
                cursor.execute(statement)


@pytest.mark.django_db
def test_event_says_who_did_what_to_which_and_when(officer: User) -> None:
    event = write(actor=officer)
    assert (event.actor, event.actor_label) == (officer, "Olga Officer")
    assert (event.deed, event.subject, event.outcome) == ("import.created", "import:48", "done")
    assert event.details == {"rows": 3}
    event.refresh_from_db()
    assert abs(event.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_event_without_an_actor_belongs_to_its_source() -> None:
    with transaction.atomic():
        by_command = audit.record(
            "import.created", actor=None, subject="import:1", source="command line"
        )
        by_system = audit.record("import.finished", actor=None, subject="import:1")
    assert (by_command.actor_label, by_system.actor_label) == ("command line", "system")


@pytest.mark.django_db(transaction=True)
def test_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(TransactionManagementError):
        audit.record("import.created", actor=None, subject="import:48")


@pytest.mark.django_db
def test_event_vanishes_with_the_deed_that_failed() -> None:
    @transaction.atomic
    def deed() -> None:
        audit.record("import.created", actor=None, subject="import:48")
        raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError):
        deed()
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["deed", "subject", "outcome", "actor_label", "source"])
def test_database_refuses_to_change_an_event(guarded: None, field: str) -> None:
    event = write()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(**{field: "something else"})


@pytest.mark.django_db
def test_database_refuses_to_change_details_even_while_sealing(guarded: None) -> None:
    event = write()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(
            seq=1, previous_hash="0" * 64, hash="1" * 64, details={"rows": 4}
        )


@pytest.mark.django_db
def test_database_refuses_to_delete_an_event(guarded: None) -> None:
    event = write()
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


@pytest.mark.django_db
def test_database_refuses_a_second_seal(guarded: None) -> None:
    event = write()
    seal_events()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(hash="1" * 64)


@pytest.mark.django_db
def test_person_with_deeds_cannot_be_deleted(officer: User) -> None:
    write(actor=officer)
    with pytest.raises(ProtectedError):
        officer.delete()


@pytest.mark.django_db
def test_sealing_numbers_events_without_gaps_in_several_batches(guarded: None) -> None:
    with transaction.atomic():
        audit.record_all(
            audit.drafted("row.settled", actor=None, subject=f"row:{n}") for n in range(BATCH + 5)
        )
    assert seal_events() == BATCH + 5
    assert list(AuditEvent.objects.sealed().values_list("seq", flat=True)) == list(
        range(1, BATCH + 6)
    )
    assert seal_events() == 0
    assert verify_chain().holds


@pytest.mark.django_db
def test_later_events_continue_the_chain(guarded: None) -> None:
    first = write()
    seal_events()
    second = write()
    seal_events()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.seq, second.previous_hash) == (2, first.hash)


@pytest.mark.django_db
def test_number_of_the_chain_can_be_given_once_only(guarded: None) -> None:
    write()
    other = write()
    seal_events()
    drop_triggers("audit_no_update", "audit_no_delete")
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.filter(pk=other.pk).update(seq=1)


@pytest.mark.django_db
def test_changed_event_is_found() -> None:
    write()
    changed = write()
    write()
    seal_events()
    drop_triggers("audit_no_update", "audit_no_delete")
    AuditEvent.objects.filter(pk=changed.pk).update(details={"rows": 4})
    report = verify_chain()
    assert (report.holds, report.bad_seq, report.sealed) == (False, 2, 1)


@pytest.mark.django_db
def test_missing_event_is_found() -> None:
    write()
    missing = write()
    write()
    seal_events()
    drop_triggers("audit_no_update", "audit_no_delete")
    AuditEvent.objects.filter(pk=missing.pk).delete()
    assert verify_chain().bad_seq == 2


@pytest.mark.django_db
def test_verify_command_says_that_the_chain_holds(guarded: None) -> None:
    write()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "1 sealed event" in out.getvalue()


@pytest.mark.django_db
def test_verify_command_fails_at_the_first_bad_number() -> None:
    event = write()
    write()
    seal_events()
    drop_triggers("audit_no_update", "audit_no_delete")
    AuditEvent.objects.filter(pk=event.pk).update(outcome="refused")
    with pytest.raises(CommandError, match="number 1"):
        call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_workers_that_seal_at_once_make_one_chain() -> None:
    for number in range(60):
        write(rows=number)
    start = Barrier(3)

    def work() -> int:
        try:
            start.wait()
            return seal_events()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=3) as workers:
        sealed = [found.result() for found in [workers.submit(work) for _ in range(3)]]
    assert sum(sealed) == 60
    assert verify_chain().sealed == 60
