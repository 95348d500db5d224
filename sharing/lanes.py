"""How many calls one process keeps on the wire, and how often it looks for more to send."""

import math

from sharing.limits import Limit

# A call may take this long at Sumsub; lanes = rate x this x headroom keep the budget busy.
LONG_LATENCY = 1.5
HEADROOM = 1.3
MOST_LANES = 400
LANES_WITHOUT_LIMIT = 200


def lanes_within(limit: Limit) -> int:
    """How many calls one process keeps on the wire so that the budget is the limit."""
    if not limit.calls:
        return LANES_WITHOUT_LIMIT
    return min(MOST_LANES, max(4, math.ceil(limit.per_second * LONG_LATENCY * HEADROOM)))


def breath_within(limit: Limit, *, tick: float, breath: float) -> float:
    """Seconds between two ticks of a drain that waste no permit of `limit`.

    A tick costs the same for one row as for ten, so at a limit it takes what has gathered. Half of
    the burst gathers at most: a tick that comes late finds the other half, and loses nothing.
    """
    if not limit.calls:
        return tick
    return max(tick, min(breath, limit.burst * limit.interval / 2))
