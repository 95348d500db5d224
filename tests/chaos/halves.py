"""What the two halves of `make chaos` share: their command line, and how broken engines are tried.

Each half has a long run, and engines broken on purpose: a scenario for each, which the engine as it
is gets through without a violation, and in which the checker must catch the broken one.
"""

import json
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from types import FrameType
from typing import Protocol

from tests.chaos.course import Report, Say
from tests.chaos.plan import Sizes
from tests.parts.migrated import migrated
from tests.parts.places import PLACE

MOST_TOLD = 20
INTERRUPTED = 130


class Run(Protocol):
    """A long run of these sizes. `template` is a migrated SQLite file, to save time."""

    def __call__(
        self, sizes: Sizes, folder: Path, *, postgresql: bool, template: Path | None, say: Say
    ) -> Report: ...


class Play(Protocol):
    """Play a variant's scenario, with the broken engine or with the engine as it is.

    Returns the violations. `template` is a migrated SQLite file, to save time.
    """

    def __call__(
        self, name: str, folder: Path, *, broken: bool, template: Path | None = None
    ) -> list[str]: ...


class Caught(Protocol):
    """The violations by which the checker catches a broken engine; others do not count."""

    def __call__(self, name: str, folder: Path, *, template: Path | None = None) -> list[str]: ...


@dataclass(frozen=True)
class Half:
    """One of the two, as the command line runs it. `usual` are the sizes of its long run."""

    about: str
    folder: str
    usual: Sizes
    run: Run
    variants: Iterable[str]
    play: Play
    caught: Caught

    def main(self) -> int:
        """Run what was asked for; the exit status."""
        # Whoever ends us politely gets the same clean end as after Ctrl-C, which a shell may have
        # switched off for programs in the background.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupted)
        options = self._options()
        good = True
        try:
            if not options.only_broken:
                good = self._long_run(options)
            if not options.only_run:
                good = self._broken_engines() and good
        except KeyboardInterrupt:
            return INTERRUPTED
        return 0 if good else 1

    def _options(self) -> Namespace:
        parser = ArgumentParser(description=self.about)
        for one in fields(Sizes):
            kind = float if one.type is float else int
            usual = getattr(self.usual, one.name)
            parser.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=usual)
        parser.add_argument("--sqlite", action="store_true", help="on SQLite, without crashes")
        parser.add_argument("--only-run", action="store_true")
        parser.add_argument("--only-broken", action="store_true")
        return parser.parse_args()

    def _long_run(self, options: Namespace) -> bool:
        sizes = Sizes(**{one.name: getattr(options, one.name) for one in fields(Sizes)})
        say(f"{sizes}; about {sizes.seconds / 60:.0f} minutes and what the rows need then")
        report = self.run(
            sizes, PLACE / self.folder, postgresql=not options.sqlite, template=None, say=say
        )
        say(json.dumps(report.figures, indent=2))
        _list(report.violations)
        say(f"violations: {len(report.violations)}")
        return not report.violations

    def _broken_engines(self) -> bool:
        template = migrated()
        good = True
        for name in self.variants:
            fair = self.play(name, PLACE / f"{name}-fair", broken=False, template=template)
            broken = self.caught(name, PLACE / f"{name}-broken", template=template)
            say(f"{name}: {len(fair)} violations as it is, caught {len(broken)} times when broken")
            _list(fair or broken[:1])
            good = good and bool(broken) and not fair
        return good


def say(line: str) -> None:
    """Tell whoever ran it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _list(violations: list[str]) -> None:
    for sentence in violations[:MOST_TOLD]:
        say(f"  {sentence}")


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
