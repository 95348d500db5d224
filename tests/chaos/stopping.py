"""People who pause and cancel, and the note of when a stop was confirmed."""

import time
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from tests.chaos.field import Away, Field

STOPPED_SECONDS = 2.5


class Errand(Protocol):
    """Something that is done in steps, at its moment."""

    due: float

    def step(self) -> float | None:
        """Do the next step; the seconds until the one after, None when there is none."""


class _Stage(Enum):
    ASK = "ask"
    CONFIRM = "confirm"
    RESUME = "resume"
    AGAIN = "again"


_REACHED = {"pause": "paused", "cancel": "cancelled", "resume": "running"}


@dataclass
class Stopping:
    """A pause (and its end) or a cancel (and the same file once more) of one import."""

    here: Field
    import_id: int
    deed: str
    due: float
    again: Errand | None = None
    stage: _Stage = _Stage.ASK
    confirmed_at: int = 0
    confirmed: bool = False

    def step(self) -> float | None:
        """One step; what the database's absence interrupts is tried again."""
        try:
            if self.stage is _Stage.ASK:
                return self._ask()
            if self.stage is _Stage.CONFIRM:
                return self._confirm()
            return self._resume()
        except Away:
            return 0.3

    def _ask(self) -> float | None:
        if not self._did(self.deed):
            return None
        self.stage = _Stage.CONFIRM
        return 0.0

    def _did(self, deed: str) -> bool:
        """True when the deed was done, by this call or by one whose answer got lost."""
        done = self.here.ask(deed, import_id=self.import_id)
        return done is not None or self._state() == _REACHED[deed]

    def _state(self) -> str:
        found = self.here.look(
            f"SELECT state FROM customers_import WHERE id = {int(self.import_id)}"
        )
        return str(found[0][0])

    def _confirm(self) -> float | None:
        """Confirmed when no row of it is on the wire: from here on nothing of it may arrive."""
        if self.here.sending(self.import_id):
            return 0.05
        self.confirmed_at = self.here.last_seq()
        self.confirmed = True
        self.stage = _Stage.RESUME
        return STOPPED_SECONDS

    def _resume(self) -> float | None:
        """The stop is over: a paused import goes on, a cancelled one's file comes again."""
        if self.stage is _Stage.RESUME:
            until = self.here.last_seq()
            self.here.note_stop(self.import_id, self.deed, self.confirmed_at, until)
            self.stage = _Stage.AGAIN
        if self.deed == "pause":
            self._did("resume")
        elif self.again is not None:
            self.again.due = time.monotonic()
        return None
