"""A chaos run: files come in, machines go down, people change their minds; then all is compared."""

import heapq
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.chaos import plan
from tests.chaos.course import Course, Report, Say
from tests.chaos.field import Field
from tests.chaos.field import field as made_field
from tests.chaos.handing_in import HandingIn
from tests.chaos.mix import fault_mix
from tests.chaos.plan import Sizes, Strike
from tests.chaos.stopping import Errand, Stopping

_STOPPED = "SELECT id FROM customers_import WHERE state = 'paused'"


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


class _Course(Course):
    """Strikes, deliveries and errands."""

    def __init__(self, here: Field, sizes: Sizes, say: Say) -> None:
        super().__init__(here, sizes, say)
        self._here = here
        self._strikes = plan.strikes(sizes, self._dice)
        self._deliveries = plan.deliveries(sizes, self._dice)
        self._errands: list[Errand] = []
        self._stops: list[Stopping] = []

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
        super()._step()

    def figures(self) -> dict[str, Any]:
        """What was done to it."""
        return super().figures() | {
            "stops confirmed": sum(stop.confirmed for stop in self._stops),
        }

    def _calmer(self) -> dict[str, Any]:
        return fault_mix(self._sizes.seed, throttling=False)

    def _let_all_go_on(self) -> None:
        for (import_id,) in self._here.look(_STOPPED):
            self._here.ask("resume", import_id=import_id)
        self._here.ask("open_gates")
