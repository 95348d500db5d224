"""Looking first, against the real far end: what is asked, what is kept, and that nothing is used.

The rules are those of docs/architecture.md, "Looking first".
"""

import itertools
import threading
from collections import Counter
from datetime import timedelta

from django.utils import timezone
from pytest_django.fixtures import Settings

from customers import control, intake
from customers.forecast import leases
from customers.forecast.beginning import SAMPLE_ROWS, begin
from customers.models import Forecast, LookKind, LookState, Outlook, Row, RowState
from customers.models.looks import NO_ANSWER
from customers.reasons import Reason
from customers.timing import Timing
from sharing import gateway
from sharing.database_clock import database_now
from sumsub.sandbox.process import Sandbox
from tests.customers.engine import (
    drain_to_the_end,
    outcome,
    states,
    stored,
    tokens,
)
from tests.customers.looking import ask, events, look_of, looked, outlooks
from tests.parts.import_maker import make_import, make_row

MIXED = 60


def test_every_row_gets_its_forecast_and_no_share_token_is_used(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, MIXED))
    look = looked(imported)
    assert look.state == LookState.DONE
    assert look.answered == look.wanted == MIXED
    assert states(imported) == {RowState.STAGED: MIXED}
    assert events(far_end)["redeemed"] == 0
    assert events(far_end)["previewed"] >= look.passes_count + look.documents_count


def test_the_forecast_is_what_the_import_then_brings(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, MIXED))
    looked(imported)
    foretold = {
        row_id: (outlook in (Outlook.PASSES, Outlook.DOCUMENTS), code)
        for row_id, outlook, code in Forecast.objects.of(imported.pk).values_list(
            "row_id", "outlook", "error_code"
        )
    }
    intake.start(imported.pk, by=None)
    drain_to_the_end(imported)
    became = {
        row.pk: (row.state == RowState.IMPORTED, row.error_code) for row in Row.objects.of(imported)
    }
    assert became == foretold


def test_a_sample_is_spread_from_the_first_row_to_the_last(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 3 * SAMPLE_ROWS, outcome("approved")))
    look = looked(imported, LookKind.SAMPLE)
    assert (look.answered, look.kind, look.is_whole) == (SAMPLE_ROWS, LookKind.SAMPLE, False)
    asked = Row.objects.of(imported).with_outlook(*Outlook).order_by("line")
    lines = list(asked.values_list("line", flat=True))
    assert (lines[0], lines[-1]) == (2, 3 * SAMPLE_ROWS + 1)
    gaps = {after - before for before, after in itertools.pairwise(lines)}
    assert gaps <= {3, 4}


def test_after_a_sample_the_rest_is_asked_about_and_nothing_twice(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 70, outcome("approved")))
    looked(imported, LookKind.SAMPLE)
    look = looked(imported)
    assert (look.is_whole, look.passes_count) == (True, 70)
    assert events(far_end)["previewed"] == 70


def test_a_sample_of_a_short_file_is_all_of_it(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 5, outcome("approved")))
    assert looked(imported, LookKind.SAMPLE).is_whole


def test_credentials_that_are_refused_stop_the_look_and_say_why(
    far_end: Sandbox, settings: Settings
) -> None:
    imported = stored(tokens(far_end, 5))
    right = settings.SUMSUB_SECRET_KEY
    settings.SUMSUB_SECRET_KEY = "wrong"
    look = looked(imported)
    assert (look.state, look.stopped_by, look.answered) == (LookState.STOPPED, "credentials", 0)
    settings.SUMSUB_SECRET_KEY = right
    assert looked(imported).is_whole


def test_a_level_that_sumsub_does_not_know_stops_the_look(far_end: Sandbox) -> None:
    look = looked(stored(tokens(far_end, 3), level_name="no-such-level"))
    assert (look.state, look.stopped_by) == (LookState.STOPPED, "parameters")


def test_a_row_with_an_unknown_level_of_its_own_stops_nothing(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 3, outcome("approved")))
    Row.objects.of(imported).on_lines([2]).update(level_name="no-such-level")
    look = looked(imported)
    assert (look.passes_count, look.refused_count) == (2, 1)
    assert Forecast.objects.get(row__line=2).reason == Reason.WRONG_REQUEST


def test_a_row_without_an_answer_is_asked_again_and_then_told_so(far_end: Sandbox) -> None:
    contents = tokens(far_end, 6, outcome("approved"))
    far_end.set_faults({"rules": [{"call": "preview", "do": "drop_before_commit", "times": 4}]})
    imported = stored(contents)
    assert looked(imported).passes_count == 6


def test_silence_stops_the_look(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"preview_silence": 2, "preview_pause": 0.01}
    contents = tokens(far_end, 6, outcome("approved"))
    far_end.set_faults({"rules": [{"call": "preview", "do": "drop_before_commit"}]})
    look = looked(stored(contents))
    assert (look.state, look.stopped_by) == (LookState.STOPPED, NO_ANSWER)


def test_a_429_slows_the_look_down_and_loses_no_row(far_end: Sandbox, settings: Settings) -> None:
    settings.REDEMPTION_TIMING |= {"preview_pause": 0.01}
    contents = tokens(far_end, 8, outcome("approved"))
    far_end.set_faults({"rules": [{"call": "preview", "do": "throttle", "times": 3}]})
    assert looked(stored(contents)).passes_count == 8


def test_a_wrong_clock_is_corrected_and_the_row_asked_again(far_end: Sandbox) -> None:
    contents = tokens(far_end, 4, outcome("approved"))
    far_end.set_faults({"clock_offset_seconds": 90})
    gateway.clock.cache_clear()
    look = looked(stored(contents))
    assert (look.state, look.passes_count) == (LookState.DONE, 4)


def test_a_copy_is_previewed_as_a_copy(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 4, outcome("approved")), mode="copy")
    look = looked(imported)
    assert (look.answered, look.passes_count, look.at_levels) == (4, 4, [])


def test_the_preview_can_be_asked_by_post(far_end: Sandbox, settings: Settings) -> None:
    settings.SUMSUB_PREVIEW_METHOD = "POST"
    assert looked(stored(tokens(far_end, 4, outcome("approved")))).passes_count == 4


def test_a_cancelled_import_is_not_looked_at_further(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 4))
    begin(imported.pk, LookKind.ALL, by=None)
    control.cancel(imported.pk, by=None)
    ask()
    assert events(far_end) == Counter()


def test_one_process_asks_for_a_look_at_a_time(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 2))
    begin(imported.pk, LookKind.ALL, by=None)
    now, timing = database_now(), Timing()
    mine = leases.take("first", now, timing)
    assert mine is not None
    assert leases.take("second", now, timing) is None
    later = now + timedelta(seconds=timing.preview_lease + 1)
    assert leases.take("second", later, timing) == mine
    assert not leases.renew(mine, "first", later, timing)


def test_an_answer_for_a_row_that_changed_meanwhile_is_void(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 2, outcome("approved")))
    begin(imported.pk, LookKind.ALL, by=None)
    intake.start(imported.pk, by=None)
    ask()
    assert outlooks(imported) == Counter()
    assert look_of(imported).answered == 0


def test_forecasts_change_neither_state_nor_version_nor_change_number(far_end: Sandbox) -> None:
    imported = stored(tokens(far_end, 3))
    columns = ("pk", "state", "version", "change")
    before = list(Row.objects.of(imported).order_by("pk").values_list(*columns))
    looked(imported)
    assert list(Row.objects.of(imported).order_by("pk").values_list(*columns)) == before


def test_rows_in_doubt_are_looked_up_before_anything_is_previewed(
    far_end: Sandbox, settings: Settings
) -> None:
    settings.SUMSUB_GET_LIMIT = "300/5s"
    contents = tokens(far_end, 2, outcome("approved"))
    other = make_import()
    for line in range(2, 9):
        make_row(other, line, RowState.CHECKING, next_lookup_at=timezone.now())
    imported = stored(contents)
    begin(imported.pk, LookKind.ALL, by=None)
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    ask(stop)
    assert look_of(imported).answered == 0
    Row.objects.of(other).update(next_lookup_at=None)
    ask()
    assert look_of(imported).answered == 2
