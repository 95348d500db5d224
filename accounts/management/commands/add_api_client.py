"""`manage.py add_api_client NAME --scope SCOPE`: a program that may call the API."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import api_keys
from accounts.api_client_forms import MOST_CALLS
from accounts.api_keys import LONGEST_LIFE, KeyRefused
from accounts.scopes import Scope

SOURCE = "command line"


class Command(BaseCommand):
    """Adds an API client, for installations that are set up by a program."""

    help = (
        "Add an API client. Its key is the only line on standard output, and it is shown once: "
        "send it to where the program keeps its secrets."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare NAME, --scope, --network, --days and --calls-per-minute."""
        parser.add_argument("name")
        parser.add_argument(
            "--scope", action="append", required=True, choices=[scope.value for scope in Scope]
        )
        parser.add_argument("--network", action="append", default=[], help="CIDR; may be repeated")
        parser.add_argument("--days", type=int, default=90, help="how long the key lives")
        parser.add_argument("--calls-per-minute", type=int, default=600)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything, store the client, print the key."""
        if not 0 < options["days"] <= LONGEST_LIFE.days:
            raise CommandError(f"A key lives 1 to {LONGEST_LIFE.days} days.")
        if not 0 < options["calls_per_minute"] <= MOST_CALLS:
            raise CommandError(f"Allow 1 to {MOST_CALLS} calls a minute.")
        try:
            made = api_keys.add_client(
                options["name"],
                [Scope(scope) for scope in options["scope"]],
                addresses=[api_keys.network_of(network) for network in options["network"]],
                calls_per_minute=options["calls_per_minute"],
                lives=timedelta(days=options["days"]),
                by=None,
                source=SOURCE,
            )
        except KeyRefused as refused:
            raise CommandError(refused.sentence) from None
        except ValueError:
            raise CommandError("A network is written like 192.0.2.0/24.") from None
        self.stdout.write(made.text)
