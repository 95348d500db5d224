"""What a chaos run does and when: drawn from a seed, so that a run can be drawn again."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Strike(StrEnum):
    """What happens to the machines."""

    KILL = "kill -9 of a worker"
    FREEZE = "freeze longer than the lease"
    CRASH = "database crash"
    WIPE = "broker wiped"


class Door(StrEnum):
    """How a file comes in."""

    DESK = "stored as the upload page does"
    COMMAND = "import_tokens, which drains too"
    BOTH = "two people with the same file at once"


class Whim(StrEnum):
    """What people do to an import while it runs."""

    NONE = "left alone"
    PAUSE = "paused and resumed"
    CANCEL = "cancelled, then handed in again"


@dataclass(frozen=True)
class Sizes:
    """How much of everything; `spacing` is the mean time between two strikes in seconds."""

    rows: int = 10_000
    kills: int = 100
    freezes: int = 15
    crashes: int = 10
    wipes: int = 30
    workers: int = 3
    file_rows: int = 250
    spacing: float = 4.0
    patience: float = 180.0
    seed: int = 1

    @property
    def strikes(self) -> int:
        """All of them together."""
        return self.kills + self.freezes + self.crashes + self.wipes

    @property
    def seconds(self) -> float:
        """How long the strikes last."""
        return self.strikes * self.spacing

    @property
    def limit(self) -> str:
        """A rate limit at which the rows last about as long as the strikes."""
        per_second = max(20.0, 2.0 * self.rows / max(1.0, self.seconds))
        return f"{int(5 * per_second)}/5s"


@dataclass(frozen=True)
class Delivery:
    """One file: its size, what it is, how it comes in, and what people do to it."""

    name: str
    rows: int
    mode: str
    query: str
    door: Door
    whim: Whim
    after: float


def strikes(sizes: Sizes, dice: Random) -> list[tuple[float, Strike]]:
    """Every strike with its moment in seconds from the start."""
    kinds = [Strike.KILL] * sizes.kills + [Strike.FREEZE] * sizes.freezes
    kinds += [Strike.CRASH] * sizes.crashes + [Strike.WIPE] * sizes.wipes
    dice.shuffle(kinds)
    moments = (sizes.spacing * (place + dice.random()) for place in range(len(kinds)))
    return list(zip(moments, kinds, strict=True))


def deliveries(sizes: Sizes, dice: Random) -> list[tuple[float, Delivery]]:
    """Every file with its moment, the last one well before the strikes end."""
    count = max(4, round(sizes.rows / sizes.file_rows))
    size = -(-sizes.rows // count)
    every = 0.75 * sizes.seconds / count
    return [(number * every, one) for number, one in enumerate(_drawn(count, size, dice))]


def _drawn(count: int, size: int, dice: Random) -> Iterator[Delivery]:
    # Each kind comes in turn, so that a short run has them all.
    for number in range(count):
        cancelled = number % 4 == 1
        dying = f"columns=token,expires_at&ttl={dice.randint(20, 120)}"
        yield Delivery(
            name=f"file-{number:03}",
            rows=size,
            mode="copy" if number % 4 == 3 else "reuse",
            query=dying if number % 4 == 0 else "",
            door=Door.DESK if cancelled else (Door.BOTH, Door.DESK, Door.COMMAND)[number % 3],
            whim=Whim.CANCEL if cancelled else (Whim.NONE, Whim.PAUSE)[number // 2 % 2],
            after=dice.uniform(0.5, 3.0),
        )
