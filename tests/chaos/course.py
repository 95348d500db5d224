"""What a long run is made of, whatever the machines are at: strikes, and the end of every row."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.chaos.field import Away, Field
from tests.chaos.plan import Sizes
from tests.chaos.striking import Striker

STEP = 0.02
TELL_EVERY = 20.0

Say = Callable[[str], None]


@dataclass
class Report:
    """What a run did, and what the checker found."""

    figures: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


class Course:
    """The run itself: strikes, files and whims, each at its moment; then all come to their end."""

    def __init__(self, here: Field, sizes: Sizes, say: Say) -> None:
        self._sizes = sizes
        self._say = say
        self._dice = Random(sizes.seed)
        self._striker = Striker(here, self._dice)
        self._field = here
        self._began = self._told_at = time.monotonic()

    def _calmer(self) -> dict[str, Any]:
        """What the far end goes on doing wrong once the machines stay up."""
        raise NotImplementedError

    def _let_all_go_on(self) -> None:
        """Undo what people, or the engine itself, stopped. Raises Away."""
        raise NotImplementedError

    def settle(self) -> None:
        """The machines stay up now; all faults of the far end but one go on. Until each row ends.

        Or until none came to its end for as long as our patience lasts: the checker names the rest.
        """
        self._striker.end()
        self._field.far_end.set_faults(self._calmer())
        fewest, since = float("inf"), time.monotonic()
        while fewest and time.monotonic() - since < self._sizes.patience:
            self._step()
            try:
                self._let_all_go_on()
                left = self._field.undecided()
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
        }

    def _step(self) -> None:
        self._striker.tend()
        if time.monotonic() - self._told_at > TELL_EVERY:
            self._tell()
        time.sleep(STEP)

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        try:
            states = dict(sorted(self._field.states().items()))
        except Away:
            return
        passed = self._told_at - self._began
        self._say(f"{passed:5.0f} s  {sum(self._striker.done.values())} strikes  {states}")


def await_the_end(here: Field, seconds: float) -> None:
    """A broken engine may never come to an end: then the checker says which rows did not."""
    until = time.monotonic() + seconds
    while here.undecided() and time.monotonic() < until:
        time.sleep(0.1)
