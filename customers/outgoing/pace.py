"""Every wait and count of outgoing webhooks in one place.

The setting WEBHOOK_TIMING overrides any of them by name, which is how tests run on a short clock.
"""

import random
from dataclasses import dataclass

from django.conf import settings

from sharing.timing_settings import with_settings

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True)
class Pace:
    """Seconds, unless the name says otherwise."""

    retries: tuple[float, ...] = (
        5,
        5 * MINUTE,
        30 * MINUTE,
        2 * HOUR,
        5 * HOUR,
        10 * HOUR,
        14 * HOUR,
        20 * HOUR,
        24 * HOUR,
    )
    """Waits between attempts (Standard Webhooks): ten attempts within some three days."""
    jitter: float = 0.2
    """The part by which a wait may be longer, so that a receiver that comes back is not flooded."""
    longest_wish: float = HOUR
    """The longest Retry-After that is heeded."""
    lease: float = 60.0
    """How long a delivery belongs to the worker that took it: far longer than a POST may take."""
    lanes: int = 16
    """Deliveries that one process sends at once."""
    per_endpoint: int = 4
    """Deliveries to one endpoint at once, of all processes; one only while it fails."""
    give_up_after: float = 5 * DAY
    """An endpoint that failed for so long is stopped."""
    overlap: float = DAY
    """How long the old secret signs too after a rotation."""
    kept: float = 30 * DAY
    """How long deliveries can be looked at and sent again."""
    idle: float = 0.5
    """Longest time a worker with deliveries on their way waits before it looks again."""
    linger: float = 6.0
    """A worker stays while the next delivery is due within this time."""
    shutdown: float = 5.0
    """How long a stopping worker waits for answers."""

    @classmethod
    def current(cls) -> "Pace":
        """The pace that the settings ask for. Raises TypeError for a name that is none."""
        return with_settings(cls, settings.WEBHOOK_TIMING)

    def wait_after(self, failures: int, wish: float | None) -> float | None:
        """Seconds until the next attempt after so many failures in a row; None: no more of them.

        `wish` is what the receiver asked for.
        """
        if failures > len(self.retries):
            return None
        # Spreads load; nobody is to be kept from guessing it.
        wait = self.retries[failures - 1] * (1 + random.random() * self.jitter)
        return max(wait, min(wish or 0.0, self.longest_wish))
