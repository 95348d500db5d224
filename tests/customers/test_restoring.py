"""The database comes back from a backup: no second applicant, and nobody called failed."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditEvent
from customers.models import ImportState, Row, RowState
from customers.restoring import after_restore
from tests.customers.engine import states
from tests.parts.forked import start
from tests.parts.import_maker import make_import, make_row
from tests.parts.installations import Installation

Make = Callable[..., Installation]
S = RowState


@pytest.mark.both_databases
@pytest.mark.django_db
def test_every_open_row_and_what_ended_in_the_lost_hours_is_asked_about() -> None:
    now = timezone.now()
    open_states = (S.PENDING, S.SENDING, S.CHECKING, S.NEEDS_PERSON)
    dead = (S.EXPIRED, S.CANCELLED, S.REFUSED, S.NOT_IMPORTED)
    imported = make_import(*open_states, *dead, S.IMPORTED, state=ImportState.FINISHED)
    Row.objects.of(imported).in_state(*dead).update(settled_at=now)
    old = make_import(*dead, state=ImportState.FINISHED)
    Row.objects.of(old).in_state(*dead).update(settled_at=now - timedelta(days=9))
    done = after_restore()
    assert (done.rows, done.imports) == (8, 1)
    assert states(imported) == {S.CHECKING: 8, S.IMPORTED: 1}
    assert imported.state == ImportState.RUNNING
    asked = Row.objects.of(imported).in_state(S.CHECKING)
    assert not asked.filter(doubt=False).exists()
    assert not asked.filter(next_lookup_at__gt=timezone.now()).exists()
    assert not asked.exclude(lease_until=None, sent_at=None, settled_at=None).exists()
    assert S.CHECKING not in states(old)
    assert AuditEvent.objects.get(deed="database.restored").details["rows"] == 8


@pytest.mark.django_db
def test_rows_of_an_import_that_was_not_started_are_looked_up_before_they_are_sent() -> None:
    imported = make_import(S.STAGED, state=ImportState.STAGED)
    after_restore()
    assert Row.objects.of(imported).get().look_first
    assert states(imported) == {S.STAGED: 1}


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_dead_row_stays_dead_while_another_has_its_token_or_its_id() -> None:
    now = timezone.now()
    imported = make_import(S.IMPORTED, state=ImportState.FINISHED)
    heir = Row.objects.of(imported).get()
    rows = [
        make_row(imported, 3, S.CANCELLED, settled_at=now, replaced_by=heir),
        make_row(imported, 4, S.EXPIRED, settled_at=now, external_user_id=heir.external_user_id),
        make_row(imported, 5, S.REFUSED, settled_at=now, external_user_id="LM-1"),
    ]
    last = make_row(imported, 6, S.REFUSED, settled_at=now, external_user_id="LM-1")
    imported.cancelled_count, imported.expired_count, imported.refused_count = 1, 1, 2
    imported.save()
    after_restore()
    found = {row.pk: Row.objects.get(pk=row.pk).state for row in (*rows, last)}
    assert list(found.values()) == [S.CANCELLED, S.EXPIRED, S.REFUSED, S.CHECKING]


@pytest.mark.django_db
def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="is no time"):
        call_command("after_restore", "--since", "yesterday")


def test_a_restored_copy_leads_to_no_second_applicant_and_no_false_failure(
    installation: Make, tmp_path: Path
) -> None:
    with start(post_limit="none", get_limit="none") as far_end:
        here = installation(far_end=far_end, SUMSUB_POST_LIMIT="none", SUMSUB_GET_LIMIT="none")
        database, copy = here.data_dir / "relay.sqlite3", tmp_path / "backup.sqlite3"
        file = tmp_path / "tokens.csv"
        file.write_text(far_end.tokens_csv(40, "outcome=approved"), encoding="utf-8")
        # The backup is made while rows wait: Reusable KYC is switched off at first.
        far_end.set_workspace("recipient", {"reuse_enabled": False})
        here.manage("import_tokens", str(file), "--wait", "1", check=False)
        with sqlite3.connect(database) as running, sqlite3.connect(copy) as backup:
            running.backup(backup)
        far_end.set_workspace("recipient", {"reuse_enabled": True})
        _open_gates(database)
        assert here.manage("import_tokens", str(file), check=False).returncode == 0
        for left in here.data_dir.glob("relay.sqlite3*"):
            left.unlink()
        database.write_bytes(copy.read_bytes())
        _open_gates(database)
        assert "40 rows of 1 imports" in here.manage("after_restore").stdout
        again = here.manage("import_tokens", str(file), check=False)
        assert again.returncode == 0, again.stdout + again.stderr
        events = [e for e in far_end.ledger() if e["event"] in ("redeemed", "refused")]
        made = Counter(e["token_sha256"] for e in events if e["event"] == "redeemed")
    assert len(made) == 40
    assert set(made.values()) == {1}


def _open_gates(database: Path) -> None:
    """Sumsub switched it on, and a person opened the gate."""
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE customers_gate SET closed_at = NULL, probe_at = NULL")
    connection.close()
