"""The looker: a worker's second thread asks Sumsub's preview, one look at a time.

Nothing here can use a share token up, so whatever is lost on the way is simply asked again.
"""

import threading
from datetime import timedelta

from customers.forecast import leases
from customers.forecast.questions import Lanes
from customers.forecast.trials import Trials
from customers.forecast.turns import Turn
from customers.timing import Timing
from sharing import leaseholder
from sharing.database_clock import database_now


def look(stop: threading.Event) -> None:
    """Ask for one look after the other until none is due, or it is told to stop."""
    timing = Timing.current()
    owner = leaseholder.this_thread()
    lanes = Lanes()
    trials: dict[int, Trials] = {}
    try:
        while not stop.is_set():
            mine = leases.take(owner, database_now(), timing)
            if mine is None:
                return
            Turn(mine, owner, timing, lanes, stop, trials).run()
    finally:
        lanes.close()


def is_anything_due(within: float) -> bool:
    """True when a process should be looking within so many seconds."""
    return leases.is_anything_due(database_now() + timedelta(seconds=within))
