"""Each file has a sandbox of its own: what it builds and changes must not show in others."""

from collections.abc import Iterator

import pytest

from sumsub.sandbox import process
from sumsub.sandbox.process import Sandbox
from tests.sandbox.building import People


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with process.start(
        post_limit="none", get_limit="none", scenario={"review_delay_ms": 150}
    ) as running:
        yield running


@pytest.fixture(scope="module")
def people(sandbox: Sandbox) -> People:
    return {person["external_user_id"]: person for person in sandbox.applicants()}
