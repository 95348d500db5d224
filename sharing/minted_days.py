"""Share tokens minted by day, for the start page of those who mint them."""

from collections.abc import Mapping, Sequence
from datetime import date

from accounts.day_counts import by_day
from sharing.models import IssuedToken


def minted_by_day(days: Sequence[date]) -> Mapping[date, int]:
    """How many were minted on each of these days (in UTC), today's at most a minute old."""
    found: Mapping[date, int] = by_day(
        "minted", days, _counted, stamps=dict.fromkeys(days, "minted")
    )
    return found


def _counted(days: Sequence[date]) -> Mapping[date, int]:
    issued = IssuedToken.objects.issued_on(min(days), max(days))
    return dict.fromkeys(days, 0) | issued.counted_by_day()
