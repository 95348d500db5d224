"""`make chaos`: the long run, then the broken engines, each of which the checker must catch.

    python -m tests.chaos [--rows N] [--kills N] … [--only-run | --only-broken]

Exits 1 when the engine broke a rule, or when a broken one passed.
"""

import sys

from tests.chaos import scenarios
from tests.chaos.driver import run
from tests.chaos.halves import Half
from tests.chaos.plan import Sizes

HALF = Half(
    about="Break everything but the promise.",
    folder="long",
    usual=Sizes(),
    run=run,
    variants=scenarios.SCENARIOS,
    play=scenarios.play,
    caught=scenarios.caught,
)

if __name__ == "__main__":
    sys.exit(HALF.main())
