"""The short clock of a chaos run keeps the order of the real one: each wait outlasts its faults."""

from customers.timing import Timing
from tests.chaos.mix import FREEZE, LAG, TIMING

SHORT = Timing(**TIMING)


def test_absence_is_final_only_after_every_lag_of_the_far_end() -> None:
    # A request leaves that late after its claim, and what a lookup saw may be that old.
    unseen = SHORT.write_within + LAG + SHORT.asking
    assert unseen < SHORT.quiet
    assert unseen < SHORT.dead_token_margin


def test_a_lease_outlasts_the_time_to_write_and_ends_while_its_worker_is_frozen() -> None:
    assert SHORT.write_within < SHORT.lease < min(FREEZE)


def test_the_real_clock_keeps_the_same_order() -> None:
    real = Timing()
    assert real.write_within < real.lease < real.quiet
    assert real.write_within + real.asking < real.dead_token_margin
