"""Telling a page that something about its subject moved, so that it fetches its part anew.

The stream carries a mark only, and no part of the page: what is fetched then is made for its reader
as it is on loading. All who watch the same subject share one question to the database.
"""

import threading
import time
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

from accounts.streams import Told

# How often the database is asked about one subject, however many watch it (seconds).
LOOK_SECONDS: Final = 0.4


@dataclass(frozen=True)
class Mark:
    """How a subject stands: whatever is shown of it moves with `text`."""

    text: str
    settled: bool


class Watch:
    """One subject's mark, asked for at most every LOOK_SECONDS. For any thread."""

    def __init__(self, ask: Callable[[], Mark]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._mark = Mark("", settled=False)

    def mark(self) -> Mark:
        """How it stands now, or stood a moment ago."""
        with self._lock:
            if time.monotonic() - self._asked_at >= LOOK_SECONDS:
                self._mark = self._ask()
                self._asked_at = time.monotonic()
            return self._mark


_watches: "weakref.WeakValueDictionary[Hashable, Watch]" = weakref.WeakValueDictionary()
_making = threading.Lock()


def watch_of(subject: Hashable, ask: Callable[[], Mark]) -> Watch:
    """The watch that all viewers of a subject share while they look."""
    with _making:
        watch = _watches.get(subject)
        if watch is None:
            watch = _watches[subject] = Watch(ask)
        return watch


@dataclass
class Viewer:
    """Somebody whose page shows a subject as it stood at `seen`, which is empty at first."""

    watch: Watch
    seen: str = field(default="")

    def look(self) -> Told:
        """What is new to the viewer: that something moved, or nothing."""
        mark = self.watch.mark()
        moved = mark.text != self.seen
        self.seen = mark.text
        return Told({"moved": True} if moved else None, mark.settled)
