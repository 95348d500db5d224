"""Folders and files that belong to whoever runs us, and to nobody else."""

from pathlib import Path

OWNER_ONLY_FOLDER = 0o700
OWNER_ONLY_FILE = 0o600


def private_folder(folder: Path) -> Path:
    """The folder, made with whatever lacks above it; what is made is readable by its owner only.

    What exists keeps its permissions: they are its owner's decision.
    """
    if not folder.exists():
        private_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=OWNER_ONLY_FOLDER)
    return folder


def private_file(file: Path) -> Path:
    """The file, made empty and readable by its owner only when it is not there yet."""
    if not file.exists():
        private_folder(file.parent)
        file.touch(mode=OWNER_ONLY_FILE)
    return file
