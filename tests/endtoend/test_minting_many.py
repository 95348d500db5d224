"""Minting many with the product's own processes: killed, interrupted, run again."""

import csv
import os
import signal
import stat
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from sumsub.sandbox.process import Sandbox, start
from tests.endtoend import doors
from tests.parts.installations import Factory, Installation, Kind
from tests.parts.waiting import PATIENCE, wait_until
from tests.sharing.minting import csv_of, minted_at

RECIPIENT = "recipient.example_200002"
SHORT_WAITS = '{"lease": 3.0, "write_within": 1.0, "shutdown": 2.0, "again_after": [0.2]}'
REGISTER = f"""
from tests.parts.partners import make_partner
make_partner(name="Velmora Bank", client_id="{RECIPIENT}", is_recipient=True)
"""
START = """
from pathlib import Path
import io
from sharing import mint_csv
from sharing.minting_many import drafts
from sharing.minting_many.storing import Order, store_file
from sharing.models import MintSource, Partner
contents = io.BytesIO(Path({path!r}).read_bytes())
order = Order(Partner.objects.get(), 1200, MintSource.FILE)
print(drafts.start(store_file(mint_csv.read(contents, max_rows=None), order).pk, by=None).pk)
"""
ROWS = 160


def donor_side(
    installation: Factory, database: Kind, far_end: Sandbox, limit: str = "100/5s"
) -> Installation:
    here = installation(
        database,
        far_end,
        "donor",
        SUMSUB_POST_LIMIT=limit,
        SUMSUB_GET_LIMIT="none",
        MINTING_TIMING=SHORT_WAITS,
    )
    here.manage("shell", "-v", "0", "-c", REGISTER)
    return here


def states(here: Installation) -> Counter[str]:
    return doors.counted(here, "state", "sharing_mintrow")


def no_row_is_lost_or_doubled(here: Installation, far_end: Sandbox, rows: int) -> None:
    assert states(here) == {"minted": rows}
    assert doors.number(here, "SELECT count(*) FROM sharing_issuedtoken") == rows
    kept = "SELECT count(DISTINCT issued_id) FROM sharing_mintrow WHERE issued_id IS NOT NULL"
    assert doors.number(here, kept) == rows
    unread = doors.number(here, "SELECT sum(unread_count) FROM sharing_mintrow")
    at_sumsub = minted_at(far_end)
    assert len(at_sumsub) == rows
    # A call that was killed before Sumsub answered may or may not have minted.
    assert rows <= at_sumsub.total() <= rows + unread


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_killed_worker_loses_no_row_and_doubles_none(
    installation: Factory, database: Kind, tmp_path: Path
) -> None:
    slow = {"rules": [{"do": "latency", "ms": 150}]}
    with start(post_limit="none", get_limit="none", applicants=400, scenario=slow) as far_end:
        here = donor_side(installation, database, far_end)
        file = tmp_path / "applicants.csv"
        file.write_bytes(csv_of(far_end, ROWS))
        here.start_beat()
        worker = here.start_worker()
        here.manage("shell", "-v", "0", "-c", START.format(path=str(file)))
        for struck_at in (30, 80):
            reached = partial(_has_minted, here, struck_at)
            wait_until(reached, f"{struck_at} rows are minted")
            here.kill(worker)
            worker = here.start_worker()
        wait_until(lambda: _is_over(here), "every row has its end")
        no_row_is_lost_or_doubled(here, far_end, ROWS)
        log = (here.data_dir / "logs" / "worker.log").read_text("utf-8")
    assert "_act-" not in log
    assert "eyJ" not in log


def _has_minted(here: Installation, count: int) -> bool:
    return states(here)["minted"] >= count


def _is_over(here: Installation) -> bool:
    return {"finding", "waiting", "minting"}.isdisjoint(states(here))


def test_a_killed_and_an_interrupted_command_go_on_where_they_were(
    installation: Factory, tmp_path: Path
) -> None:
    with start(post_limit="none", get_limit="none", applicants=400) as far_end:
        here = donor_side(installation, "sqlite", far_end)
        file, out = tmp_path / "applicants.csv", tmp_path / "out.csv"
        file.write_bytes(csv_of(far_end, ROWS))
        arguments = (str(file), "--for", RECIPIENT, "--results", str(out))
        first = here.begin("mint_tokens", *arguments)
        wait_until(partial(_has_minted, here, 20), "the first rows are minted")
        os.kill(first.pid, signal.SIGKILL)
        heard = [*first.communicate(timeout=PATIENCE)]
        second = here.begin("mint_tokens", *arguments)
        wait_until(partial(_has_minted, here, 60), "more rows are minted")
        os.kill(second.pid, signal.SIGINT)
        heard += second.communicate(timeout=PATIENCE)
        assert second.returncode == 130, heard
        assert "Nothing is lost" in heard[-1]
        assert not out.exists()
        third = here.manage("mint_tokens", *arguments, check=False)
        assert third.returncode == 0, third.stderr
        no_row_is_lost_or_doubled(here, far_end, ROWS)
        written = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
        assert len({row["token"] for row in written}) == ROWS
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        # Taken: nothing is kept here, and run once more it neither mints nor loses anything.
        kept = "SELECT count(*) FROM sharing_mintrow WHERE token_sealed IS NOT NULL"
        assert doors.number(here, kept) == 0
        at_sumsub = minted_at(far_end)
        fourth = here.manage("mint_tokens", *arguments, check=False)
        assert fourth.returncode == 0, fourth.stdout + fourth.stderr
        assert minted_at(far_end) == at_sumsub
        assert list(csv.DictReader(out.open(encoding="utf-8", newline=""))) == written
    heard += [third.stdout, third.stderr, fourth.stdout, fourth.stderr]
    assert not [row["token"] for row in written if row["token"] in "".join(heard)]


def test_two_commands_at_once_mint_each_row_once(installation: Factory, tmp_path: Path) -> None:
    with start(post_limit="none", get_limit="none", applicants=400) as far_end:
        here = donor_side(installation, "sqlite", far_end)
        file, out = tmp_path / "applicants.csv", tmp_path / "out.csv"
        file.write_bytes(csv_of(far_end, ROWS))
        arguments = (str(file), "--for", RECIPIENT, "--results", str(out))
        first = here.begin("mint_tokens", *arguments)
        wait_until(partial(_has_minted, here, 1), "the first row is minted")
        second = here.begin("mint_tokens", *arguments)
        ended = [process.communicate(timeout=PATIENCE) for process in (first, second)]
        assert [process.returncode for process in (first, second)] == [0, 0], ended
        assert set(minted_at(far_end).values()) == {1}
        written = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
        assert len({row["token"] for row in written}) == ROWS
