"""Share tokens minted by day, for the start page of those who mint them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from accounts.day_counts import by_day
from sharing.models import IssuedToken


def minted_by_day(days: Sequence[date]) -> Mapping[date, int]:
    """How many were minted on each of these days (in UTC), today's at most a minute old."""
    found: Mapping[date, int] = by_day(
        "minted", days, _counted, stamps=dict.fromkeys(days, "minted")
    )
    return found


def _counted(days: Sequence[date]) -> Mapping[date, int]:
    first, last = min(days), max(days)
    issued = IssuedToken.objects.issued_between(_midnight(first), _midnight(last) + timedelta(1))
    return dict.fromkeys(days, 0) | issued.counted_by_day()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
