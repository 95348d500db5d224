"""The checker catches an engine that is broken on purpose; `make chaos` tries all of them."""

from pathlib import Path

from tests.chaos import mint_scenarios
from tests.chaos.scenarios import caught
from tests.parts.places import PLACE


def test_an_engine_without_the_guard_of_doubt_is_caught(migrated_sqlite: Path) -> None:
    assert caught("no_doubt_guard", PLACE / "no-doubt-guard", template=migrated_sqlite)


def test_minting_again_after_a_timeout_without_a_note_is_caught(migrated_sqlite: Path) -> None:
    folder = PLACE / "mint-again-on-timeout"
    assert mint_scenarios.caught("mint_again_on_timeout", folder, template=migrated_sqlite)
