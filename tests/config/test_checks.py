"""What an installation open to others must have before anything is served."""

import subprocess
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config.checks import REQUIRED_IN_PRODUCTION, check_installation
from config.environment import PROJECT
from config.supervisor import commands
from tests.parts.places import clean_environment

OURS = [name for name in REQUIRED_IN_PRODUCTION if name != "SECRET_KEY"]
"""Without SECRET_KEY Django itself refuses to load the settings."""


def test_production_is_not_even_migrated_without_its_keys(tmp_path: Path) -> None:
    production = {"ALLOWED_HOSTS": "relay.example", "SECRET_KEY": "x" * 50 + "abcdef"}
    refused = subprocess.run(
        commands.manage("migrate", "--no-input"),
        cwd=PROJECT,
        env=clean_environment() | production | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    for name in OURS:
        assert f"{name} is not set." in refused.stderr
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("name", OURS)
def test_each_lacking_secret_is_named(settings: Settings, name: str) -> None:
    settings.PRODUCTION = True
    for other in OURS:
        setattr(settings, other, getattr(settings, other) or "given")
    setattr(settings, name, "")
    assert f"{name} is not set." in [problem.msg for problem in check_installation(None)]


def test_a_limit_that_cannot_be_read_is_named(settings: Settings) -> None:
    settings.SUMSUB_POST_LIMIT = "many"
    assert any("SUMSUB_POST_LIMIT" in problem.msg for problem in check_installation(None))


def test_this_machines_own_installation_lacks_nothing() -> None:
    assert check_installation(None) == []
