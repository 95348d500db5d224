"""`manage.py prepare`: what must be there before anything is served, in one process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.checks import TAG


class Command(BaseCommand):
    """Applies migrations; with `--demo` also makes the demo's people and data."""

    help = "Apply migrations, and with --demo make the demo's people and data."
    requires_migrations_checks = False
    # The other checks load every page; this runs at each start of `make run`.
    requires_system_checks = [TAG]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument("--demo", action="store_true", help="make demo people and data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps; a second run changes nothing."""
        if _has_unapplied_migrations():
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        if options["demo"]:
            call_command("demo", skip_checks=True)


def _has_unapplied_migrations() -> bool:
    """Cheaper to ask than `migrate`, which also looks after permissions when nothing is new."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
