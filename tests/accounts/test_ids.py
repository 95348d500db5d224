"""Ids that grow with time."""

import time
from datetime import UTC, datetime
from uuid import RFC_4122

from accounts.ids import uuid7


def test_an_id_is_a_uuid_of_version_7_made_now() -> None:
    before = time.time()
    made = uuid7()
    assert (made.version, made.variant) == (7, RFC_4122)
    moment = datetime.fromtimestamp((made.int >> 80) / 1000, UTC).timestamp()
    assert before - 0.001 <= moment <= time.time()


def test_later_ids_are_greater() -> None:
    first = uuid7()
    time.sleep(0.002)
    assert first < uuid7()


def test_ids_of_one_moment_differ() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000
