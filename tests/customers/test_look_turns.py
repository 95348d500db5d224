"""One process asks for several looks in turn: what is whose, and that each comes to its end."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers import gates
from customers.forecast import leases, looker
from customers.forecast.beginning import begin
from customers.forecast.next_rows import NextRows
from customers.forecast.questions import Lanes, question_about
from customers.forecast.trials import Trials
from customers.forecast.turns import Turn
from customers.models import (
    GateReason,
    Import,
    ImportState,
    Look,
    LookKind,
    LookState,
    Row,
    RowState,
)
from customers.timing import Timing
from sharing.database_clock import database_now
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import outcome, states, stored, tokens
from tests.customers.looking import ask, look_of, looked, outlooks
from tests.parts.import_maker import make_import

S = RowState


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    """Lanes that looks share, as in one process."""
    shared = Lanes()
    yield shared
    shared.close()


def turn_for(imported: Import, lanes: Lanes, kept: dict[int, Trials] | None = None) -> Turn:
    """A turn of this process for a look that nobody has."""
    Look.objects.exclude(pk=imported.pk).update(lease_until=timezone.now() + timedelta(hours=1))
    mine = leases.take("me", database_now(), Timing.current())
    assert mine is not None
    assert mine.pk == imported.pk
    return Turn(mine, "me", Timing.current(), lanes, threading.Event(), kept or {})


@pytest.mark.parametrize("kind", [LookKind.ALL, LookKind.EACH])
def test_what_another_turn_asked_is_no_forecast_of_this_look(
    far_end: Sandbox, lanes: Lanes, kind: LookKind
) -> None:
    other = stored(tokens(far_end, 2, outcome("approved")))
    begin(other.pk, LookKind.ALL, by=None)
    mine = stored(tokens(far_end, 2, outcome("approved")))
    begin(mine.pk, kind, by=None)
    lanes.put([question_about(row, other) for row in Row.objects.of(other)], asker="another turn")
    turn_for(mine, lanes).run()
    assert (look_of(mine).answered, outlooks(other)) == (2, {})
    Look.objects.update(lease_until=None)
    ask()
    assert (look_of(other).state, look_of(other).passes_count) == (LookState.DONE, 2)


def test_what_a_row_would_find_at_another_level_is_never_its_own_forecast(
    far_end: Sandbox, lanes: Lanes
) -> None:
    imported = stored(tokens(far_end, 1, outcome("refused:10513")))
    look = looked(imported)
    better = max(look.at_levels or [], key=lambda tried: int(tried["passes"] + tried["documents"]))
    begin(imported.pk, LookKind.ALL, by=None)
    turn = turn_for(imported, lanes)
    row = Row.objects.of(imported).get()
    trial = question_about(row, imported, level=better["level"], trial=better["group"])
    lanes.put([trial], asker=turn)
    turn.run()
    assert look_of(imported).refused_count == 1


def test_a_turn_that_breaks_lets_its_look_go(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 1))
    begin(imported.pk, LookKind.ALL, by=None)
    closed = Lanes()
    closed.close()
    with pytest.raises(RuntimeError):
        turn_for(imported, closed).run()
    assert look_of(imported).lease_until is None


def test_looks_whose_trials_outlast_a_turn_come_to_their_end(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING |= {"preview_turn": 0.0, "preview_lanes": 2}
    imports = [stored(tokens(far_end, 3, outcome("refused:10513"))) for _ in range(2)]
    for imported in imports:
        begin(imported.pk, LookKind.ALL, by=None)
    stop = threading.Event()
    clock = threading.Timer(20, stop.set)
    clock.start()
    ask(stop)
    clock.cancel()
    for imported in imports:
        look = look_of(imported)
        assert (look.state, look.refused_count) == (LookState.DONE, 3)
        assert {tried["asked"] for tried in look.at_levels or []} == {3}


def test_answers_that_outlast_a_turn_are_waited_for(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"preview_turn": 0.0}
    imports = [stored(tokens(far_end, 3, outcome("approved"))) for _ in range(2)]
    far_end.set_faults({"rules": [{"call": "preview", "do": "latency", "ms": 1500}]})
    for imported in imports:
        begin(imported.pk, LookKind.ALL, by=None)
    stop = threading.Event()
    clock = threading.Timer(20, stop.set)
    clock.start()
    ask(stop)
    clock.cancel()
    assert [look_of(imported).passes_count for imported in imports] == [3, 3]


def test_a_look_that_a_gate_holds_back_asks_the_database_rarely(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.REDEMPTION_TIMING |= {"look": 10.0, "breath": 0.05}
    imported = stored(tokens(far_end, 2, outcome("approved")))
    begin(imported.pk, LookKind.EACH, by=None)
    now, timing, why = database_now(), Timing.current(), GateReason.PERMISSION
    with transaction.atomic():
        gates.close(imported, why, error_code=None, detail="", now=now, timing=timing)
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    began = time.monotonic()
    with CaptureQueriesContext(connection) as asked:
        looker.look(stop)
    assert time.monotonic() - began < 5
    renewed = [one for one in asked if 'UPDATE "customers_look"' in one["sql"]]
    # Taken, renewed once, let go of.
    assert len(renewed) <= 3
    assert states(imported) == {S.STAGED: 2}


# ---- in which order ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.both_databases
def test_each_row_is_asked_about_in_the_order_of_sending() -> None:
    imported = make_import(*[S.STAGED] * 5)
    now = timezone.now()
    for line, minutes in ((6, 1), (4, 2), (5, 2)):
        dies = now + timedelta(minutes=minutes)
        Row.objects.of(imported).on_lines([line]).update(deadline_at=dies, claim_order=dies)
    rows = NextRows(Look(import_ref=imported, kind=LookKind.EACH), imported)
    assert [row.line for row in rows.take(2, from_top=True)] == [6, 4]
    assert [row.line for row in rows.take(9, from_top=True)] == [5, 2, 3]
    assert [row.line for row in rows.take(1, from_top=False)] == []
    assert [row.line for row in rows.take(1, from_top=True)] == [6]


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_line_goes_on_behind_the_last_row_that_was_lined_up() -> None:
    imported = make_import(*[S.STAGED] * 5)
    soon = timezone.now() + timedelta(minutes=1)
    Row.objects.of(imported).on_lines([3, 5]).update(deadline_at=soon, claim_order=soon)
    mine = Row.objects.of(imported).not_started().order_by("claim_order", "line")
    found = [row.line for row in mine.after_in_line(soon, 3)]
    assert found == [5, 2, 4, 6]


@pytest.mark.django_db
@pytest.mark.both_databases
def test_all_rows_are_asked_about_in_the_order_of_the_file() -> None:
    imported = make_import(*[S.STAGED] * 3, state=ImportState.STAGED)
    soon = timezone.now() + timedelta(minutes=1)
    Row.objects.of(imported).on_lines([4]).update(deadline_at=soon, claim_order=soon)
    rows = NextRows(Look(import_ref=imported, kind=LookKind.ALL), imported)
    assert [row.line for row in rows.take(9, from_top=True)] == [2, 3, 4]
