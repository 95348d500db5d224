"""`make chaos`: the long run, then the broken engines, each of which the checker must catch.

    python -m tests.chaos [--rows N] [--kills N] … [--only-run | --only-broken]

Exits 1 when the engine broke a rule, or when a broken one passed.
"""

import json
import signal
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import fields
from types import FrameType

from tests.chaos.driver import run
from tests.chaos.plan import Sizes
from tests.chaos.scenarios import SCENARIOS, caught, play
from tests.parts.migrated import migrated
from tests.parts.places import PLACE

MOST_TOLD = 20


def main() -> int:
    """Run what was asked for; the exit status."""
    # Whoever ends us politely gets the same clean end as after Ctrl-C, which a shell may have
    # switched off for programs in the background.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    options = _options()
    good = True
    if not options.only_broken:
        good = _long_run(options)
    if not options.only_run:
        good = _broken_engines() and good
    return 0 if good else 1


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> Namespace:
    parser = ArgumentParser(description="Break everything but the promise.")
    for one in fields(Sizes):
        kind = float if one.type is float else int
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=one.default)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, without crashes")
    parser.add_argument("--only-run", action="store_true")
    parser.add_argument("--only-broken", action="store_true")
    return parser.parse_args()


def _long_run(options: Namespace) -> bool:
    sizes = Sizes(**{one.name: getattr(options, one.name) for one in fields(Sizes)})
    _say(f"{sizes}; about {sizes.seconds / 60:.0f} minutes and what the rows need then")
    report = run(sizes, PLACE / "long", postgresql=not options.sqlite, template=None, say=_say)
    _say(json.dumps(report.figures, indent=2))
    _list(report.violations)
    _say(f"violations: {len(report.violations)}")
    return not report.violations


def _broken_engines() -> bool:
    template = migrated()
    good = True
    for name in SCENARIOS:
        fair = play(name, PLACE / f"{name}-fair", broken=False, template=template)
        broken = caught(name, PLACE / f"{name}-broken", template=template)
        _say(f"{name}: {len(fair)} violations as it is, caught {len(broken)} times when broken")
        _list(fair or broken[:1])
        good = good and bool(broken) and not fair
    return good


def _list(violations: list[str]) -> None:
    for sentence in violations[:MOST_TOLD]:
        _say(f"  {sentence}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
