"""Groups of rows that a page counts, remembered while nothing changed that they are made of.

Counting them reads every row that has a reason to tell. While rows move, what was counted stays
good for COUNTING_REST times as long as counting took: then viewers of a large import do not keep
the database busy.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, TypeVar

from django.core.cache import cache

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Group = TypeVar("Group", bound=DataclassInstance)
else:
    Group = TypeVar("Group")

REMEMBERED_SECONDS = 60
COUNTING_REST = 20


def remembered(
    key: str,
    kind: Callable[..., Group],
    count: Callable[[], Sequence[Group]],
    *,
    counters: Sequence[int],
    moving: bool,
) -> list[Group]:
    """What `count` finds, or found under this key while the `counters` were the same.

    `kind` makes a group of its values; `moving` says that the counters change all the time, and
    that whoever is told of them is told again soon.
    """
    now = time.time()
    kept = cache.get(key)
    if kept is None or not (kept[0] == list(counters) or (moving and now < kept[1])):
        began = time.monotonic()
        found = [astuple(group) for group in count()]
        good_until = time.time() + (time.monotonic() - began) * COUNTING_REST
        kept = (list(counters), good_until, found)
        cache.set(key, kept, REMEMBERED_SECONDS)
    return [kind(*values) for values in kept[2]]
