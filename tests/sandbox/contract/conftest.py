"""One sandbox for all the rows of the contract, with a receiver for the recipient's webhooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sumsub.sandbox import process
from tests.sandbox.contract.ground import QUICK, Ground
from tests.sandbox.receiver import receiving


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    with (
        receiving() as received,
        process.start(
            applicants=40,
            post_limit="none",
            get_limit="none",
            webhook_url=received.url,
            scenario=QUICK,
        ) as sandbox,
    ):
        yield Ground(sandbox, received)
