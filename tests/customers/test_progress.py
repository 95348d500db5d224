"""The figures of an import: percent, rate, time left, what dies first."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers.models import Import, ImportState, Row, RowState
from customers.progress import Figures, figures, places_in_line
from sharing import budget
from tests.parts.import_maker import make_import, make_row

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
S = RowState


@pytest.fixture(autouse=True)
def ten_a_second(settings: Settings) -> None:
    """The usual limit: about ten rows a second."""
    settings.SUMSUB_POST_LIMIT = "50/5s"


def measured(imported: Import, *, held: bool = False, now: datetime | None = None) -> Figures:
    imported.refresh_from_db()
    return figures(imported, now=now or timezone.now(), held=held)


def test_percent_is_100_only_when_every_row_has_its_outcome() -> None:
    assert measured(make_import(*[S.IMPORTED] * 299, S.PENDING)).percent == 99
    assert measured(make_import(S.IMPORTED, S.REFUSED, state=ImportState.FINISHED)).percent == 100


def test_the_legend_counts_every_row_once() -> None:
    states = list(RowState)
    found = measured(make_import(*states))
    assert sum(count for _, count in found.legend) == len(states)
    assert dict(found.legend)["skipped"] == 2


def test_before_the_first_row_is_sent_the_budget_tells_the_time_left() -> None:
    found = measured(make_import(*[S.PENDING] * 100))
    assert found.rate is None
    assert found.seconds_left == pytest.approx(10.3, abs=0.3)


def test_imports_that_run_at_once_share_the_budget_in_the_forecast() -> None:
    first = make_import(*[S.PENDING] * 50)
    alone = measured(first).seconds_left
    make_import(*[S.PENDING] * 50)
    assert alone is not None
    assert measured(first).seconds_left == pytest.approx(2 * alone)


def test_the_rate_is_that_of_the_last_ten_seconds() -> None:
    imported = make_import(*[S.IMPORTED] * 100, *[S.PENDING] * 60)
    now = timezone.now()
    for row in Row.objects.in_state(S.IMPORTED):
        age = timedelta(seconds=5 if row.line % 2 else 12)
        Row.objects.filter(pk=row.pk).update(sent_at=now - age)
    found = measured(imported, now=now)
    assert found.rate == pytest.approx(5.0)
    assert found.seconds_left == pytest.approx(12.0)


def test_an_import_that_shares_goes_faster_once_the_other_is_done() -> None:
    imported = make_import(*[S.IMPORTED] * 50, *[S.PENDING] * 100)
    now = timezone.now()
    sent = Row.objects.of(imported).in_state(S.IMPORTED).order_by("line")[:25]
    Row.objects.among(list(sent)).update(sent_at=now - timedelta(seconds=5))
    make_import(*[S.PENDING] * 10)
    # Five a second for as long as the other sends its ten, ten a second from then on.
    found = measured(imported, now=now)
    assert found.rate == pytest.approx(5.0, rel=0.01)
    assert found.seconds_left == pytest.approx(11.0, rel=0.01)


@pytest.mark.parametrize(
    ("state", "held"), [(ImportState.PAUSED, False), (ImportState.RUNNING, True)]
)
def test_an_import_that_is_held_promises_no_time(state: ImportState, held: bool) -> None:
    found = measured(make_import(S.PENDING, state=state), held=held)
    assert found.seconds_left is None
    assert found.ends_at is None


def test_a_token_without_declared_times_is_taken_to_die_20_minutes_after_the_upload() -> None:
    imported = make_import(S.PENDING)
    head = measured(imported).head
    assert head is not None
    assert head.dies_at == imported.created_at + timedelta(minutes=20)
    assert not head.declared


def test_the_row_with_the_earliest_declared_deadline_is_the_head() -> None:
    imported = make_import(S.PENDING, S.PENDING)
    now = timezone.now()
    dies, issued = now + timedelta(minutes=4), now - timedelta(minutes=16)
    Row.objects.filter(line=3).update(deadline_at=dies, claim_order=dies, issued_at=issued)
    head = measured(imported, now=now).head
    assert head is not None
    assert (head.dies_at, head.declared) == (dies, True)
    assert head.age_seconds == pytest.approx(16 * 60)


def test_rows_whose_tokens_die_before_their_turn_are_at_risk() -> None:
    imported = make_import(*[S.PENDING] * 40)
    dies = timezone.now() + timedelta(seconds=2)
    Row.objects.update(deadline_at=dies, claim_order=dies)
    assert 19 <= measured(imported).risk.rows <= 22
    Row.objects.update(deadline_at=dies + timedelta(minutes=5))
    assert measured(imported).risk.rows == 0


def test_rows_say_how_much_they_have_to_spare_before_any_is_at_risk() -> None:
    imported = make_import(*[S.PENDING] * 100)
    now = imported.created_at + timedelta(minutes=19)
    risk = measured(imported, now=now).risk
    assert risk.rows == 0
    assert risk.spare_seconds == pytest.approx(60 - 10.3, abs=0.5)
    assert risk.is_near
    assert not measured(imported, now=now - timedelta(minutes=5)).risk.is_near


def test_the_tightest_row_tells_what_is_to_spare_not_the_first() -> None:
    imported = make_import(*[S.PENDING] * 40)
    now = timezone.now()
    first, others = now + timedelta(seconds=3.5), now + timedelta(seconds=5)
    Row.objects.update(deadline_at=others, claim_order=others)
    Row.objects.filter(line=30).update(deadline_at=first, claim_order=first)
    spare = measured(imported, now=now).risk.spare_seconds
    assert spare == pytest.approx(5 - 4.0, abs=0.2)


@pytest.mark.parametrize("state", [ImportState.PAUSED, ImportState.STAGED])
def test_while_nothing_is_sent_the_rows_at_risk_are_those_lost_if_it_went_on_now(
    state: ImportState,
) -> None:
    waiting = S.STAGED if state == ImportState.STAGED else S.PENDING
    imported = make_import(*[waiting] * 100, state=state)
    in_time = measured(imported)
    assert in_time.risk.rows == 0
    assert in_time.in_time_until is not None
    assert in_time.in_time_until < imported.created_at + timedelta(minutes=20)
    late = measured(imported, now=in_time.in_time_until + timedelta(seconds=1))
    assert 9 <= late.risk.rows <= 11
    assert (late.moving, late.head is not None) == (False, True)


def test_rows_that_wait_for_the_look_before_their_turn_wait_too() -> None:
    imported = make_import(*[S.PENDING] * 10, *[S.STAGED] * 90)
    now = imported.created_at + timedelta(minutes=19)
    assert measured(imported, now=now).risk.spare_seconds == pytest.approx(60 - 10.3, abs=0.5)
    late = measured(imported, now=now + timedelta(seconds=55))
    assert 48 <= late.risk.rows <= 54
    dies, issued = now + timedelta(minutes=4), now - timedelta(minutes=16)
    Row.objects.filter(line=40).update(deadline_at=dies, claim_order=dies, issued_at=issued)
    head = measured(imported, now=now).head
    assert head is not None
    assert head.dies_at == dies
    assert head.age_seconds == pytest.approx(16 * 60)


def test_between_two_looks_an_import_still_has_a_head() -> None:
    assert measured(make_import(*[S.STAGED] * 3)).head is not None


def test_of_a_cancelled_import_nothing_waits_and_nothing_is_at_risk() -> None:
    found = measured(make_import(S.PENDING, S.STAGED, state=ImportState.CANCELLED))
    assert (found.head, found.risk.rows) == (None, 0)


def test_rows_that_wait_for_their_look_share_the_budget() -> None:
    first = make_import(*[S.PENDING] * 50)
    alone = measured(first).seconds_left
    make_import(*[S.STAGED] * 50)
    assert alone is not None
    assert measured(first).seconds_left == pytest.approx(2 * alone)


def test_a_finished_import_says_how_long_it_took() -> None:
    imported = make_import(S.IMPORTED, state=ImportState.FINISHED)
    assert imported.started_at is not None
    imported.finished_at = imported.started_at + timedelta(seconds=50)
    imported.save()
    assert measured(imported).took_seconds == 50


def test_places_in_line_count_only_waiting_rows_in_the_order_of_sending() -> None:
    imported = make_import(S.IMPORTED, S.PENDING, S.REFUSED, S.PENDING)
    soon = timezone.now()
    make_row(imported, 9, S.PENDING, deadline_at=soon, claim_order=soon)
    rows = list(Row.objects.of(imported))
    assert places_in_line(imported, rows) == {9: 1, 3: 2, 5: 3}


def test_after_a_429_the_clock_counts_with_the_pace_that_is_left() -> None:
    imported = make_import(*[S.IMPORTED] * 40, *[S.PENDING] * 100)
    now = timezone.now()
    Row.objects.in_state(S.IMPORTED).update(sent_at=now - timedelta(seconds=2))
    before = measured(imported, now=now)
    assert before.full_pace_at is None
    with transaction.atomic():
        budget.throttled(budget.POST, now=now.timestamp(), retry_after=2)
    after = measured(imported, now=now)
    assert before.seconds_left is not None
    assert after.seconds_left is not None
    assert after.seconds_left > before.seconds_left + 2
    assert after.full_pace_at is not None
    assert after.full_pace_at > now + timedelta(seconds=20)
    assert measured(imported, now=now, held=True).full_pace_at is None


def test_a_break_ends_what_tells_the_rate() -> None:
    imported = make_import(*[S.IMPORTED] * 40, *[S.PENDING] * 10)
    now = timezone.now()
    Row.objects.in_state(S.IMPORTED).update(sent_at=now - timedelta(seconds=60))
    assert measured(imported, now=now).rate is None


def test_a_line_longer_than_its_tokens_live_is_at_risk_beyond_the_rows_looked_at() -> None:
    imported = make_import(*[S.PENDING] * 20)
    imported.pending_count = 100_000
    found = figures(imported, now=timezone.now(), held=False)
    assert found.risk.rows > 80_000
    assert found.risk.is_least
