"""The broker is only a bell: without it an import is stored and started, and nothing is lost."""

from functools import partial
from pathlib import Path

from sumsub.sandbox.process import Sandbox
from tests.endtoend import doors
from tests.parts.installations import Factory, Installation
from tests.parts.waiting import wait_until

ROWS = 12


def test_an_import_started_without_a_broker_runs_when_it_is_back(
    installation: Factory, fresh_sandbox: Sandbox, tmp_path: Path
) -> None:
    here = installation("sqlite", fresh_sandbox)
    file = tmp_path / "tokens.csv"
    file.write_text(fresh_sandbox.tokens_csv(ROWS, "outcome=approved"), encoding="utf-8")
    here.kill(here.broker)
    doors.store_and_start(here, file)
    assert doors.states(here) == {"pending": ROWS}
    here.start_broker()
    here.start_worker()
    here.start_beat()
    wait_until(partial(_all_imported, here), "every row is imported")
    doors.ledger_agrees(fresh_sandbox, doors.rows(here))


def _all_imported(here: Installation) -> bool:
    return doors.states(here) == {"imported": ROWS}
