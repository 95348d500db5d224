"""Whose word counts: the environment's, a secret file's, or local.env's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import PROJECT
from tests.parts.places import clean_environment

LOCAL = "# by make run\nSUMSUB_BASE_URL='http://127.0.0.1:8001'\nSUMSUB_APP_TOKEN='sbx:local'\n"
SHOW = (
    "from config.environment import *; load_local_values(data_directory());"
    "print(secret('SUMSUB_BASE_URL', 'sumsub'), secret('SUMSUB_APP_TOKEN', 'none'))"
)


def said(data_dir: Path, **environment: str) -> str:
    """What settings would read for base URL and app token."""
    (data_dir / "local.env").write_text(LOCAL, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=PROJECT,
        env=kept | {"DATA_DIR": str(data_dir)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_local_values_fill_what_the_environment_leaves_open(tmp_path: Path) -> None:
    assert said(tmp_path) == "http://127.0.0.1:8001 sbx:local"


@pytest.mark.parametrize("by_file", [False, True], ids=["by value", "by file"])
def test_a_connection_of_ones_own_takes_nothing_of_the_sandboxs(
    tmp_path: Path, by_file: bool
) -> None:
    file = tmp_path / "token"
    file.write_text("prd:own\n", encoding="utf-8")
    own = {"SUMSUB_APP_TOKEN_FILE": str(file)} if by_file else {"SUMSUB_APP_TOKEN": "prd:own"}
    assert said(tmp_path, **own) == "sumsub prd:own"


@pytest.mark.parametrize(
    ("given", "understood"),
    [("", {}), ("{}", {}), ('{"shutdown": 2.5}', {"shutdown": 2.5})],
    ids=["nothing", "an empty object", "one wait"],
)
def test_timing_left_empty_means_the_defaults(
    tmp_path: Path, given: str, understood: dict[str, float]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from config.settings import *; print(REDEMPTION_TIMING)"],
        cwd=PROJECT,
        env=clean_environment() | {"DATA_DIR": str(tmp_path), "REDEMPTION_TIMING": given},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(understood)
