"""A chart of stacked days: everything the template needs to draw it as SVG and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.look.figures import thousands
from accounts.look.states import state_of

HEIGHT = 300.0
STEP = 100
BAR = 42
GAP = 1.2
LEAST = 1.5
STEPS_UP = 3


@dataclass(frozen=True)
class Block:
    """One rectangle of the chart."""

    fill: str
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class DayChart:
    """Blocks, axis words and the sentence that a screen reader is told."""

    blocks: list[Block]
    days: list[date]
    scale: list[str]
    totals: list[tuple[str, str, int]]
    sentence: str
    lines: list[float]

    @property
    def width(self) -> int:
        """Width of the drawing's own grid."""
        return STEP * len(self.days)

    @property
    def is_empty(self) -> bool:
        """True when nothing happened."""
        return not self.blocks


def day_chart(
    days: Sequence[date], by_day: Mapping[date, Mapping[str, Any]], names: Sequence[str]
) -> DayChart:
    """Counts by day and name, stacked in the order of `names`."""
    sums = [sum(_count(by_day, day, name) for name in names) for day in days]
    top = _round_top(max(sums, default=0))
    blocks = [
        block
        for place, day in enumerate(days)
        for block in _stack(place, [(name, _count(by_day, day, name)) for name in names], top)
    ]
    totals = [
        (name, state_of(name).label, sum(_count(by_day, day, name) for day in days))
        for name in names
    ]
    scale = [thousands(top * step // STEPS_UP) for step in range(STEPS_UP, -1, -1)]
    lines = [HEIGHT * step / STEPS_UP for step in range(STEPS_UP + 1)]
    return DayChart(blocks, list(days), scale, totals, _sentence(days, sums), lines)


def _count(by_day: Mapping[date, Mapping[str, Any]], day: date, name: str) -> int:
    return int(by_day.get(day, {}).get(name) or 0)


def _stack(place: int, counts: Sequence[tuple[str, int]], top: int) -> list[Block]:
    blocks, y = [], HEIGHT
    for name, count in counts:
        if not count:
            continue
        height = max(HEIGHT * count / top, LEAST)
        y -= height
        blocks.append(Block(name, place * STEP + (STEP - BAR) / 2, y, max(height - GAP, LEAST)))
    return blocks


def _round_top(most: int) -> int:
    """The smallest of 3, 6, 15, 30, 60, 150 … that `most` fits under, so that thirds are round."""
    unit = 1
    while True:
        for factor in (3, 6, 15):
            if most <= factor * unit:
                return factor * unit
        unit *= 10


def _sentence(days: Sequence[date], sums: Sequence[int]) -> str:
    if not any(sums):
        return "No rows in these days"
    most = max(range(len(days)), key=lambda n: sums[n])
    quiet = sum(1 for count in sums if not count)
    return (
        f"Rows a day from {_day(days[0])} to {_day(days[-1])}: most on {_day(days[most])} with "
        f"{thousands(sums[most])}, none on {quiet} of {len(days)} days"
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
