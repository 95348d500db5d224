"""`make chaos`, the donor's half: minting many while workers, database and broker break down.

    python -m tests.chaos.minting [--rows N] [--kills N] … [--sqlite] [--only-run | --only-broken]

Files of applicants become batches; workers are killed and frozen, PostgreSQL is crashed, the broker
wiped, the far end loses, delays and garbles answers, people pause batches and their recipient. Then
each file is taken, and a checker that knows none of our modules (`mint_ledgers`) compares it with
the far end's ledger, the rows and the audit trail. Last come engines broken on purpose, each of
which it must catch (`mint_scenarios`). Exits 1 when a rule is broken, or a broken engine passed.
"""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chaos import mint_scenarios, plan
from tests.chaos.course import Course, Report, Say
from tests.chaos.field import Away, wait_until
from tests.chaos.halves import Half
from tests.chaos.mint_field import RECIPIENT, TTL_SECONDS, MintField, mint_field
from tests.chaos.mix import LEASE
from tests.chaos.plan import Sizes

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


class _Course(Course):
    """Strikes, files and whims."""

    def __init__(self, here: MintField, sizes: Sizes, say: Say) -> None:
        super().__init__(here, sizes, say)
        self._here = here
        self._whims: Counter[str] = Counter()
        self._whim_at = self._began

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

    def figures(self) -> dict[str, Any]:
        """What was done to it."""
        return super().figures() | {"whims": dict(self._whims)}

    def _calmer(self) -> dict[str, Any]:
        return fault_mix(self._sizes.seed, throttling=False)

    def _let_all_go_on(self) -> None:
        self._here.ask("activate_partner")
        self._here.ask("mint_go_on")

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
        self._let_all_go_on()
        return True


HALF = Half(
    about="Break everything while share tokens are minted.",
    folder="minting",
    usual=SIZES,
    run=run,
    variants=mint_scenarios.SCENARIOS,
    play=mint_scenarios.play,
    caught=mint_scenarios.caught,
)

if __name__ == "__main__":
    sys.exit(HALF.main())
