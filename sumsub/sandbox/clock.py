"""The sandbox's own clock, which a scenario may set wrong."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

DAY_SECONDS = 86_400


class Clock:
    """Milliseconds since 1970 (UTC), shifted by ``offset_seconds``."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def now_ms(self) -> int:
        """Now, in milliseconds."""
        return int((time.time() + self.offset_seconds) * 1000)

    def now(self) -> int:
        """Now, in whole seconds."""
        return int(time.time() + self.offset_seconds)

    def today(self) -> date:
        """Today's date in UTC."""
        return _day(self.now() // DAY_SECONDS)


@lru_cache(maxsize=4)
def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)


def plain(ms: int) -> str:
    """Sumsub's ``createdAt``: GMT without an offset."""
    return _plain(ms // 1000)


@lru_cache(maxsize=1024)
def _plain(seconds: int) -> str:
    # One answer says the same second several times, and so do the next hundred.
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


def with_offset(ms: int) -> str:
    """Sumsub's review dates: GMT with ``+0000``."""
    return plain(ms) + "+0000"


def with_millis(ms: int) -> str:
    """Sumsub's ``createdAtMs`` of webhooks."""
    return f"{plain(ms)}.{ms % 1000:03}"


def iso(ms: int) -> str:
    """RFC 3339 with milliseconds, for our own ledger."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03}Z"


def java_style(ms: int) -> str:
    """``Fri Nov 20 09:00:00 UTC 2026``, as Sumsub prints times inside token errors."""
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[
        moment.month - 1
    ]
    return f"{day} {month} {moment:%d %H:%M:%S} UTC {moment.year}"
