"""Starting imports: once, with a donor who may share, whoever else does the same."""

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from accounts.models import AuditEvent, User
from customers import control, intake
from customers.intake import AlreadyStarted, NotAllowed
from customers.models import Import, ImportState, Row
from sharing.models import Partner, PartnerState
from tests.customers.storing import counters_are_true, rows, states, stored
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_start_lets_the_rows_go_and_is_audited(officer: User) -> None:
    imported = stored("token\n_act-1\n_act-1\n")
    before = imported.change
    intake.start(imported.pk, by=officer)
    imported.refresh_from_db()
    assert (imported.state, imported.change) == (ImportState.RUNNING, before + 1)
    assert imported.started_at is not None
    first, second = rows(imported)
    assert (first.state, first.change, second.state) == ("pending", before + 1, "duplicate")
    assert counters_are_true(imported)
    assert AuditEvent.objects.get(deed="import.started").actor == officer


def test_an_import_starts_once() -> None:
    imported = stored("token\n_act-1\n")
    intake.start(imported.pk, by=None)
    with pytest.raises(AlreadyStarted):
        intake.start(imported.pk, by=None)
    assert AuditEvent.objects.filter(deed="import.started").count() == 1


def test_a_cancelled_import_does_not_start() -> None:
    imported = stored("token\n_act-1\n")
    control.cancel(imported.pk, by=None)
    with pytest.raises(AlreadyStarted):
        intake.start(imported.pk, by=None)


def test_an_import_that_is_not_there_does_not_start() -> None:
    with pytest.raises(Import.DoesNotExist):
        intake.start(4711, by=None)


def test_rows_to_be_looked_up_first_become_due_with_the_start() -> None:
    imported = stored("token,external_id\na,LM-1\n", sends_external_ids=True)
    intake.start(imported.pk, by=None)
    (row,) = rows(imported)
    assert row.next_lookup_at is not None
    plain = stored("token\n_act-9\n")
    intake.start(plain.pk, by=None)
    assert rows(plain)[0].next_lookup_at is None


# ---- stored and started in one ---------------------------------------------------------------


def test_a_file_stored_and_started_in_one_is_as_if_started_afterwards(officer: User) -> None:
    at_once = stored("token\n_act-1\n_act-1\n,\n_act-2\n", start=True, created_by=officer)
    afterwards = stored("token\n_act-3\n_act-3\n,\n_act-4\n", created_by=officer)
    intake.start(afterwards.pk, by=officer)
    assert states(at_once) == states(afterwards)
    assert counters_are_true(at_once)
    assert (at_once.state, at_once.pending_count) == (ImportState.RUNNING, 2)
    assert at_once.started_at is not None
    told = AuditEvent.objects.filter(subject=f"import:{at_once.pk}").order_by("pk")
    assert [event.deed for event in told] == ["import.created", "import.started"]
    assert {event.actor for event in told} == {officer}


def test_rows_to_be_looked_up_first_are_due_when_stored_and_started_in_one() -> None:
    imported = stored("token,external_id\na,LM-1\n", start=True, sends_external_ids=True)
    (row,) = rows(imported)
    assert row.look_first
    assert row.next_lookup_at is not None
    again = stored("token\n_act-9\n")
    control.cancel(again.pk, by=None)
    once_more = stored("token\n_act-9\n_act-10\n", start=True)
    assert [row.next_lookup_at is not None for row in rows(once_more)] == [True, False]


def test_an_import_without_a_row_to_send_is_over_with_its_start() -> None:
    stored("token\n_act-1\n")
    again = stored("token\n_act-1\n", start=True)
    assert (again.state, again.duplicate_count) == (ImportState.FINISHED, 1)
    assert again.finished_at is not None


# ---- the partner register -------------------------------------------------------------------


@pytest.fixture
def donor(db: None) -> Partner:
    return make_partner(name="Ostermoor Pay", client_id="ostermoor", is_donor=True)


@pytest.mark.parametrize("state", [PartnerState.PAUSED, PartnerState.REMOVED])
def test_a_partner_who_may_not_share_is_refused_before_anything_is_stored(
    donor: Partner, state: PartnerState
) -> None:
    donor.state = state
    donor.save()
    with pytest.raises(NotAllowed, match="Ostermoor Pay"):
        stored("token\n_act-1\n", partner=donor)
    assert not Import.objects.exists()


def test_a_partner_paused_after_the_upload_keeps_the_import_from_starting(donor: Partner) -> None:
    imported = stored("token\n_act-1\n", partner=donor)
    Partner.objects.update(state=PartnerState.PAUSED)
    with pytest.raises(NotAllowed, match="paused"):
        intake.start(imported.pk, by=None)
    imported.refresh_from_db()
    assert imported.state == ImportState.STAGED


def test_a_mere_recipient_is_no_donor(db: None) -> None:
    partner = make_partner(name="Noor", client_id="noor", is_recipient=True)
    with pytest.raises(NotAllowed, match="not registered as a donor"):
        stored("token\n_act-1\n", partner=partner)


def test_a_donor_must_be_named_where_that_is_required(settings: Settings, donor: Partner) -> None:
    settings.REQUIRE_PARTNER = True
    with pytest.raises(NotAllowed, match="which donor"):
        stored("token\n_act-1\n")
    assert stored("token\n_act-1\n", partner=donor).partner == donor


# ---- several at once ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_uploads_of_the_same_tokens_at_once_share_them_out_without_a_deadlock() -> None:
    forwards = [f"_act-{n}" for n in range(5000)]
    files = ["token\n" + "\n".join(order) for order in (forwards, forwards[::-1])] * 2
    failures = in_threads([partial(stored, text) for text in files])
    assert failures == []
    assert Import.objects.count() == 4
    counted = Counter(Row.objects.values_list("state", flat=True))
    assert counted == {"staged": 5000, "duplicate": 15_000}
    assert all(counters_are_true(imported) for imported in Import.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_start_start_once() -> None:
    imported = stored("token\n" + "\n".join(f"_act-{n}" for n in range(500)))
    failures = in_threads([partial(intake.start, imported.pk, by=None)] * 2)
    assert [type(failure) for failure in failures] == [AlreadyStarted]
    assert counters_are_true(imported)


def in_threads(deeds: list[Callable[[], object]]) -> list[Exception]:
    """Do all of them at once, each on a connection of its own; what went wrong."""
    failures: list[Exception] = []
    together = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        try:
            together.wait()
            deed()
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
