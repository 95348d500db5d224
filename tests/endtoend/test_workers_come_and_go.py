"""Workers come and go: they share work, leave cleanly, need neither broker nor right clock."""

import json
import shutil
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from config.supervisor import commands
from sumsub.sandbox.process import Sandbox, start
from tests.endtoend import doors
from tests.parts.installations import Factory, Installation
from tests.parts.programs import require
from tests.parts.waiting import PATIENCE, wait_until

ROWS = 120
# So many that three workers share them, also where one of them is late.
MANY = 300
LATENCY_MS = 150
# So slow that a worker is in the middle of a file when it is told to end, however late that is.
SLOW_MS = 600
# Two lanes at 150 ms each: one worker alone needs nine seconds for all rows.
FEW_LANES: dict[str, Any] = {"send_lanes": 2, "look": 0.5}
FREE = {"SUMSUB_POST_LIMIT": "none", "SUMSUB_GET_LIMIT": "none"}


def slow_sandbox(latency_ms: int = LATENCY_MS) -> Any:
    rules = [{"call": "reuse", "do": "latency", "ms": latency_ms}]
    scenario = {"rules": rules, "review_delay_ms": 300}
    return start(post_limit="none", get_limit="none", applicants=400, scenario=scenario)


def handed_in(here: Installation, far_end: Sandbox, folder: Path, rows: int = ROWS) -> int:
    file = folder / "tokens.csv"
    file.write_text(far_end.tokens_csv(rows, "outcome=approved"), encoding="utf-8")
    return doors.store_and_start(here, file)


def all_imported(here: Installation, rows: int = ROWS) -> bool:
    return doors.states(here) == {"imported": rows}


def some_imported(here: Installation) -> bool:
    return doors.states(here)["imported"] > 0


def events(here: Installation, deed: str) -> int:
    return doors.number(here, f"SELECT count(*) FROM accounts_auditevent WHERE deed = '{deed}'")


def test_idle_workers_join_a_busy_one_though_only_one_heard_the_bell(
    installation: Factory, tmp_path: Path
) -> None:
    with slow_sandbox() as far_end:
        timing = json.dumps(FEW_LANES)
        here = installation("postgresql", far_end, REDEMPTION_TIMING=timing, **FREE)
        for _ in range(2):
            here.start_worker()
        handed_in(here, far_end, tmp_path)
        wait_until(partial(all_imported, here), "every row is imported")
        doors.ledger_agrees(far_end, doors.rows(here))
        shares = doors.counted(here, "lease_owner")
    assert len(shares) == 2
    assert min(shares.values()) > ROWS / 5


def test_a_worker_that_never_finds_a_broker_redeems_all_the_same(
    installation: Factory, fresh_sandbox: Sandbox, tmp_path: Path
) -> None:
    here = installation("sqlite", fresh_sandbox)
    here.kill(here.broker)
    here.start_worker(wait=False)
    handed_in(here, fresh_sandbox, tmp_path, rows=12)
    wait_until(partial(all_imported, here, 12), "every row is imported")
    doors.ledger_agrees(fresh_sandbox, doors.rows(here))


def test_a_warm_shutdown_is_quick_and_leaves_no_row_in_doubt(
    installation: Factory, tmp_path: Path
) -> None:
    with slow_sandbox(SLOW_MS) as far_end:
        timing = json.dumps({"send_lanes": 10})
        here = installation("sqlite", far_end, REDEMPTION_TIMING=timing, **FREE)
        worker = here.start_worker()
        handed_in(here, far_end, tmp_path, rows=MANY)
        wait_until(partial(some_imported, here), "the worker is at it")
        asked = time.monotonic()
        worker.process.send_signal(signal.SIGTERM)
        worker.process.wait(timeout=PATIENCE)
        took, states = time.monotonic() - asked, doors.states(here)
        assert states["sending"] == states["checking"] == 0
        assert 0 < states["imported"] < MANY
        assert took < 8
        here.start_worker()
        wait_until(partial(all_imported, here, MANY), "the next worker finishes the file")
        doors.ledger_agrees(far_end, doors.rows(here))


def test_workers_with_wrong_clocks_do_no_harm(installation: Factory, tmp_path: Path) -> None:
    faketime = require("faketime", shutil.which("faketime"))
    with slow_sandbox() as far_end:
        timing = json.dumps(FEW_LANES)
        here = installation("postgresql", far_end, REDEMPTION_TIMING=timing, **FREE)
        here.start_worker()
        here.environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        for wrong_by in ("+2h", "-2h"):
            here.start(wrong_by, [faketime, "-f", wrong_by, *commands.worker()])
        for wrong_by in ("+2h", "-2h"):
            wait_until(partial(is_ready, here, wrong_by), f"the worker {wrong_by} is ready")
        handed_in(here, far_end, tmp_path, MANY)
        wait_until(partial(all_imported, here, MANY), "every row is imported")
        found = doors.rows(here)
        doors.ledger_agrees(far_end, found)
        shares = doors.counted(here, "lease_owner")
        gates = events(here, "gate.closed")
    assert len(shares) == 3, "the workers with wrong clocks took part"
    assert Counter(row["doubt"] for row in found) == {False: MANY}
    assert not any(row["confirmed_by_lookup"] for row in found)
    assert gates == 0


def is_ready(here: Installation, name: str) -> bool:
    log = here.data_dir / "logs" / f"{name}.log"
    return " ready." in log.read_text(encoding="utf-8")
