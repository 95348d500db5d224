"""Counts by day that are remembered: a day that is over is counted once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from django.core.cache import cache

Counted = TypeVar("Counted")
REMEMBERED_SECONDS = 30 * 24 * 3600
TODAY_SECONDS = 60


def by_day(
    key: str,
    days: Sequence[date],
    count: Callable[[Sequence[date]], Mapping[date, Counted]],
    *,
    stamps: Mapping[date, object],
) -> dict[date, Counted]:
    """What `count` finds for each day, or found before while the day's stamp was the same.

    `stamps` say what a day's counts rest on; a day without a stamp has nothing to count. Where
    only the stamp of the last day changes, what was counted of it stays good for a minute.
    """
    wanted = [day for day in days if day in stamps]
    kept = cache.get_many([_name(key, day) for day in wanted])
    found: dict[date, Counted] = {}
    missing: list[date] = []
    for day in wanted:
        stamp, counted = kept.get(_name(key, day), (None, None))
        if stamp is not None and (stamp == stamps[day] or day == days[-1]):
            found[day] = counted
        else:
            missing.append(day)
    if missing:
        fresh = count(missing)
        for day in missing:
            if day in fresh:
                found[day] = fresh[day]
                lasts = TODAY_SECONDS if day == days[-1] else REMEMBERED_SECONDS
                cache.set(_name(key, day), (stamps[day], fresh[day]), lasts)
    return found


def _name(key: str, day: date) -> str:
    return f"by-day:{key}:{day:%Y%m%d}"
