"""The rate limit per client and class of method; each test uses up a workspace of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller, until

LEVELS = "/resources/applicants/-/levels"
PENDING = "/resources/applicants/nobody/status/pending"


@pytest.fixture(scope="module")
def limited() -> Iterator[Sandbox]:
    with process.start(applicants=30) as sandbox:
        yield sandbox


def test_the_default_is_fifty_writes_and_three_hundred_reads_in_five_seconds(
    limited: Sandbox,
) -> None:
    stranger = Caller(limited, limited.workspace("stranger"))
    assert [stranger.post(PENDING).status for _ in range(51)] == [404] * 50 + [429]
    assert [stranger.get(LEVELS).status for _ in range(301)] == [200] * 300 + [429]


def test_writes_over_the_limit_are_throttled_until_the_window_has_slid(limited: Sandbox) -> None:
    limited.set_faults({"post_limit": "4/1s"})
    recipient, donor = Caller(limited, limited.recipient), Caller(limited, limited.donor)
    statuses = [recipient.post(PENDING).status for _ in range(6)]
    assert statuses == [404] * 4 + [429] * 2
    refused = recipient.post(PENDING)
    assert refused.headers["retry-after"] == "1"
    assert refused.json["code"] == 429
    assert donor.post(PENDING).status == 404, "another client has its own budget"
    assert recipient.get(LEVELS).status == 200, "reads have their own budget"
    events = [(e["event"], e["status"]) for e in limited.ledger() if _is_of(e, recipient)]
    assert events == [("throttled", 429)] * 3
    time.sleep(1.05)
    assert recipient.post(PENDING).status == 404


def _is_of(event: dict[str, object], caller: Caller) -> bool:
    return event["client_id"] == caller.workspace.client_id


def test_the_style_of_a_429_is_a_switch_and_none_means_unlimited(limited: Sandbox) -> None:
    dormant = Caller(limited, limited.workspace("dormant"))
    limited.set_faults({"post_limit": "1/5s", "retry_after": False, "throttle_body": False})
    dormant.post(PENDING)
    refused = dormant.post(PENDING)
    assert (refused.status, refused.body) == (429, b"")
    assert "retry-after" not in refused.headers
    limited.set_faults({"post_limit": "none"})
    assert {dormant.post(PENDING).status for _ in range(60)} == {404}


def test_a_fixed_window_begins_anew_where_a_sliding_one_would_still_refuse(
    limited: Sandbox,
) -> None:
    renamed = Caller(limited, limited.workspace("renamed"))
    limited.set_faults({"post_limit": "2/2s", "limit_window": "fixed"})
    try:
        answers = until(lambda: _around_a_border(renamed, 2.0))
    finally:
        limited.set_faults({})
    assert answers == [404, 404, 429, 404, 404, 429]


def _around_a_border(caller: Caller, window: float) -> list[int]:
    """Three calls on each side of a window's end; nothing when the machine was too slow for it.

    Windows begin at multiples of their length on the clock that all processes here share.
    """
    _wait_until_into(window, 0.6 * window)
    opened = time.monotonic() // window
    before = [caller.post(PENDING).status for _ in range(3)]
    if time.monotonic() // window != opened:
        return []
    _wait_until_into(window, 0.02)
    after = [caller.post(PENDING).status for _ in range(3)]
    return before + after if time.monotonic() // window == opened + 1 else []


def _wait_until_into(window: float, seconds: float) -> None:
    """Wait until the clock is so far into a window, this one or the next."""
    time.sleep((seconds - time.monotonic()) % window)


def test_flags_set_the_limits() -> None:
    with process.start(applicants=30, post_limit="2/5s", get_limit="0") as sandbox:
        recipient = Caller(sandbox, sandbox.recipient)
        assert [recipient.post(PENDING).status for _ in range(3)] == [404, 404, 429]
        assert {recipient.get(LEVELS).status for _ in range(310)} == {200}
