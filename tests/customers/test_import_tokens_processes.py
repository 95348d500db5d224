"""`import_tokens` as a process of its own: pipes, interruptions, two at once."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sumsub.sandbox.process import Sandbox
from tests.parts.forked import start
from tests.parts.installations import Installation
from tests.parts.waiting import PATIENCE, wait_until

Make = Callable[..., Installation]


@pytest.fixture(scope="module")
def quick() -> Iterator[Sandbox]:
    """A far end without limits."""
    with start(post_limit="none", get_limit="none") as running:
        yield running


def redeemed(far_end: Sandbox, after: int) -> Counter[str]:
    events = far_end.ledger(after)
    return Counter(e["token_sha256"] for e in events if e["event"] == "redeemed")


def last(far_end: Sandbox) -> int:
    events = far_end.ledger()
    return int(events[-1]["seq"]) if events else 0


def test_a_pipe_is_read_and_its_outcomes_are_told(installation: Make, quick: Sandbox) -> None:
    here = installation(far_end=quick)
    contents = quick.tokens_csv(4, "outcome=approved")
    done = here.manage("import_tokens", "-", stdin=contents)
    assert "4 rows stored" in done.stdout
    assert "Imported" in done.stdout
    assert "_act-" not in done.stdout + done.stderr


def test_an_interruption_loses_nothing_and_the_same_command_finishes(
    installation: Make, quick: Sandbox, tmp_path: Path
) -> None:
    here = installation(far_end=quick, SUMSUB_POST_LIMIT="100/5s")
    before = last(quick)
    file = tmp_path / "tokens.csv"
    file.write_text(quick.tokens_csv(120, "outcome=approved"), encoding="utf-8")
    process = here.begin("import_tokens", str(file))
    wait_until(lambda: redeemed(quick, before), "the first rows are redeemed")
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    assert time.monotonic() - began < 15
    assert "Nothing is lost" in err
    assert 0 < len(redeemed(quick, before)) < 120
    again = here.manage("import_tokens", str(file), check=False)
    assert again.returncode == 0, again.stderr
    assert set(redeemed(quick, before).values()) == {1}
    assert len(redeemed(quick, before)) == 120
    assert "_act-" not in out + err + again.stdout + again.stderr


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_processes_with_the_same_file_at_once_redeem_each_token_once(
    installation: Make, quick: Sandbox, tmp_path: Path, database: str
) -> None:
    here = installation(database, far_end=quick, SUMSUB_POST_LIMIT="none")
    before = last(quick)
    file = tmp_path / "tokens.csv"
    file.write_text(quick.tokens_csv(150, "outcome=approved"), encoding="utf-8")
    processes = [here.begin("import_tokens", str(file)) for _ in range(2)]
    ended = [process.communicate(timeout=PATIENCE) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ended
    assert set(redeemed(quick, before).values()) == {1}
    assert len(redeemed(quick, before)) == 150


def test_without_tables_it_says_what_to_run(
    installation: Make, quick: Sandbox, tmp_path: Path
) -> None:
    here = installation(far_end=quick)
    (here.data_dir / "relay.sqlite3").unlink()
    file = tmp_path / "tokens.csv"
    file.write_text("token\n_act-1\n", encoding="utf-8")
    done = here.manage("import_tokens", str(file), check=False)
    assert done.returncode == 2
    assert "migrate" in done.stderr


def test_an_unreadable_option_gives_2(installation: Make, quick: Sandbox) -> None:
    here = installation(far_end=quick)
    assert here.manage("import_tokens", check=False).returncode == 2
    assert here.manage("import_tokens", "x", "--wait", "long", check=False).returncode == 2
