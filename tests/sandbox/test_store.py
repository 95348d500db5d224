"""The store under the sandbox: a deed is done whole or not at all, with and without a file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sumsub.sandbox.store import FILE_NAME, GROUP, SCHEMA_VERSION, Store
from tests.parts.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["file", "nameless"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(tmp_path if request.param == "file" else None)


def fail(store: Store, key: str) -> None:
    with store.transaction():
        store.remember(key, "no")
        raise RuntimeError


def fail_around(store: Store, key: str) -> None:
    with store.transaction():
        with store.transaction():
            store.remember(key, "no")
        raise RuntimeError


def test_a_deed_that_fails_leaves_nothing_and_the_others_stay(store: Store) -> None:
    for number in range(GROUP * 2 + 3):
        with store.transaction():
            store.remember(f"kept-{number}", "yes")
        with pytest.raises(RuntimeError):
            fail(store, f"lost-{number}")
    kept = store.one("SELECT count(*) FROM meta WHERE value = 'yes'", ())[0]
    assert kept == GROUP * 2 + 3
    assert store.maybe("SELECT 1 FROM meta WHERE value = 'no'", ()) is None
    store.close()


def test_a_deed_inside_a_deed_is_undone_with_it(store: Store) -> None:
    with pytest.raises(RuntimeError):
        fail_around(store, "inner")
    assert store.setting("inner") is None
    store.close()


def refusal(directory: Path) -> str:
    command = [sys.executable, "-m", "sumsub.sandbox", "--port", "0", "--state", str(directory)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == 1
    return ended.stderr.strip()


def test_a_state_of_another_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    Store(tmp_path).close()
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        database.execute(f"PRAGMA user_version={SCHEMA_VERSION - 1}")
    database.close()
    told = refusal(tmp_path)
    assert len(told.splitlines()) == 1
    assert "another version of the sandbox" in told
    assert "--state" in told


def test_a_file_that_is_no_state_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"something else" * 1000)
    assert len(refusal(tmp_path).splitlines()) == 1
