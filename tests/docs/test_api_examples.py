"""The examples of docs/api.md, each run as it stands against a real server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts.scopes import Scope
from config.environment import PROJECT
from sumsub.sandbox.process import Sandbox
from tests.parts.installations import Factory, Installation

# One installation serves all, so they stay together.
pytestmark = pytest.mark.xdist_group("the examples")

BLOCK = re.compile(r"```(sh|python)\n(.*?)```\n<!-- (donor )?prints: (.*?) -->", re.DOTALL)
CODE = re.compile(r"```(?:sh|python)\n")
TEXT = (PROJECT / "docs" / "api.md").read_text("utf-8")
EXAMPLES = [
    pytest.param(*found, id=f"{n}-{found[0]}") for n, found in enumerate(BLOCK.findall(TEXT))
]


@dataclass(frozen=True)
class House:
    """A running installation with a key of it."""

    address: str
    key: str


@pytest.fixture(scope="module")
def house(lasting_installation: Factory) -> Iterator[House]:
    """Web and worker, and a client that may do everything."""
    made: Installation = lasting_installation("sqlite")
    address = made.start_web()
    made.start_worker()
    scopes = [part for scope in Scope for part in ("--scope", scope.value)]
    key = made.manage("add_api_client", "Onboarding service", *scopes).stdout.strip()
    yield House(address, key)
    made.close()


@pytest.fixture(scope="module")
def donors_house(lasting_installation: Factory) -> Iterator[House]:
    """The same for the donor's workspace; it mints too."""
    made: Installation = lasting_installation("sqlite", workspace="donor")
    address = made.start_web()
    made.start_worker()
    scopes = [part for scope in Scope for part in ("--scope", scope.value)]
    key = made.manage("add_api_client", "Sharing service", *scopes).stdout.strip()
    yield House(address, key)
    made.close()


def share_token(sandbox: Sandbox) -> str:
    header, line = sandbox.tokens_csv(1, "outcome=approved").splitlines()[:2]
    return line.split(",")[header.split(",").index("token")].strip('"')


def test_every_example_says_what_it_prints() -> None:
    assert len(EXAMPLES) == len(CODE.findall(TEXT)) > 10


@pytest.mark.parametrize(("language", "code", "side", "prints"), EXAMPLES)
def test_an_example_does_what_it_says(
    language: str,
    code: str,
    side: str,
    prints: str,
    request: pytest.FixtureRequest,
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    house: House = request.getfixturevalue("donors_house" if side else "house")
    (tmp_path / "share-tokens.csv").write_text(sandbox.tokens_csv(2), "utf-8")
    command = ["bash", "-euo", "pipefail"] if language == "sh" else [sys.executable]
    done = subprocess.run(
        [*command, "-c", code],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "RELAY_URL": house.address,
            "RELAY_KEY": house.key,
            "SHARE_TOKEN": share_token(sandbox),
            "RECIPIENT": sandbox.recipient.client_id,
            "APPLICANT": "demo-approved-complete",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert prints in done.stdout
