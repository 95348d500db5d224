"""Fixtures: the far end, a local sandbox speaking Sumsub's wire format over real HTTP."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from sumsub.sandbox.process import Sandbox
from tests.parts.forked import start

# The same invented people in every run: a name with an apostrophe must not decide a test.
SEED = "tests"


def connection_settings(far_end: Sandbox, name: str = "recipient") -> dict[str, str]:
    """The settings that connect an installation to one of the sandbox's workspaces."""
    workspace = far_end.workspace(name)
    return {
        "SUMSUB_BASE_URL": far_end.url,
        "SUMSUB_APP_TOKEN": workspace.app_token,
        "SUMSUB_SECRET_KEY": workspace.secret_key,
        "SUMSUB_CLIENT_ID": workspace.client_id,
        "SUMSUB_LEVEL_NAME": workspace.levels[0],
        "SUMSUB_WEBHOOK_SECRET": workspace.webhook_secret,
    }


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests: for those that add to it and break nothing in it."""
    with start(seed=SEED) as running:
        yield running


@pytest.fixture
def fresh_sandbox() -> Iterator[Sandbox]:
    """A sandbox of one's own: for faults, rate limits and exact ledgers."""
    with start(seed=SEED) as running:
        yield running


@pytest.fixture
def connected(settings: Settings, sandbox: Sandbox) -> Sandbox:
    """This process is connected to the sandbox's workspace `recipient`."""
    for name, value in connection_settings(sandbox).items():
        setattr(settings, name, value)
    return sandbox
