"""A worker that is killed in the middle loses no row and redeems none twice."""

import json
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from sumsub.sandbox.process import Sandbox, start
from tests.endtoend import doors
from tests.parts.installations import Factory, Installation, Kind
from tests.parts.waiting import wait_until

ROWS = 400
SHORT_WAITS = json.dumps(
    {
        "lease": 4.0,
        "write_within": 1.0,
        "asking": 4.0,
        "lookup_offsets": [0.2, 0.5, 1, 2, 3, 4, 5, 6],
        "quiet": 5.0,
        "absents": 3,
        "absent_gap": 1.0,
        "resend_absents": 2,
        "resend_span": 0.5,
        "shutdown": 2.0,
    }
)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_killed_worker_loses_no_row_and_redeems_none_twice(
    installation: Factory, database: Kind, tmp_path: Path
) -> None:
    # So slow that answers are on their way whenever the worker is struck, however late that is.
    latency = {"call": "reuse", "do": "latency", "ms": 1200}
    slow = {"rules": [latency], "review_delay_ms": 300}
    with start(post_limit="none", get_limit="none", applicants=500, scenario=slow) as far_end:
        here = installation(
            database,
            far_end,
            SUMSUB_POST_LIMIT="500/5s",
            SUMSUB_GET_LIMIT="none",
            REDEMPTION_TIMING=SHORT_WAITS,
        )
        file = tmp_path / "tokens.csv"
        file.write_text(far_end.tokens_csv(ROWS, "outcome=approved"), encoding="utf-8")
        begin = far_end.ledger()[-1]["seq"]
        here.start_beat()
        worker = here.start_worker()
        doors.store_and_start(here, file)
        for struck_at in (60, 160):
            redeemed = partial(_has_redeemed, far_end, begin, struck_at)
            wait_until(redeemed, f"{struck_at} rows are redeemed")
            here.kill(worker)
            worker = here.start_worker()
        wait_until(partial(_is_over, here), "every row has its outcome")
        found = doors.rows(here)
        doors.ledger_agrees(far_end, found)
    assert Counter(row["state"] for row in found) == {"imported": ROWS}
    assert any(row["confirmed_by_lookup"] for row in found)


def _has_redeemed(far_end: Sandbox, begin: int, count: int) -> bool:
    redeemed = [event for event in far_end.ledger(begin) if event["event"] == "redeemed"]
    return len(redeemed) >= count


def _is_over(here: Installation) -> bool:
    undecided = {"staged", "pending", "sending", "checking"}
    return undecided.isdisjoint(doors.states(here))
