"""Watching an import from a terminal: how it stands, and when waiting for it is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils import timezone

from customers import gates
from customers.models import Gate, GateScope, Import
from customers.tally import Tally, tally

# A gate that was closed before this run is given one probe: so long until it starts, and so long
# for its answer.
PROBE_STARTS_SECONDS = 30.0
PROBE_ANSWERS_SECONDS = 5.0
_CONNECTION_SCOPES = frozenset({GateScope.CONNECTION, GateScope.REUSE, GateScope.COPY})


class Ending(Enum):
    """Why the wait for an import was over."""

    DECIDED = "every row has its outcome"
    WAITED = "the wait ended"
    GATE_CLOSED = "the connection's gate is closed"


@dataclass(frozen=True)
class Standing:
    """How an import stands at a moment: its rows as they count, and the gates over it."""

    tally: Tally
    gates: tuple[Gate, ...]

    @property
    def connection_gate(self) -> Gate | None:
        """The gate over the whole connection, or over its reuse or copy, if one is closed."""
        closed = (g for g in self.gates if g.scope in _CONNECTION_SCOPES)
        return next(closed, None)


def standing(imported: Import) -> Standing:
    """How the import stands now."""
    closed = gates.closed_over(imported, Gate.objects.closed())
    return Standing(tally(imported), tuple(closed))


class Watch:
    """Decides when a drain for one import is over; `is_over` is its `until`.

    The wait of `wait_seconds` begins when nothing is left to send, or when what is left has not
    moved since (its donor's gate is closed, say, or somebody paused it).
    """

    def __init__(
        self, imported: Import, wait_seconds: float, seen: Callable[[Standing], None]
    ) -> None:
        self.ending = Ending.WAITED
        self._import = imported
        self._wait_seconds = wait_seconds
        self._seen = seen
        self._began = time.monotonic()
        self._began_at = timezone.now()
        self._moved_at = self._began
        self._next_probe: datetime | None = None
        self._probed_at: float | None = None
        self._unsent: int | None = None

    def is_over(self) -> bool:
        """Look, tell what was seen, and say whether to go on waiting."""
        now = standing(self._import)
        self._seen(now)
        self._note(now.tally)
        if not now.tally.undecided:
            self.ending = Ending.DECIDED
            return True
        if self._is_shut(now.connection_gate):
            self.ending = Ending.GATE_CLOSED
            return True
        return time.monotonic() - self._moved_at >= self._wait_seconds

    def _note(self, counted: Tally) -> None:
        if counted.unsent != self._unsent:
            self._unsent = counted.unsent
            self._moved_at = time.monotonic()

    def _is_shut(self, gate: Gate | None) -> bool:
        """True when there is no use in waiting for the gate.

        One that was closed before this run may open by a probe: its cause may be gone since.
        """
        if gate is None:
            return False
        closed_now = gate.closed_at is not None and gate.closed_at >= self._began_at
        return closed_now or gate.probe_at is None or self._was_probed(gate.probe_at)

    def _was_probed(self, next_probe: datetime) -> bool:
        now = time.monotonic()
        self._next_probe = self._next_probe or next_probe
        if self._probed_at is None and next_probe != self._next_probe:
            self._probed_at = now
        if self._probed_at is None:
            return now - self._began > PROBE_STARTS_SECONDS
        return now - self._probed_at > PROBE_ANSWERS_SECONDS
