"""For each broken variant of the engine a small scenario in which its mistake must show.

Each is fair: the engine as it is gets through it without a violation.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos.course import await_the_end
from tests.chaos.field import Field, wait_until
from tests.chaos.field import field as made_field
from tests.chaos.mix import TIMING
from tests.chaos.rules import (
    Rule,
    no_row_sent_more_often_than_claimed,
    nobody_called_failed_exists,
    of_rule,
)

ROWS = 24
SLOW_MS = 1500
END_SECONDS = 40
# The breaker is not what these are about.
_CALM = {"breaker_failures": 1000, "resend": False}
_DROPPED = {"call": "reuse", "do": "drop_after_commit", "times": ROWS}
_SLOW = {"call": "reuse", "do": "latency", "ms": SLOW_MS}
# The first answers to lookups do not know yet what was made just now.
_STALE = {"call": "lookup", "do": "stale", "times": ROWS}
_BLIND = ["share_applicants", "create_applicants"]
_ALL = [*_BLIND, "view_applicants"]


@dataclass(frozen=True)
class Scenario:
    """What the far end does wrong, what happens meanwhile, and which rule the mistake breaks."""

    play: Callable[[Field, int], None]
    breaks: Rule = nobody_called_failed_exists
    rules: tuple[Mapping[str, Any], ...] = ()
    permissions: Sequence[str] = tuple(_ALL)
    postgresql: bool = False
    rows: int = ROWS
    timing: Mapping[str, Any] = field(default_factory=dict)


def _let_it_run(here: Field, import_id: int) -> None:
    """Nothing beside what the far end does."""


def _worker_dies_then_cancel(here: Field, import_id: int) -> None:
    """The only worker dies while every row is on the wire; the import is paused, then cancelled."""
    wait_until(lambda: here.sending(import_id) == ROWS, "every row is on the wire")
    wait_until(partial(_redeemed, here), "every row has arrived")
    here.end_worker(here.workers[0])
    here.ask("pause", import_id=import_id)
    here.start_worker()
    wait_until(lambda: here.sending(import_id) == 0, "the pause is confirmed")
    here.note_stop(import_id, "pause", here.last_seq(), None)
    here.ask("cancel", import_id=import_id)


def _permission_is_missing(here: Field, import_id: int) -> None:
    """Every answer got lost, and for a while nobody may look applicants up."""
    wait_until(partial(_redeemed, here), "every row has arrived")
    # The engine as it is waits longer than this; one that believes a 404 has decided by then.
    until = time.monotonic() + TIMING["quiet"] + 4
    while here.undecided() and time.monotonic() < until:
        time.sleep(0.1)
    here.far_end.set_workspace("recipient", {"permissions": _ALL})
    here.ask("open_gates")


def _cancel_in_flight(here: Field, import_id: int) -> None:
    """A cancel while some rows are on the wire, some waiting."""
    wait_until(lambda: here.sending(import_id) > 0, "rows are on the wire")
    here.ask("cancel", import_id=import_id)
    wait_until(lambda: here.sending(import_id) == 0, "the cancel is confirmed")
    here.note_stop(import_id, "cancel", here.last_seq(), None)


def _command_beside(here: Field, import_id: int) -> None:
    """The worker serves the first file; a command, which drains too, comes with a second one."""
    wait_until(lambda: here.sending(import_id) > 0, "the worker is at it")
    second = here.mint("second", ROWS, "outcome=approved")
    here.start_command("import_tokens", str(second))
    stored = "SELECT count(*) FROM customers_import"
    wait_until(lambda: here.look(stored) == [(2,)], "the second file is stored")


def _redeemed(here: Field) -> bool:
    events = [event["event"] for event in here.far_end.ledger()]
    return events.count("redeemed") >= ROWS


SCENARIOS: Mapping[str, Scenario] = {
    "no_doubt_guard": Scenario(_let_it_run, rules=(_DROPPED, _STALE)),
    "retry_on_timeout": Scenario(_let_it_run, rules=(_DROPPED, _STALE)),
    "sweeper_back_to_pending": Scenario(_worker_dies_then_cancel, rules=(_SLOW,)),
    "not_found_is_absent": Scenario(_permission_is_missing, rules=(_DROPPED,), permissions=_BLIND),
    "claim_without_condition": Scenario(
        _command_beside,
        no_row_sent_more_often_than_claimed,
        rules=({"call": "reuse", "do": "latency", "ms": 300},),
        postgresql=True,
        # Enough for the worker to be still at it when the command has started.
        rows=14 * ROWS,
        timing={"send_lanes": 4},
    ),
    "cancel_outside_the_transaction": Scenario(
        _cancel_in_flight,
        rules=(_SLOW, _DROPPED),
        timing={"send_lanes": 4, "lease": 6.0},
    ),
}


def play(name: str, folder: Path, *, broken: bool, template: Path | None = None) -> list[str]:
    """Play a variant's scenario, with the broken engine or with the engine as it is.

    Returns the violations. `template` is a migrated SQLite file, to save time.
    """
    scenario = SCENARIOS[name]
    with made_field(
        folder,
        postgresql=scenario.postgresql,
        scenario={"rules": list(scenario.rules), "review_delay_ms": 300},
        variant=name if broken else "",
        timing=_CALM | dict(scenario.timing),
    ) as here:
        here.far_end.set_workspace("recipient", {"permissions": list(scenario.permissions)})
        here.start(1, None if scenario.postgresql else template)
        file = here.mint("tokens", scenario.rows, "outcome=approved")
        import_id = here.ask("store", file=str(file), mode="reuse")
        assert import_id is not None
        scenario.play(here, import_id)
        await_the_end(here, END_SECONDS)
        judged: list[str] = here.judge()["violations"]
        return judged + here.audit_chain()


def caught(name: str, folder: Path, *, template: Path | None = None) -> list[str]:
    """The violations by which the checker catches a broken engine; others do not count."""
    told = play(name, folder, broken=True, template=template)
    return of_rule(SCENARIOS[name].breaks, told)
