"""For each broken variant of minting a small scenario in which its mistake must show.

Each is fair: the engine as it is gets through it without a violation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos.course import await_the_end
from tests.chaos.field import wait_until
from tests.chaos.mint_field import RECIPIENT, TTL_SECONDS, MintField, mint_field
from tests.chaos.mint_ledgers import (
    Rule,
    every_minted_row_has_one_line_of_the_ledger,
    nothing_is_doubled_but_what_was_declared,
)
from tests.chaos.rules import of_rule

ROWS = 24
END_SECONDS = 90
_DROPPED = {"call": "share_token", "do": "drop_after_commit", "times": ROWS}
_SLOW = {"call": "share_token", "do": "latency", "ms": 1500}
_A_LITTLE_SLOW = {"call": "share_token", "do": "latency", "ms": 300}


@dataclass(frozen=True)
class Scenario:
    """What the far end does wrong, what happens meanwhile, and which rule the mistake breaks."""

    play: Callable[[MintField], None]
    breaks: Rule
    rules: tuple[Mapping[str, Any], ...]
    postgresql: bool = False
    workers: int = 1
    rows: int = ROWS
    limit: str = "none"


def _let_it_run(here: MintField) -> None:
    """Nothing beside what the far end does."""


def _worker_dies(here: MintField) -> None:
    """The only worker dies while every row is on the wire, its share token made."""
    wait_until(partial(_all_are_minted, here), "every row has its share token at the far end")
    here.end_worker(here.workers[0])
    here.start_worker()


def _all_are_minted(here: MintField) -> bool:
    events = [event["event"] for event in here.far_end.ledger()]
    return events.count("minted") >= ROWS


SCENARIOS: Mapping[str, Scenario] = {
    "mint_again_on_timeout": Scenario(
        _let_it_run, nothing_is_doubled_but_what_was_declared, (_DROPPED,)
    ),
    "mint_lease_forgotten": Scenario(
        _worker_dies, nothing_is_doubled_but_what_was_declared, (_SLOW,)
    ),
    "mint_claim_without_condition": Scenario(
        _let_it_run,
        every_minted_row_has_one_line_of_the_ledger,
        (_A_LITTLE_SLOW,),
        postgresql=True,
        workers=2,
        # They last until the second worker looks by itself: the bell wakes one.
        rows=6 * ROWS,
        limit="100/5s",
    ),
}


def play(name: str, folder: Path, *, broken: bool, template: Path | None = None) -> list[str]:
    """Play a variant's scenario, with the broken engine or with the engine as it is.

    Returns the violations. `template` is a migrated SQLite file, to save time.
    """
    scenario = SCENARIOS[name]
    with mint_field(
        folder,
        postgresql=scenario.postgresql,
        rows=scenario.rows,
        scenario={"rules": list(scenario.rules)},
        limit=scenario.limit,
        variant=name if broken else "",
    ) as here:
        here.start(scenario.workers, None if scenario.postgresql else template)
        here.ask("register", client_id=RECIPIENT)
        (file,) = here.write_files(scenario.rows, scenario.rows)
        assert here.ask("mint", file=str(file), ttl=TTL_SECONDS) is not None
        scenario.play(here)
        await_the_end(here, END_SECONDS)
        here.take_files()
        return here.judge_minting().violations


def caught(name: str, folder: Path, *, template: Path | None = None) -> list[str]:
    """The violations by which the checker catches a broken engine; others do not count."""
    told = play(name, folder, broken=True, template=template)
    return of_rule(SCENARIOS[name].breaks, told)
