"""One sandbox for the whole folder; tests that change its rules start their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.caller import Caller


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with process.start(
        post_limit="none",
        get_limit="none",
        scenario={"review_delay_ms": 150},
        seed="tests",
    ) as running:
        yield running


@pytest.fixture
def donor(sandbox: Sandbox) -> Caller:
    return Caller(sandbox, sandbox.donor)


@pytest.fixture
def recipient(sandbox: Sandbox) -> Caller:
    return Caller(sandbox, sandbox.recipient)


@pytest.fixture(scope="session")
def people(sandbox: Sandbox) -> dict[str, dict[str, str]]:
    """The listed applicants by external id."""
    return {person["external_user_id"]: person for person in sandbox.applicants()}
