"""`make chaos`, the donor's half: minting many while workers, database and broker break down.

    python -m tests.chaos.minting [--rows N] [--kills N] … [--sqlite]

Files of applicants become batches; workers are killed and frozen, PostgreSQL is crashed, the broker
wiped, the far end loses, delays and garbles answers, people pause batches and their recipient. Then
each file is taken, and a checker that knows none of our modules (`mint_ledgers`) compares it with
the far end's ledger, the rows and the audit trail. Exits 1 when a rule is broken.
"""

import json
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from tests.chaos import plan
from tests.chaos.driver import Report
from tests.chaos.field import Away, Field, around, wait_until
from tests.chaos.mint_ledgers import judged
from tests.chaos.mix import LEASE
from tests.chaos.plan import Sizes
from tests.chaos.striking import Striker
from tests.parts.places import PLACE

RECIPIENT = "recipient.example_200002"
# They must outlive the run: one that died of age is a row to mint again, and no fault.
TTL_SECONDS = 24 * 3600
SIZES = Sizes(rows=10_000, kills=40, freezes=8, crashes=6, wipes=8, file_rows=1000)
TIMING: dict[str, Any] = {
    "lease": LEASE,
    "write_within": 0.8,
    "shutdown": 2.0,
    "again_after": [0.2, 0.5, 1.0],
    "tries": 12,
    "silence": 1000,
}
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
_STATES = "SELECT state, count(*) FROM sharing_mintrow GROUP BY state"
_BATCHES = "SELECT id FROM sharing_mintbatch ORDER BY id"
_OPEN = "SELECT count(*) FROM sharing_mintbatch WHERE state NOT IN ('finished', 'cancelled')"
OPEN_STATES = ("finding", "waiting", "minting")

Say = Callable[[str], None]


class MintField(Field):
    """A field on which the donor's half works."""

    def states(self) -> Counter[str]:
        """The rows of batches by state. Raises Away."""
        return Counter(dict(self.look(_STATES)))

    def on_the_wire(self) -> int:
        """Rows whose share token is being minted. Raises Away."""
        return self.states()["minting"]

    def undecided(self) -> int:
        """Rows and batches that have no end yet. Raises Away."""
        found = self.states()
        return sum(found[state] for state in OPEN_STATES) + int(self.look(_OPEN)[0][0])


def fault_mix(seed: int, *, throttling: bool = True) -> dict[str, Any]:
    """What the far end does to mintings."""
    kept = [rule for rule in _MINTING if throttling or rule["do"] != "throttle"]
    return {"seed": seed, "rules": [rule | {"call": "share_token"} for rule in kept]}


def run(sizes: Sizes, folder: Path, *, postgresql: bool, template: Path | None, say: Say) -> Report:
    """One run of these sizes. `template` is a migrated SQLite file, to save time."""
    began = time.monotonic()
    with _field(sizes, folder, postgresql=postgresql) as here:
        here.start(sizes.workers, template)
        here.ask("register", client_id=RECIPIENT)
        course = _Course(here, sizes, say)
        course.run()
        course.settle()
        course.take_files()
        report = judged(here.database, here.far_end.ledger(), here.files)
        figures = report.figures | course.figures()
        figures["seconds"] = round(time.monotonic() - began, 1)
        return Report(figures, report.violations + here.audit_chain())


@contextmanager
def _field(sizes: Sizes, folder: Path, *, postgresql: bool) -> Iterator[MintField]:
    settings = {
        "SUMSUB_POST_LIMIT": sizes.limit,
        "SUMSUB_GET_LIMIT": "none",
        "MINTING_TIMING": json.dumps(TIMING),
    }
    # Half of what the sandbox makes belongs to other workspaces at most.
    applicants, mix = 2 * sizes.rows + 400, fault_mix(sizes.seed)
    with around(folder, postgresql=postgresql, applicants=applicants, scenario=mix) as found:
        made = MintField(folder, *found, settings, workspace="donor")
        try:
            yield made
        finally:
            made.end()


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
        files = self._files()
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

    def take_files(self) -> None:
        """Each batch's one file."""
        for (batch,) in self._here.look(_BATCHES):
            out = self._here.files / f"taken-{batch}.csv"
            self._here.ask("take", batch=batch, out=str(out))

    def figures(self) -> dict[str, Any]:
        """What was done to it."""
        return {
            "seed": self._sizes.seed,
            "strikes": dict(self._striker.done),
            "rows on the wire when struck": self._striker.rows_on_the_wire,
            "workers that ended unasked": self._striker.died_by_themselves,
            "whims": dict(self._whims),
        }

    def _files(self) -> list[Path]:
        """Files of the donor's applicants, no one of them in two."""
        donor = self._here.far_end.donor.client_id
        known = self._here.far_end.applicants(10 * self._sizes.rows)
        mine = [one for one in known if one["client_id"] == donor][: self._sizes.rows]
        assert len(mine) == self._sizes.rows, f"the far end has {len(mine)} applicants"
        size, files = self._sizes.file_rows, []
        for number, first in enumerate(range(0, len(mine), size)):
            lines = [
                f"{one['applicant_id']},{one['external_user_id']}" for one in mine[first:][:size]
            ]
            file = self._here.files / f"applicants-{number:03}.csv"
            file.write_text("\n".join(["applicantId,externalId", *lines, ""]), encoding="utf-8")
            files.append(file)
        return files

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
            found[:] = [number for (number,) in self._here.look(_BATCHES)]
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
    sizes = Sizes(**{one.name: getattr(options, one.name) for one in fields(Sizes)})
    _say(f"minting: {sizes}; about {sizes.seconds / 60:.0f} minutes and what the rows need then")
    report = run(sizes, PLACE / "minting", postgresql=not options.sqlite, template=None, say=_say)
    _say(json.dumps(report.figures, indent=2))
    for sentence in report.violations[:20]:
        _say(f"  {sentence}")
    _say(f"violations: {len(report.violations)}")
    return 1 if report.violations else 0


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> Namespace:
    parser = ArgumentParser(description="Break everything while share tokens are minted.")
    for one in fields(Sizes):
        kind = float if one.type is float else int
        usual = getattr(SIZES, one.name)
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=kind, default=usual)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, without crashes")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
