"""A process that freezes for a moment between the database's answer and what it does next."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

FROZEN_SECONDS = 0.05
# How both databases are asked for the time.
_CLOCK = ("clock_timestamp", "strftime")


@contextmanager
def freezing_at_the_clock() -> Iterator[list[float]]:
    """Freeze whenever the database told the time; the monotonic moments at which it had."""
    told: list[float] = []

    def freezing(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        answer = execute(sql, *given)
        if any(word in sql for word in _CLOCK):
            told.append(time.monotonic())
            time.sleep(FROZEN_SECONDS)
        return answer

    with connection.execute_wrapper(freezing):
        yield told
