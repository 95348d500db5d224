"""The store under the sandbox: a deed is done whole or not at all, with and without a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sumsub.sandbox.store import GROUP, Store


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
