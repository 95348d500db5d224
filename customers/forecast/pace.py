"""How fast Sumsub may be asked for previews: permits, lanes, and what is left to others."""

from datetime import datetime

from django.db import transaction

from customers.forecast.meaning import budget_kind
from customers.forecast.questions import lanes_for
from customers.models import Row
from customers.redemption.lanes import breath_for
from customers.timing import Timing
from sharing import budget

# Rows of one round at most, where no limit says less.
MOST_AT_ONCE = 100
# A lookup may need its positive control.
CALLS_OF_A_LOOKUP = 2
# Rows that may wait for their turn where no limit of sending is set.
AHEAD_WITHOUT_LIMIT = 200


class Pace:
    """The pace of one process, read from the settings once."""

    def __init__(self, timing: Timing) -> None:
        self._kind = budget_kind()
        self._limit = budget.limit(self._kind)
        self._timing = timing
        self._lanes = lanes_for(self._limit, timing)
        self.breath = breath_for(self._limit, timing) if self._limit.calls else timing.tick
        """Seconds in which permits gather for the next round."""
        limited = bool(budget.limit(budget.POST).calls)
        self.wait_for_room = timing.preview_ahead / 4 if limited else timing.breath
        """Seconds in which so many rows are sent that it pays to ask about more."""

    def room(self, busy: int, now: datetime) -> int:
        """How many more rows may be asked about now, while `busy` questions are under way."""
        free = min(MOST_AT_ONCE, self._lanes - busy)
        return max(0, free - self._left_to_lookups(now))

    def _left_to_lookups(self, now: datetime) -> int:
        """Permits that are not ours: rows in doubt have waited longer, and know no other way."""
        if not self._limit.calls:
            return 0
        gathers = round(self._limit.per_second * self.breath)
        due = Row.objects.due_for_lookup(now)[:MOST_AT_ONCE].count()
        return MOST_AT_ONCE if due * CALLS_OF_A_LOOKUP >= gathers else due * CALLS_OF_A_LOOKUP

    def ahead(self) -> int:
        """Rows that may wait to be sent: more would only grow old with their forecast."""
        limit = budget.limit(budget.POST)
        if not limit.calls:
            return AHEAD_WITHOUT_LIMIT
        return max(limit.burst, round(limit.per_second * self._timing.preview_ahead))

    def permits(self, wanted: int, now: datetime) -> int:
        """Take permits for so many questions; returns how many were given."""
        with transaction.atomic():
            return budget.take(self._kind, wanted, now=now.timestamp())

    def throttled(self, retry_after: float | None, now: datetime) -> None:
        """Sumsub answered 429: everybody waits as it says, and slows down."""
        with transaction.atomic():
            budget.throttled(self._kind, now=now.timestamp(), retry_after=retry_after)
