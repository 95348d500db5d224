"""Telling people how their imports ended: once each, whoever looks, however often."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import audit
from accounts.models import Notice, NoticeKind, User
from accounts.notice_mail import post_due
from customers import announcing, control
from customers.models import Gate, GateReason, GateScope, Import, ImportState, RowState
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import drain_to_the_end, outcome, started, tokens
from tests.parts.import_maker import make_import
from tests.parts.partners import make_partner

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SignIn = Callable[[User], Client]
S = RowState


def finished(*states: RowState, by: User | None, **columns: object) -> Import:
    return make_import(*states, state=ImportState.FINISHED, by=by, **columns)


def titles(person: User) -> list[str]:
    return list(Notice.objects.of(person).values_list("title", flat=True))


# ---- finished --------------------------------------------------------------------------------


def test_who_brought_an_import_is_told_once_that_it_finished(officer: User, viewer: User) -> None:
    made = finished(S.IMPORTED, S.REFUSED, by=officer)
    for _ in range(3):
        announcing.tell()
    (notice,) = Notice.objects.all()
    assert notice.person == officer
    assert notice.title == f"Import {made.pk} is finished: 1 of 2 rows imported"
    assert notice.text == "1 imported, 1 refused."
    assert notice.link == f"/imports/{made.pk}/"
    assert titles(viewer) == []


@pytest.mark.parametrize(
    ("states", "kind", "end"),
    [
        ([S.IMPORTED, S.IMPORTED], NoticeKind.DONE, "is finished: all 2 rows imported"),
        ([S.IMPORTED, S.NEEDS_PERSON], NoticeKind.NEEDS, "is finished, and 1 row needs you"),
        ([S.NEEDS_PERSON] * 3, NoticeKind.NEEDS, "is finished, and 3 rows need you"),
        ([S.DUPLICATE], NoticeKind.DONE, "is finished: 0 of 1 row imported"),
        ([], NoticeKind.DONE, "is finished: 0 of 0 rows imported"),
    ],
)
def test_a_good_end_reads_otherwise_than_one_that_needs_somebody(
    officer: User, states: list[RowState], kind: str, end: str
) -> None:
    finished(*states, by=officer)
    announcing.tell()
    notice = Notice.objects.get()
    assert (notice.kind, notice.title.endswith(end)) == (kind, True)


def test_it_tells_the_donor_and_neither_file_nor_applicants(officer: User) -> None:
    donor = make_partner(name="Ostermoor Pay", client_id="om", is_donor=True)
    finished(S.IMPORTED, by=officer, partner=donor, file_name="ada-mercer.csv")
    announcing.tell()
    notice = Notice.objects.get()
    assert "from Ostermoor Pay" in notice.title
    assert "mercer" not in f"{notice.title} {notice.text}".lower()


def test_an_import_that_ran_again_is_told_of_again(officer: User) -> None:
    made = finished(S.IMPORTED, by=officer)
    announcing.tell()
    mine = Import.objects.filter(pk=made.pk)
    mine.update(state=ImportState.RUNNING, finished_at=None)
    announcing.tell()
    assert Notice.objects.count() == 1
    mine.update(state=ImportState.FINISHED, finished_at=timezone.now() + timedelta(seconds=1))
    announcing.tell()
    announcing.tell()
    assert Notice.objects.count() == 2


def test_what_still_runs_or_was_never_started_is_not_told(officer: User) -> None:
    for state in (ImportState.RUNNING, ImportState.STAGED):
        make_import(S.CANCELLED, state=state, by=officer)
    announcing.tell()
    assert not Notice.objects.exists()


def test_who_watches_a_cancelled_import_is_told_and_who_cancelled_it_is_not(
    officer: User, viewer: User, admin: User
) -> None:
    made = make_import(S.IMPORTED, S.PENDING, S.PENDING, by=officer)
    for person in (viewer, admin):
        announcing.watch(made, person, wanted=True)
    control.cancel(made.pk, by=admin)
    announcing.tell()
    announcing.tell()
    title = f"Import {made.pk} is cancelled: 1 of 3 rows imported"
    assert titles(officer) == titles(viewer) == [title]
    assert titles(admin) == []
    notice = Notice.objects.of(viewer).get()
    assert (notice.kind, notice.text) == (NoticeKind.STOPPED, "1 imported, 2 cancelled.")


def test_a_cancelled_import_is_told_of_when_all_its_rows_were_given_up(officer: User) -> None:
    now = timezone.now()
    cancelled = {"state": ImportState.CANCELLED, "finished_at": now, "by": officer}
    make_import(S.CANCELLED, S.PENDING, **cancelled)  # type: ignore[arg-type]
    announcing.tell()
    assert titles(officer) == []
    Import.objects.update(pending_count=0, cancelled_count=2)
    announcing.tell()
    assert len(titles(officer)) == 1


def test_who_asked_is_told_and_who_changed_their_mind_is_not(
    client_for: SignIn, officer: User, viewer: User, auditor: User
) -> None:
    made = make_import(S.PENDING, by=officer)
    address = f"/imports/{made.pk}/watch/"
    for _ in range(2):
        client_for(viewer).post(address, {"tell": "yes"})
        client_for(auditor).post(address, {"tell": "yes"})
    client_for(auditor).post(address, {"tell": "no"})
    Import.objects.update(state=ImportState.FINISHED, finished_at=timezone.now())
    announcing.tell()
    assert len(titles(viewer)) == len(titles(officer)) == 1
    assert titles(auditor) == []


def test_only_who_may_see_imports_can_ask_and_is_told(
    client_for: SignIn, officer: User, outsider: User, viewer: User
) -> None:
    made = make_import(S.PENDING, by=officer)
    address = f"/imports/{made.pk}/watch/"
    assert client_for(outsider).post(address, {"tell": "yes"}).status_code == 403
    client_for(viewer).post(address, {"tell": "yes"})
    viewer.groups.clear()
    User.objects.filter(pk=officer.pk).update(is_active=False)
    Import.objects.update(state=ImportState.FINISHED, finished_at=timezone.now())
    announcing.tell()
    assert not Notice.objects.exists()


def test_a_look_with_nothing_to_tell_asks_little(
    officer: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(20):
        finished(S.IMPORTED, by=officer)
    announcing.tell()
    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        announcing.tell()


@pytest.mark.django_db(transaction=True)
def test_looks_at_the_same_moment_tell_once(officer: User) -> None:
    for _ in range(5):
        finished(S.IMPORTED, by=officer)

    def look() -> None:
        try:
            announcing.tell()
        finally:
            connection.close()

    looks = [threading.Thread(target=look) for _ in range(4)]
    for one in looks:
        one.start()
    for one in looks:
        one.join()
    assert Notice.objects.count() == 5
    assert not Import.objects.untold().exists()


def test_the_engine_tells_nobody_and_the_next_look_finds_what_it_did(
    far_end: Sandbox, officer: User
) -> None:
    officer.mails_notices = True
    officer.save()
    contents = tokens(far_end, 4, outcome("approved"))
    made = started(contents, created_by=officer)
    drain_to_the_end(made)
    assert not Notice.objects.exists()
    announcing.tell()
    assert titles(officer) == [f"Import {made.pk} is finished: all 4 rows imported"]
    assert post_due() == 1
    (sent,) = mail.outbox
    assert "4 imported." in sent.body
    assert not any(token in sent.body for token in contents.decode().split()[1:])


# ---- stopped by itself -----------------------------------------------------------------------


def test_an_import_that_pauses_by_itself_is_told_and_one_that_a_person_pauses_is_not(
    officer: User,
) -> None:
    by_itself = make_import(S.REFUSED, S.PENDING, by=officer, dead_token_run=20)
    by_hand = make_import(S.PENDING, by=officer)
    control.pause(by_hand.pk, by=officer)
    with transaction.atomic():
        Import.objects.filter(pk=by_itself.pk).update(
            state=ImportState.PAUSED, pause_reason="dead_tokens"
        )
        audit.record("import.paused", actor=None, subject=f"import:{by_itself.pk}")
    announcing.tell()
    announcing.tell()
    (notice,) = Notice.objects.all()
    assert (notice.about, notice.kind) == (f"import:{by_itself.pk}", NoticeKind.STOPPED)
    assert "refused 20 share tokens in a row" in notice.text


def test_a_closed_gate_is_told_once_to_each_whose_import_it_holds(
    officer: User, auditor: User
) -> None:
    held = [make_import(S.PENDING, S.PENDING, by=officer) for _ in range(2)]
    alone = make_import(S.PENDING, by=auditor)
    make_import(S.PENDING, state=ImportState.PAUSED, by=officer)
    gate = Gate.objects.create(
        scope=GateScope.CONNECTION, reason=GateReason.CREDENTIALS, closed_at=timezone.now()
    )
    announcing.tell()
    announcing.tell()
    assert titles(officer) == ["2 of your imports are held: Sumsub rejects our credentials"]
    assert titles(auditor) == [f"Import {alone.pk} is held: Sumsub rejects our credentials"]
    assert "4 rows waiting" in Notice.objects.of(officer)[0].text
    assert len(held) == 2
    gate.closed_at = timezone.now() + timedelta(minutes=5)
    gate.save()
    announcing.tell()
    assert len(titles(officer)) == 2


def test_who_opens_the_list_of_held_imports_has_read_of_them(
    client_for: SignIn, officer: User
) -> None:
    for _ in range(2):
        make_import(S.PENDING, by=officer)
    Gate.objects.create(
        scope=GateScope.CONNECTION, reason=GateReason.CREDENTIALS, closed_at=timezone.now()
    )
    announcing.tell()
    unread = Notice.objects.of(officer).unread()
    client_for(officer).get("/customers/")
    assert unread.count() == 1
    client_for(officer).get(unread.get().link)
    assert not unread.exists()


def test_a_gate_over_other_imports_is_not_ones_own_news(officer: User, auditor: User) -> None:
    mine, other = make_import(S.PENDING, by=officer), make_import(S.PENDING, by=auditor)
    Gate.objects.create(
        scope=f"{GateScope.IMPORT}:{other.pk}",
        reason=GateReason.PARAMETERS,
        closed_at=timezone.now(),
    )
    announcing.tell()
    assert titles(officer) == []
    assert titles(auditor)
    assert mine.pk != other.pk
