"""A fresh installation in a temporary folder, for a benchmark to run in."""

import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command


@contextmanager
def fresh_installation(**settings: str) -> Iterator[None]:
    """Set up Django on an empty, migrated SQLite database; once in a process."""
    with tempfile.TemporaryDirectory(prefix="relay-bench-") as folder:
        os.environ.update(settings, DATA_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        yield


def machine() -> str:
    """The machine in one line."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite"
