"""A chart of stacked days: everything the template needs to draw it as SVG and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
    labels: list[str]
    table: list[tuple[str, list[int]]]
    """The same in words: each bar that is not empty with its counts, the newest first."""

    @property
    def names(self) -> list[str]:
        """What is counted, as the head of the table."""
        return [label for _, label, _ in self.totals]

    @property
    def width(self) -> int:
        """Width of the drawing's own grid."""
        return STEP * len(self.days)

    @property
    def is_empty(self) -> bool:
        """True when nothing happened."""
        return not self.blocks


def day_chart(
    days: Sequence[date],
    by_day: Mapping[date, Mapping[str, Any]],
    names: Sequence[str],
    *,
    step: int = 1,
    what: str = "Rows",
) -> DayChart:
    """Counts by day and name, stacked in the order of `names`; each bar stands for `step` days."""
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
    labels = [_short(day) if step > 1 else str(day.day) for day in days]
    table = [
        (_bar_name(day, step), [_count(by_day, day, name) for name in names])
        for day, total in zip(days, sums, strict=True)
        if total
    ]
    sentence = _sentence(days, sums, step, what)
    return DayChart(blocks, list(days), scale, totals, sentence, lines, labels, table[::-1])


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


def _sentence(days: Sequence[date], sums: Sequence[int], step: int, what: str) -> str:
    if not any(sums):
        return f"No {what.lower()} in these days"
    most = max(range(len(days)), key=lambda n: sums[n])
    quiet = sum(1 for count in sums if not count)
    unit, on = ("week", "in the week from") if step > 1 else ("day", "on")
    last = days[-1] + timedelta(days=step - 1)
    return (
        f"{what} a {unit} from {_day(days[0])} to {_day(last)}: most {on} {_day(days[most])} "
        f"with {thousands(sums[most])}, none {on.split()[0]} {quiet} of {len(days)} {unit}s"
    )


def _bar_name(day: date, step: int) -> str:
    return f"{_short(day)} to {_short(day + timedelta(days=step - 1))}" if step > 1 else _day(day)


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
