"""A chaos run: files come in, machines go down, people change their minds; then all is compared."""

import heapq
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.chaos import plan
from tests.chaos.field import Away, Field
from tests.chaos.field import field as made_field
from tests.chaos.handing_in import HandingIn
from tests.chaos.mix import fault_mix
from tests.chaos.plan import Sizes, Strike
from tests.chaos.stopping import Errand, Stopping
from tests.chaos.striking import Striker

STEP = 0.02
TELL_EVERY = 20.0
_STOPPED = "SELECT id FROM customers_import WHERE state = 'paused'"

Say = Callable[[str], None]


@dataclass
class Report:
    """What a run did, and what the checker found."""

    figures: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


def run(sizes: Sizes, folder: Path, *, postgresql: bool, template: Path | None, say: Say) -> Report:
    """One run of these sizes. `template` is a migrated SQLite file, to save time."""
    began = time.monotonic()
    with _prepared(sizes, folder, postgresql) as here:
        here.start(sizes.workers, template)
        course = _Course(here, sizes, say)
        course.run()
        course.settle()
        judged = here.judge()
        figures = judged["figures"] | course.figures()
        figures["seconds"] = round(time.monotonic() - began, 1)
        closed = figures["gates closed"]
        told = [f"{closed} gates closed, and nothing called for it."] if closed else []
        return Report(figures, judged["violations"] + here.audit_chain() + told)


@contextmanager
def _prepared(sizes: Sizes, folder: Path, postgresql: bool) -> Iterator[Field]:
    with made_field(
        folder,
        postgresql=postgresql,
        applicants=sizes.rows + 200,
        scenario=fault_mix(sizes.seed),
        SUMSUB_POST_LIMIT=sizes.limit,
    ) as here:
        yield here


class _Course:
    """The run itself: strikes, deliveries and errands, each at its moment."""

    def __init__(self, here: Field, sizes: Sizes, say: Say) -> None:
        self._here = here
        self._sizes = sizes
        self._say = say
        dice = Random(sizes.seed)
        self._strikes = plan.strikes(sizes, dice)
        self._deliveries = plan.deliveries(sizes, dice)
        self._striker = Striker(here, dice)
        self._errands: list[Errand] = []
        self._stops: list[Stopping] = []
        self._began = time.monotonic()
        self._told_at = self._began

    def run(self) -> None:
        """Until the last strike was made and the last file was handed in."""
        strikes = [(self._began + at, number, what) for number, (at, what) in self._numbered()]
        heapq.heapify(strikes)
        for at, delivery in self._deliveries:
            self._errands.append(HandingIn(self._here, delivery, self._errands, self._began + at))
        while strikes or self._pending():
            if strikes and strikes[0][0] <= time.monotonic():
                self._striker.strike(heapq.heappop(strikes)[2])
            self._step()

    def _numbered(self) -> Iterator[tuple[int, tuple[float, Strike]]]:
        yield from enumerate(self._strikes)

    def _pending(self) -> bool:
        return any(errand.due != float("inf") for errand in self._errands)

    def _step(self) -> None:
        self._striker.tend()
        for one in self._errands:
            if isinstance(one, Stopping) and one not in self._stops:
                self._stops.append(one)
        for errand in list(self._errands):
            if errand.due <= time.monotonic():
                wait = errand.step()
                if wait is None:
                    self._errands.remove(errand)
                else:
                    errand.due = time.monotonic() + wait
        self._tell()
        time.sleep(STEP)

    def settle(self) -> None:
        """The machines stay up now; all faults of the far end but one go on. Until each row ends.

        Or until none came to its end for as long as our patience lasts: the checker names the rest.
        """
        self._striker.end()
        self._here.far_end.set_faults(fault_mix(self._sizes.seed, throttling=False))
        fewest, since = float("inf"), time.monotonic()
        while fewest and time.monotonic() - since < self._sizes.patience:
            self._step()
            try:
                for (import_id,) in self._here.look(_STOPPED):
                    self._here.ask("resume", import_id=import_id)
                self._here.ask("open_gates")
                left = self._here.undecided()
            except Away:
                continue
            if left < fewest:
                fewest, since = left, time.monotonic()
            time.sleep(0.2)

    def figures(self) -> dict[str, Any]:
        """What was done to it."""
        return {
            "seed": self._sizes.seed,
            "strikes": dict(self._striker.done),
            "rows on the wire when struck": self._striker.rows_on_the_wire,
            "workers that ended unasked": self._striker.died_by_themselves,
            "stops confirmed": sum(stop.confirmed for stop in self._stops),
        }

    def _tell(self) -> None:
        if time.monotonic() - self._told_at < TELL_EVERY:
            return
        self._told_at = time.monotonic()
        try:
            states = dict(sorted(self._here.states().items()))
        except Away:
            return
        passed = self._told_at - self._began
        self._say(f"{passed:5.0f} s  {sum(self._striker.done.values())} strikes  {states}")
