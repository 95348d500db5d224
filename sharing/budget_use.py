"""How much of the rate budget was in use lately: samples in the cache, read by the start page.

The beat asks for a sample every few seconds; whichever worker takes it writes the same slot of its
minute. A lost sample is a gap in a line, no more.
"""

from dataclasses import dataclass, field
from statistics import fmean

from django.core.cache import cache

from sharing import budget
from sharing.limits import Limit

SLOT_SECONDS = 5
MINUTES = 60
_KEPT_SECONDS = (MINUTES + 5) * 60
_SLOTS_A_MINUTE = 60 // SLOT_SECONDS


@dataclass(frozen=True)
class BudgetUse:
    """One kind of call: its limit, calls a second now, for those that write in each minute too.

    `refused_at` is the last 429 in epoch seconds, 0 for none. `wait` is how long Sumsub asked us
    to rest, `pace` the part of the limit that is used since.
    """

    limit: Limit
    now: float
    minutes: list[float] = field(default_factory=list)
    refused_at: float = 0.0
    pace: float = 1.0
    wait: float = 0.0

    @property
    def is_limited(self) -> bool:
        """False where no limit is set."""
        return bool(self.limit.calls)

    @property
    def granted(self) -> float:
        """Calls a second that the limit comes to."""
        return self.limit.calls / self.limit.seconds

    @property
    def peak(self) -> float:
        """The busiest minute."""
        return max([*self.minutes, self.now], default=0.0)

    @property
    def percent(self) -> int:
        """The part of the limit in use now."""
        return round(100 * self.now / self.granted) if self.is_limited else 0

    @property
    def table(self) -> list[tuple[int, float, float]]:
        """Five minutes each, the newest first: minutes ago, calls a second, the busiest minute."""
        parts = [self.minutes[n : n + 5] for n in range(0, len(self.minutes), 5)]
        told = [
            (5 * (len(parts) - place), fmean(part), max(part)) for place, part in enumerate(parts)
        ]
        return told[::-1]


def note(now: float) -> None:
    """Write down how many calls a second that write there were just now."""
    rate = budget.calls_a_second(budget.POST, now=now)
    slot = int(now // SLOT_SECONDS)
    name = _minute_of(slot)
    cache.set(name, cache.get(name, {}) | {slot: rate}, _KEPT_SECONDS)


def lately(kind: str, now: float) -> BudgetUse:
    """The last hour of calls that write, or the present moment of those that read."""
    rates = _samples(now) if kind == budget.POST else []
    pace, wait = budget.pace_now(kind, now=now)
    return BudgetUse(
        limit=budget.limit(kind),
        now=budget.calls_a_second(kind, now=now),
        minutes=_by_minute(rates) if any(rate is not None for rate in rates) else [],
        refused_at=budget.refused_at(kind),
        pace=pace,
        wait=wait,
    )


def _samples(now: float) -> list[float | None]:
    """Calls a second that write, slot by slot of the last hour; None where no sample is."""
    last = int(now // SLOT_SECONDS)
    slots = range(last - MINUTES * _SLOTS_A_MINUTE + 1, last + 1)
    kept = cache.get_many({_minute_of(slot) for slot in slots})
    return [kept.get(_minute_of(slot), {}).get(slot) for slot in slots]


def _by_minute(rates: list[float | None]) -> list[float]:
    parts = (rates[n : n + _SLOTS_A_MINUTE] for n in range(0, len(rates), _SLOTS_A_MINUTE))
    told = ([rate for rate in part if rate is not None] for part in parts)
    return [fmean(part) if part else 0.0 for part in told]


def _minute_of(slot: int) -> str:
    """Where the samples of a slot's minute lie: an hour of them is read at each start page."""
    return f"budget-posts-of-minute:{slot // _SLOTS_A_MINUTE}"
