"""`manage.py after_restore`: the first thing to run when the database came back from a backup."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from customers.restoring import after_restore


class Command(BaseCommand):
    """Puts in doubt what the restored database cannot know, so that Sumsub is asked about it."""

    help = (
        "Run this once after the database was restored from a backup, before workers start. "
        "Every open row, and every row that ended since TIME without an applicant, is looked up "
        "at Sumsub before anything else happens to it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --since."""
        parser.add_argument(
            "--since",
            metavar="TIME",
            help="also rows that ended at or after this moment (ISO 8601, UTC unless it says "
            "otherwise); without it: within a day before the last end that the database knows",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how much there is to ask."""
        done = after_restore(_moment(options["since"]))
        ended = (
            f", with those that ended since {done.since:%Y-%m-%d %H:%M} UTC" if done.since else ""
        )
        self.stdout.write(
            f"{done.rows} rows of {done.imports} imports are looked up at Sumsub{ended}. "
            "Start the workers now. Share tokens that were uploaded after the backup are unknown "
            "here: upload those files again."
        )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"“{text}” is no time. Write it like 2026-11-20T14:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
