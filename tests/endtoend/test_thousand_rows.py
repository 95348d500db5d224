"""A file of a thousand share tokens, by the command line and by the task queue."""

import csv
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from sumsub.sandbox.process import Sandbox, start
from tests.endtoend import doors
from tests.parts.installations import Factory, Installation, Kind
from tests.parts.waiting import wait_until

ROWS = 1000


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_thousand_tokens_come_in_by_either_door_and_the_ledger_agrees(
    installation: Factory, database: Kind, tmp_path: Path
) -> None:
    with start(post_limit="none", get_limit="none", applicants=2 * ROWS) as far_end:
        limits = {"SUMSUB_POST_LIMIT": "none", "SUMSUB_GET_LIMIT": "none"}
        here = installation(database, far_end, **limits)
        by_command(here, _file(far_end, tmp_path / "command.csv"), tmp_path / "results.csv")
        by_queue(here, _file(far_end, tmp_path / "queue.csv"))
        found = doors.rows(here)
        doors.ledger_agrees(far_end, found)
    assert len(found) == 2 * ROWS
    assert set(Counter(row["state"] for row in found)) == {"imported", "refused"}


def _file(far_end: Sandbox, path: Path) -> Path:
    path.write_text(far_end.tokens_csv(ROWS), encoding="utf-8")
    return path


def by_command(here: Installation, file: Path, results: Path) -> None:
    """Import with the command; its results name every row and no share token."""
    done = here.manage("import_tokens", str(file), "--results", str(results), check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    with results.open(encoding="utf-8", newline="") as text:
        listed = list(csv.DictReader(text))
    assert [int(row["line"]) for row in listed] == list(range(2, ROWS + 2))
    assert {row["state"] for row in listed} == {"imported", "refused"}
    tokens = file.read_text(encoding="utf-8").split()[1:]
    told = results.read_text(encoding="utf-8") + done.stdout + done.stderr
    assert not [token for token in tokens if token in told]


def by_queue(here: Installation, file: Path) -> None:
    """Import through the broker's bell and a worker; no beat is running."""
    here.start_worker()
    doors.store_and_start(here, file)
    wait_until(partial(_is_over, here), "the worker has brought every row to its end")


def _is_over(here: Installation) -> bool:
    return {"pending", "sending", "checking"}.isdisjoint(doors.states(here))
