"""What one tick claims and takes in: whose turn it is, and what comes at the wrong moment."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers.models import Import, Row, RowState
from customers.models.row_states import NO_DEADLINE
from customers.reasons import Reason
from customers.redemption import asking
from customers.redemption.due import imports_to_serve
from customers.redemption.lanes import breath_for
from customers.redemption.tick import Ticker
from customers.redemption.work import Ask, Asked, Send, Sent, Work
from customers.timing import Timing
from sharing.clockwork import ClockKeeper
from sharing.gateway import clock
from sharing.limits import parse_limit
from sharing.rhythm import Rhythm
from sumsub.errors import TokenRefused, Unclear
from sumsub.records import Lookup
from tests.customers.storing import rows, stored
from tests.parts.freezing import freezing_at_the_clock
from tests.parts.import_maker import make_import

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PENDING, CHECKING, SENDING = RowState.PENDING, RowState.CHECKING, RowState.SENDING


@pytest.fixture(autouse=True)
def without_limit(settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = settings.SUMSUB_GET_LIMIT = "none"


def ticker() -> Ticker:
    return Ticker("test", Timing(), ClockKeeper(clock()), Rhythm(tick=0.0, breath=0.0))


def claimed(free: int) -> list[Send]:
    """The rows that a tick claims for so many free lanes, in the order of their turn."""
    work = ticker().tick([], free=free).work
    return [one for one in work if isinstance(one, Send)]


def a_file(*cells: str, head: str = "token") -> Import:
    return stored("\n".join([head, *cells]), start=True)


def lines(work: Sequence[Work]) -> list[int]:
    return [one.row.line for one in work if isinstance(one, Send)]


# ---- whose turn it is -----------------------------------------------------------------------


def test_rows_with_an_earlier_declared_deadline_go_first_whatever_the_file_says() -> None:
    now = timezone.now()
    late, soon = ((now + timedelta(minutes=wait)).isoformat() for wait in (40, 10))
    a_file(f"_act-1,{late}", "_act-2,", f"_act-3,{soon}", "_act-4,", head="token,expires_at")
    assert lines(claimed(free=3)) == [4, 2, 3]


def test_imports_that_run_together_take_turns_in_one_tick() -> None:
    first, second = (a_file(*(f"_act-{name}{n}" for n in range(6))) for name in "ab")
    shares = Counter(one.import_id for one in claimed(free=6))
    assert shares == {first.pk: 3, second.pk: 3}


def test_the_import_that_was_not_served_for_longest_is_served_first() -> None:
    first, second = (a_file(*(f"_act-{name}{n}" for n in range(4))) for name in "ab")
    turns = [one.import_id for _ in range(4) for one in claimed(free=1)]
    assert Counter(turns) == {first.pk: 2, second.pk: 2}


def test_imports_that_only_wait_do_not_stand_before_one_with_work() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    for _ in range(9):
        make_import(CHECKING, CHECKING, PENDING, served_at=long_ago)
    later = timezone.now() + timedelta(minutes=5)
    Row.objects.filter(state=PENDING).update(not_before=later)
    busy = a_file("_act-1", "_act-2")
    assert [one.pk for one in imports_to_serve(timezone.now(), [])] == [busy.pk]
    assert {one.import_id for one in claimed(free=2)} == {busy.pk}


def test_a_row_that_may_be_sent_once_more_gives_its_import_a_turn() -> None:
    imported = make_import(CHECKING)
    assert imports_to_serve(timezone.now(), []) == []
    Row.objects.of(imported).update(resend_cleared=True)
    assert imports_to_serve(timezone.now(), []) == [imported]


def test_a_row_without_life_for_another_send_gives_its_import_no_turn() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    imported = make_import(CHECKING, created_at=long_ago)
    Row.objects.of(imported).update(resend_cleared=True)
    assert imports_to_serve(timezone.now(), []) == []
    alive = timezone.now() + timedelta(minutes=5)
    Row.objects.of(imported).update(deadline_at=alive, claim_order=alive)
    assert imports_to_serve(timezone.now(), []) == [imported]


def test_rows_whose_deadline_passed_do_not_stand_before_living_ones() -> None:
    imported = a_file(*(f"_act-{n}" for n in range(6)))
    gone = timezone.now() - timedelta(minutes=1)
    dead = Row.objects.of(imported).filter(line__lte=6)
    dead.update(deadline_at=gone, claim_order=gone)
    busy = ticker()
    # Swept just now: the dead rows are still waiting.
    busy._swept_at = float("inf")
    work = busy.tick([], free=2).work
    assert lines(work) == [7]


def test_a_breath_between_ticks_fits_the_limit() -> None:
    timing = Timing()
    assert breath_for(parse_limit("none"), timing) == timing.tick
    assert breath_for(parse_limit("50/5s"), timing) == timing.breath
    # Where so much may not gather, the breath is shorter: half of what may gather.
    assert breath_for(parse_limit("200/1s"), timing) < timing.breath
    assert breath_for(parse_limit("5/5s"), timing) == timing.breath


# ---- what comes at the wrong moment ---------------------------------------------------------


def in_doubt(**columns: object) -> Row:
    imported = make_import(CHECKING)
    Row.objects.of(imported).update(
        next_lookup_at=timezone.now(), checking_since=timezone.now(), **columns
    )
    return rows(imported)[0]


def test_a_row_that_is_sent_again_is_not_looked_up_meanwhile() -> None:
    imported = a_file("_act-1")
    row = rows(imported)[0]
    (work,) = claimed(free=1)
    Row.objects.filter(pk=row.pk).update(
        state=CHECKING,
        version=work.version + 1,
        doubt=True,
        lease_until=None,
        resend_cleared=True,
        next_lookup_at=timezone.now(),
        claim_order=NO_DEADLINE,
    )
    Import.objects.filter(pk=imported.pk).update(sending_count=0, checking_count=1)
    (again,) = claimed(free=1)
    assert again.row_id == row.pk
    assert asking.claim_asks(8, timezone.now() + timedelta(seconds=1), Timing()) == []


@pytest.mark.parametrize("shown", [Lookup(exists=False), Unclear()])
def test_a_lookup_leaves_a_row_alone_that_is_being_sent(shown: Lookup | Unclear) -> None:
    imported = make_import(SENDING)
    (before,) = rows(imported)
    ask = Ask(before.pk, imported.pk, before.version, before.external_user_id, "", timezone.now())
    ticker().tick([Asked(ask, shown, 0.0)], free=0)
    (after,) = rows(imported)
    assert (after.state, after.version) == (SENDING, before.version)


def test_a_late_success_that_cannot_be_read_keeps_absence_from_being_final() -> None:
    row = in_doubt(version=7, doubt=True)
    unreadable = Unclear(after_success=True, status=200)
    ticker().tick([late(row, unreadable)], free=0)
    row.refresh_from_db()
    assert (row.state, row.after_success) == (CHECKING, True)


def test_an_answer_that_comes_as_its_lease_ends_counts() -> None:
    imported = a_file("_act-1")
    [send] = claimed(free=1)
    Row.objects.of(imported).update(lease_until=timezone.now() - timedelta(seconds=1))
    ticker().tick([Sent(send, TokenRefused(status=401), 0.0, 0.0)], free=0)
    [row] = rows(imported)
    assert (row.state, row.reason, row.doubt) == (CHECKING, Reason.TOKEN_DEAD, False)


def test_an_answer_is_stored_over_what_the_row_is_and_not_over_what_a_lost_tick_made_of_it() -> (
    None
):
    imported = a_file("_act-1")
    [send] = claimed(free=1)
    refusal = Sent(send, TokenRefused(status=401), 0.0, 0.0)
    with transaction.atomic():
        ticker().tick([refusal], free=0)
        transaction.set_rollback(True)
    Row.objects.of(imported).update(lease_until=timezone.now() - timedelta(seconds=1))
    ticker().tick([], free=0)
    ticker().tick([refusal], free=0)
    [row] = rows(imported)
    assert (row.state, row.reason, row.doubt) == (CHECKING, Reason.TOKEN_DEAD, True)


def test_any_other_late_answer_without_an_outcome_changes_nothing() -> None:
    row = in_doubt(version=7, doubt=True)
    ticker().tick([late(row, Unclear(status=502))], free=0)
    assert rows(row.import_ref)[0].version == 7


def late(row: Row, answer: Unclear) -> Sent:
    """The answer to a send of that row whose lease ended long ago."""
    sent = Row(pk=row.pk, state=SENDING, version=5, import_ref_id=row.import_ref_id)
    work = Send(
        row.pk, row.import_ref_id, 5, "reuse", "id-only", "kr-1", 0.0, 0.0, 0.0, 0.0, "secret", sent
    )
    return Sent(work, answer, 0.0, 0.0)


def test_a_taken_lookup_is_not_taken_twice() -> None:
    row = in_doubt(doubt=True)
    now: datetime = timezone.now() + timedelta(seconds=1)
    (ask,) = asking.claim_asks(8, now, Timing())
    assert ask.row_id == row.pk
    assert asking.claim_asks(8, now, Timing()) == []


def test_a_row_to_be_looked_up_first_is_not_given_up_unseen_when_its_deadline_passes() -> None:
    now = timezone.now()
    imported = a_file("_act-1", "_act-2")
    gone = now - timedelta(minutes=1)
    Row.objects.of(imported).update(deadline_at=gone, claim_order=gone)
    Row.objects.of(imported).filter(line=2).update(look_first=True, next_lookup_at=now)
    ticker().tick([], free=0)
    assert [row.state for row in rows(imported)] == [PENDING, RowState.EXPIRED]
    [ask] = asking.claim_asks(8, now, Timing())
    ticker().tick([Asked(ask, Lookup(exists=False), 0.0)], free=0)
    ticker().tick([], free=0)
    assert [row.state for row in rows(imported)] == [RowState.EXPIRED] * 2


def test_a_process_that_freezes_while_it_claims_has_less_time_to_write_and_not_more() -> None:
    a_file("_act-1")
    with freezing_at_the_clock() as told:
        [send] = claimed(free=1)
    assert send.not_after <= told[-1] + Timing().write_within


# ---- nobody waits for ever ------------------------------------------------------------------


def test_a_process_that_froze_within_a_transaction_does_not_hold_everybody_up() -> None:
    on_postgresql = connection.vendor == "postgresql"
    ask = "SHOW idle_in_transaction_session_timeout" if on_postgresql else "PRAGMA busy_timeout"
    with connection.cursor() as cursor:
        cursor.execute(ask)
        assert cursor.fetchone()[0] == ("30s" if on_postgresql else 20_000)
