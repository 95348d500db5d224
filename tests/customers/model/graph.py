"""Exploring: every world that can be reached, breadth first, and the shortest way to each."""

import gc
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from customers.models import RowState
from tests.customers.model.facts import Facts
from tests.customers.model.rules import Rules
from tests.customers.model.world import Kind, Move, World

Doubtful = Callable[[World, Move], bool]


@dataclass
class Graph:
    """Worlds by number, and the moves between them."""

    rules: Rules
    worlds: list[World] = field(default_factory=list)
    ways: list[list[tuple[Kind, int]]] = field(default_factory=list)
    transitions: dict[tuple[Facts, RowState, bool], tuple[Kind, int]] = field(default_factory=dict)
    sending: set[int] = field(default_factory=set)
    _came_by: list[tuple[int, str] | None] = field(default_factory=list)
    _numbers: dict[World, int] = field(default_factory=dict)

    def explore(self, starts: Iterable[World], is_wrong: Doubtful | None = None) -> str:
        """Reach everything. Stops at the first move that is wrong, and tells the way to it."""
        gc.disable()  # nothing of a graph is garbage before its end
        try:
            return self._explored(starts, is_wrong)
        finally:
            gc.enable()

    def _explored(self, starts: Iterable[World], is_wrong: Doubtful | None) -> str:
        queue = deque(self._number(world, None) for world in starts)
        while queue:
            here = queue.popleft()
            world = self.worlds[here]
            for move in self.rules.moves(world):
                self._note(here, move)
                there = self._numbers.get(move.to)
                if there is None:
                    there = self._number(move.to, (here, move.label))
                    queue.append(there)
                self.ways[here].append((move.kind, there))
                if is_wrong is not None and is_wrong(world, move):
                    return self.story(here) + f"\n  {move.label}\n      {move.to}"
        return ""

    def _number(self, world: World, came_by: tuple[int, str] | None) -> int:
        number = self._numbers.setdefault(world, len(self.worlds))
        if number == len(self.worlds):
            self.worlds.append(world)
            self.ways.append([])
            self._came_by.append(came_by)
        return number

    def _note(self, here: int, move: Move) -> None:
        row, after = move.of or self.worlds[here].row, move.to.row
        if row.state != after.state:
            way = (Facts(row.state, doubt=row.doubt), after.state, after.doubt)
            if way not in self.transitions or self.transitions[way][0] is Kind.PERSON:
                self.transitions[way] = (move.kind, here)
        if move.sends:
            self.sending.add(here)

    def story(self, number: int) -> str:
        """The shortest way to a world, a line for each step and one for what it led to."""
        lines: list[str] = []
        at: int | None = number
        while at is not None:
            came_by = self._came_by[at]
            lines.append(f"      {self.worlds[at]}")
            lines.append(f"  {came_by[1] if came_by else 'the start'}")
            at = came_by[0] if came_by else None
        return "\n".join(reversed(lines))

    def first(self, is_wrong: Callable[[World], bool]) -> str:
        """The shortest way to a world that is wrong; empty when none is."""
        found = (number for number, world in enumerate(self.worlds) if is_wrong(world))
        return next((self.story(number) for number in found), "")

    def reaching(self, targets: Callable[[World], bool]) -> set[int]:
        """The worlds from which some way leads to a target."""
        before: dict[int, list[int]] = defaultdict(list)
        for here, ways in enumerate(self.ways):
            for _, there in ways:
                before[there].append(here)
        reached = {number for number, world in enumerate(self.worlds) if targets(world)}
        queue = deque(reached)
        while queue:
            for earlier in before[queue.popleft()]:
                if earlier not in reached:
                    reached.add(earlier)
                    queue.append(earlier)
        return reached

    def surely_reaching(self, targets: Callable[[World], bool], kinds: set[Kind]) -> set[int]:
        """The worlds from which every way of these kinds of moves leads to a target."""
        before: dict[int, list[int]] = defaultdict(list)
        open_ways: dict[int, int] = {}
        for here, ways in enumerate(self.ways):
            onward = {there for kind, there in ways if kind in kinds}
            open_ways[here] = len(onward)
            for there in onward:
                before[there].append(here)
        reached = {number for number, world in enumerate(self.worlds) if targets(world)}
        queue = deque(reached)
        while queue:
            for earlier in before[queue.popleft()]:
                open_ways[earlier] -= 1
                if open_ways[earlier] == 0 and earlier not in reached:
                    reached.add(earlier)
                    queue.append(earlier)
        return reached

    def outside(self, numbers: set[int], among: Callable[[World], bool]) -> Iterator[str]:
        """The ways to worlds that are `among` those asked about and not in `numbers`."""
        for number, world in enumerate(self.worlds):
            if number not in numbers and among(world):
                yield self.story(number)
