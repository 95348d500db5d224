"""Debian packages that tests need: a test without its package skips, and fails under CI."""

import os
from pathlib import Path
from shutil import which

import pytest


def require(package: str, program: Path | str | None) -> str:
    """The program's path; skips the test (under `CI=true` fails it) when it is not installed."""
    if program:
        return str(program)
    sentence = f"needs the Debian package {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def chromium() -> str:
    """Debian's Chromium."""
    return require("chromium", which("chromium"))
