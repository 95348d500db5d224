"""When the next tick of a drain is worthwhile."""

import pytest

from sharing.budget import AHEAD
from sharing.rhythm import LONGEST, Rest, Rhythm, Turn

BEGAN = 100.0


def rhythm() -> Rhythm:
    return Rhythm(tick=0.025, breath=0.2)


def rest(of: Rhythm, turn: Turn[str], *, took: float) -> Rest:
    """What follows a tick that took so many seconds, rounded to the millisecond."""
    found = of.rest_after(turn, began=BEGAN, now=BEGAN + took)
    return Rest(round(found.sure, 3), round(found.more, 3))


def test_a_tick_that_handed_work_out_is_followed_by_a_breath_since_it_began() -> None:
    assert rest(rhythm(), Turn(["a"], wait=0.5), took=0.05) == Rest(0.15, 0.35)


def test_a_tick_without_work_is_followed_by_no_more_than_a_tick() -> None:
    assert rest(rhythm(), Turn([], wait=0.5), took=0.05).sure == 0.025


def test_a_long_tick_leaves_the_lanes_some_time_all_the_same() -> None:
    assert rest(rhythm(), Turn(["a"], wait=0.0), took=3.0) == Rest(0.025, 0.0)


def test_a_permit_is_worth_a_tick_though_the_last_one_was_just_now() -> None:
    turn = Turn(["a"], wait=0.5, permit_in=0.1)
    assert rest(rhythm(), turn, took=0.05) == Rest(0.05, 0.0)


def test_a_permit_that_comes_soon_is_waited_for_whatever_comes_back() -> None:
    turn = Turn(["a"], wait=0.5, permit_in=0.22)
    assert rest(rhythm(), turn, took=0.05) == Rest(0.17, 0.0)


def test_a_permit_that_comes_late_lets_results_be_settled_before() -> None:
    turn = Turn(["a"], wait=5.0, permit_in=1.0)
    assert rest(rhythm(), turn, took=0.05) == Rest(0.15, 0.8)


def test_a_tick_begins_ahead_of_the_permit_by_the_time_it_needs_to_ask_for_it() -> None:
    learned = rhythm()
    for way in (0.05, 0.06, 0.07, 0.5):
        learned.note(Turn(["a"], wait=0.5, ready_at=BEGAN + way), began=BEGAN)
    turn: Turn[str] = Turn([], wait=0.5, permit_in=0.65)
    assert learned.lead == pytest.approx(0.5)
    learned.note(Turn(["a"], wait=0.5, ready_at=BEGAN + 0.05), began=BEGAN)
    assert learned.lead == pytest.approx(0.07), "one tick in a while may be slower"
    assert rest(learned, turn, took=0.5).sure == pytest.approx(0.15 - 0.07)


def test_a_tick_that_asked_for_no_permit_teaches_nothing() -> None:
    learned = rhythm()
    learned.note(Turn([], wait=0.5), began=BEGAN)
    assert rest(learned, Turn([], wait=0.5, permit_in=0.15), took=0.0).sure == 0.15


def test_the_way_out_is_one_that_most_calls_managed() -> None:
    learned = rhythm()
    assert learned.way_out == 0
    for ways in ([0.01, 0.02], [0.03], [], [0.01], [0.02], [0.4]):
        learned.note_ways(ways)
    assert learned.way_out == pytest.approx(0.03)


def test_a_way_that_took_very_long_is_an_accident_and_not_counted_on() -> None:
    learned = rhythm()
    learned.note_ways([20.0])
    learned.note(Turn(["a"], wait=0.5, ready_at=BEGAN + 20.0), began=BEGAN)
    assert learned.way_out == learned.lead == LONGEST
    # The budget would not see permits for a moment that lies further ahead.
    assert LONGEST < AHEAD


def test_where_no_limit_binds_nothing_is_held_back() -> None:
    unlimited = Rhythm(tick=0.025, breath=0.025, paced=False)
    unlimited.note_ways([0.3])
    unlimited.note(Turn(["a"], wait=0.5, ready_at=BEGAN + 0.3), began=BEGAN)
    assert unlimited.way_out == unlimited.lead == 0
