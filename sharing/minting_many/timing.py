"""Every wait and count of minting many in one place.

The setting MINTING_TIMING overrides any of them by name, which is how tests run the same machine
on a shorter clock.
"""

from dataclasses import dataclass

from django.conf import settings

from sharing.timing_settings import with_settings


@dataclass(frozen=True)
class Timing:
    """Seconds, unless the name says otherwise."""

    tick: float = 0.025
    """Least time between two transactions."""
    breath: float = 0.2
    """The same while a rate limit binds: permits of that time go out together, and none is lost."""
    idle: float = 0.5
    """Longest time a drain waits before it looks again."""
    look: float = 2.0
    """How often an idle worker looks whether something is due, if no bell wakes it."""
    lanes: int = 0
    """Concurrent mintings of one process; 0 = as many as the budget can use."""
    asking_lanes: int = 16
    """Concurrent lookups of one process."""
    lease: float = 60.0
    """How long a claimed row belongs to its process."""
    write_within: float = 10.0
    """A claimed row is not written to the socket later than this."""
    shutdown: float = 8.0
    """How long a stopping drain waits for answers on the wire."""
    sweep: float = 1.0
    """How often ended leases and dead share tokens are looked for."""
    tries: int = 5
    """Calls for one row that may go unanswered before the row counts as failed."""
    again_after: tuple[float, ...] = (1, 2, 5, 15)
    """How long a row waits after its first, second … unanswered call."""
    silence: int = 20
    """Unanswered calls in a row that stop a batch."""
    refused_run: int = 5
    """Equal bad requests in a row, before anything was minted, that stop a batch."""

    @classmethod
    def current(cls) -> "Timing":
        """The timing that the settings ask for. Raises TypeError for a name that is none."""
        return with_settings(cls, settings.MINTING_TIMING)
