"""What an installation keeps is for its owner only, whoever made the folder first."""

import stat
import subprocess
from pathlib import Path

import pytest

from accounts.private_files import private_folder
from config.environment import PROJECT
from config.supervisor import commands
from config.supervisor.folder import locked
from tests.parts.places import clean_environment


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made by `manage.py migrate` alone, in a shell that shares all it writes."""
    data_dir = tmp_path_factory.mktemp("fresh") / "relay" / "var"
    subprocess.run(
        commands.manage("migrate", "--no-input", "-v", "0"),
        cwd=PROJECT,
        env=clean_environment() | {"DATA_DIR": str(data_dir)},
        umask=0,
        check=True,
    )
    return data_dir


def test_a_data_folder_made_by_a_command_is_closed_to_others(migrated: Path) -> None:
    assert mode(migrated) == 0o700
    assert mode(migrated / "keys") == 0o700


def test_database_and_keys_are_closed_to_others_even_in_an_open_folder(migrated: Path) -> None:
    kept = [path for path in migrated.rglob("*") if path.is_file()]
    assert {"relay.sqlite3", "relay-keys", "secret-key"} <= {path.name for path in kept}
    assert {path.name: oct(mode(path)) for path in kept} == {path.name: "0o600" for path in kept}


def test_a_folder_that_somebody_opened_on_purpose_stays_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert mode(private_folder(tmp_path)) == 0o750


def test_the_supervisor_closes_the_data_folder_that_it_makes(tmp_path: Path) -> None:
    data_dir = tmp_path / "var"
    with locked(data_dir, "http://127.0.0.1:8000"):
        assert mode(data_dir) == 0o700
