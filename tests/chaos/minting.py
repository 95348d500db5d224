"""`make chaos`, the donor's half: minting many while workers, database and broker break down.

    python -m tests.chaos.minting [--rows N] [--kills N] … [--sqlite] [--only-run | --only-broken]

Files of applicants become batches; workers are killed and frozen, PostgreSQL is crashed, the broker
wiped, the far end loses, delays and garbles answers, people pause batches and their recipient. Then
each file is taken, and a checker that knows none of our modules (`mint_ledgers`) compares it with
the far end's ledger, the rows and the audit trail. Last come engines broken on purpose, each of
which it must catch (`mint_scenarios`). Exits 1 when a rule is broken, or a broken engine passed.
"""

import json
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from tests.chaos import mint_scenarios, plan
from tests.chaos.driver import Report
from tests.chaos.field import Away, wait_until
from tests.chaos.mint_field import RECIPIENT, TTL_SECONDS, MintField, mint_field
from tests.chaos.mix import LEASE
from tests.chaos.plan import Sizes
from tests.chaos.striking import Striker
from tests.parts.migrated import migrated
from tests.parts.places import PLACE

SIZES = Sizes(rows=10_000, kills=40, freezes=8, crashes=6, wipes=8, file_rows=1000)
_MINTING = (
    {"do": "drop_after_commit", "probability": 0.03},
    {"do": "drop_before_commit", "probability": 0.02},
    {"do": "error_before_commit", "probability": 0.015, "status": 500},
    {"do": "error_after_commit", "probability": 0.015, "status": 502},
    {"do": "throttle", "probability": 0.005},
    {"do": "truncate", "probability": 0.01},
    {"do": "html", "probability": 0.01},
    # An answer that comes after its row's lease has ended.
    {"do": "latency", "probability": 0.01, "ms": LEASE * 1000 + 500},
    {"do": "latency", "ms": 30, "spread_ms": 300},
)
# People change their minds about one thing in so many seconds.
WHIM_EVERY = 9.0
WHIM_LASTS = 1.5
STEP = 0.02
TELL_EVERY = 20.0
MOST_TOLD = 20

Say = Callable[[str], None]


def fault_mix(seed: int, *, throttling: bool = True) -> dict[str, Any]:
    """What the far end does to mintings."""
    kept = [rule for rule in _MINTING if throttling or rule["do"] != "throttle"]
    return {"seed": seed, "rules": [rule | {"call": "share_token"} for rule in kept]}


def run(sizes: Sizes, folder: Path, *, postgresql: bool, template: Path | None, say: Say) -> Report:
    """One run of these sizes. `template` is a migrated SQLite file, to save time."""
    began = time.monotonic()
    mix = fault_mix(sizes.seed)
    with mint_field(
        folder, postgresql=postgresql, rows=sizes.rows, scenario=mix, limit=sizes.limit
    ) as here:
        here.start(sizes.workers, template)
        here.ask("register", client_id=RECIPIENT)
        course = _Course(here, sizes, say)
        course.run()
        course.settle()
        here.take_files()
        report = here.judge_minting()
        figures = report.figures | course.figures()
        figures["seconds"] = round(time.monotonic() - began, 1)
        return Report(figures, report.violations)


class _Course:
    """The run itself: strikes, files and whims, each at its moment."""

    def __init__(self, here: MintField, sizes: Sizes, say: Say) -> None:
        self._here = here
        self._sizes = sizes
        self._say = say
        self._dice = Random(sizes.seed)
        self._striker = Striker(here, self._dice)
        self._whims: Counter[str] = Counter()
        self._began = self._told_at = self._whim_at = time.monotonic()

    def run(self) -> None:
        """Until the last strike was made and the last file was handed in."""
        strikes = [(self._began + at, what) for at, what in plan.strikes(self._sizes, self._dice)]
        files = self._here.write_files(self._sizes.rows, self._sizes.file_rows)
        every = 0.5 * self._sizes.seconds / len(files)
        due = [(self._began + number * every, file) for number, file in enumerate(files)]
        while strikes or due:
            now = time.monotonic()
            if due and due[0][0] <= now:
                self._hand_in(due.pop(0)[1])
            if strikes and strikes[0][0] <= now:
                self._striker.strike(strikes.pop(0)[1])
            if now - self._whim_at > WHIM_EVERY:
                self._follow_a_whim()
            self._step()

    def settle(self) -> None:
        """The machines stay up now; the far end's faults go on. Until each row has its end, or
        until none came to its end for as long as our patience lasts."""
        self._striker.end()
        self._here.far_end.set_faults(fault_mix(self._sizes.seed, throttling=False))
        fewest, since = float("inf"), time.monotonic()
        while fewest and time.monotonic() - since < self._sizes.patience:
            self._step()
            try:
                self._here.ask("activate_partner")
                self._here.ask("mint_go_on")
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
            "whims": dict(self._whims),
        }

    def _hand_in(self, file: Path) -> None:
        """Until it is surely stored, once: after an outage nobody knows, and looks."""
        before = self._batches()

        def is_stored() -> bool:
            if len(self._batches()) == len(before):
                self._here.ask("mint", file=str(file), ttl=TTL_SECONDS)
            return True

        wait_until(is_stored, f"{file.name} is stored", 60)

    def _batches(self) -> list[int]:
        found: list[int] = []

        def looked() -> bool:
            found[:] = self._here.batches()
            return True

        wait_until(looked, "the database is back", 60)
        return found

    def _follow_a_whim(self) -> None:
        """Somebody pauses a batch, or the recipient; and thinks better of it."""
        batches = self._batches()
        pauses_partner = not batches or self._dice.random() < 0.5
        try:
            if pauses_partner:
                self._here.ask("pause_partner")
            else:
                self._here.ask("mint_pause", batch=self._dice.choice(batches))
            time.sleep(WHIM_LASTS)
        except Away:
            pass
        self._whims["recipient paused" if pauses_partner else "batch paused"] += 1
        wait_until(self._thinks_better, "people let it go on", 60)
        self._whim_at = time.monotonic()

    def _thinks_better(self) -> bool:
        self._here.ask("activate_partner")
        self._here.ask("mint_go_on")
        return True

    def _step(self) -> None:
        self._striker.tend()
        if time.monotonic() - self._told_at > TELL_EVERY:
            self._tell()
        time.sleep(STEP)

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        try:
            states = dict(sorted(self._here.states().items()))
        except Away:
            return
        passed = self._told_at - self._began
        self._say(f"{passed:5.0f} s  {sum(self._striker.done.values())} strikes  {states}")


# ---- from the command line ----------------------------------------------------------------------


def main() -> int:
    """Run what was asked for; the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    options = _options()
    good = True
    if not options.only_broken:
        good = _long_run(options)
    if not options.only_run:
        good = _broken_engines() and good
    return 0 if good else 1


def _long_run(options: Namespace) -> bool:
    sizes = Sizes(**{one.name: getattr(options, one.name) for one in fields(Sizes)})
    _say(f"minting: {sizes}; about {sizes.seconds / 60:.0f} minutes and what the rows need then")
    report = run(sizes, PLACE / "minting", postgresql=not options.sqlite, template=None, say=_say)
    _say(json.dumps(report.figures, indent=2))
    _list(report.violations)
    _say(f"violations: {len(report.violations)}")
    return not report.violations


def _broken_engines() -> bool:
    template = migrated()
    good = True
    for name in mint_scenarios.SCENARIOS:
        fair = mint_scenarios.play(name, PLACE / f"{name}-fair", broken=False, template=template)
        broken = mint_scenarios.caught(name, PLACE / f"{name}-broken", template=template)
        _say(f"{name}: {len(fair)} violations as it is, caught {len(broken)} times when broken")
        _list(fair or broken[:1])
        good = good and bool(broken) and not fair
    return good


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> Namespace:
    parser = ArgumentParser(description="Break everything while share tokens are minted.")
    for one in fields(Sizes):
        kind = float if one.type is float else int
        usual = getattr(SIZES, one.name)
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=usual)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, without crashes")
    parser.add_argument("--only-run", action="store_true")
    parser.add_argument("--only-broken", action="store_true")
    return parser.parse_args()


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
