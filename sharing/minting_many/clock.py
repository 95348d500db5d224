"""Will there be time? How long minting takes, and what is left of the share tokens then.

The k-th share token is minted k/r seconds after the first, at r calls a second, and every one
lives for the same time. So the first one's death, counted from the last one's minting, is the time
to live less n/r: in it the file must be handed over and redeemed.
"""

from dataclasses import dataclass

from accounts.look.figures import duration
from sharing import budget
from sharing.database_clock import database_now
from sharing.models import MintBatch
from sharing.pace import Pace, pace_of

# What handing a file over takes somebody who waits for it (seconds).
HAND_OVER_SECONDS = 120.0
# Sumsub's usual limit, at which the recipient redeems (rows a second).
USUAL_RATE = 10.0
FULL_PACE = Pace()


@dataclass(frozen=True)
class Clock:
    """The forecast for `rows` share tokens that live for `ttl_seconds`.

    `rate` is in calls a second (infinite without a limit); `others` are rows that other batches
    have waiting, which share the budget.
    """

    rows: int
    ttl_seconds: int
    rate: float
    others: int = 0
    pace: Pace = FULL_PACE

    @property
    def minting_seconds(self) -> float:
        """From the first share token to the last."""
        before = self.rows + min(self.others, self.rows)
        return self.pace.seconds_for(before, self.rate) if before else 0.0

    @property
    def left_seconds(self) -> float:
        """From the last one's minting to the first one's death; negative when it dies before."""
        return self.ttl_seconds - self.minting_seconds

    @property
    def redeeming_seconds(self) -> float:
        """What the recipient needs at Sumsub's usual limit."""
        return self.rows / USUAL_RATE

    @property
    def hand_over_seconds(self) -> float:
        """What is left between taking the file and the moment redeeming must begin."""
        return self.left_seconds - self.redeeming_seconds

    @property
    def tone(self) -> str:
        """`bad` when the first dies before the file is whole, `warn` when time is short, `ok`."""
        if self.left_seconds <= 0:
            return "bad"
        return "warn" if self.hand_over_seconds < HAND_OVER_SECONDS else "ok"

    @property
    def verdict(self) -> str:
        """The answer in a few words."""
        if self.tone == "bad":
            return "No: the first die before the last are minted."
        if self.hand_over_seconds <= 0:
            return "Hardly: the recipient needs longer than they live."
        if self.tone == "warn":
            return f"Barely: {duration(self.hand_over_seconds)} to hand the file over."
        return f"Yes, with {duration(self.hand_over_seconds)} to hand the file over."

    @property
    def sentence(self) -> str:
        """How the answer comes about."""
        first = f"The first share token dies {duration(self.ttl_seconds)} after it is minted"
        if self.tone == "bad":
            late = duration(-self.left_seconds)
            return (
                f"{first}: {late} before the last one is minted. Choose a longer time to live, or "
                "split the batch."
            )
        advice = " Choose a longer time to live, or split the batch." if self.tone == "warn" else ""
        return (
            f"{first}, {duration(self.left_seconds)} after the last one. Redeeming takes the "
            f"recipient about {duration(self.redeeming_seconds)} at Sumsub's usual limit.{advice}"
        )


def clock_for(batch: MintBatch, rows: int) -> Clock:
    """The forecast for so many rows of a batch, at the budget as it is now."""
    limit = budget.limit(budget.POST)
    running = MintBatch.objects.running().exclude(pk=batch.pk)
    return Clock(
        rows=rows,
        ttl_seconds=batch.ttl_seconds,
        rate=limit.per_second,
        others=sum(running.values_list("waiting_count", flat=True)),
        pace=pace_of(budget.POST, now=database_now().timestamp()),
    )
