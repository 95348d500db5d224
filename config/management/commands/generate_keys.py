"""`manage.py generate_keys`: the two secrets that an installation must be given."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand

from accounts.keyring import generate_keys


class Command(BaseCommand):
    """Prints fresh values; it stores nothing and changes nothing."""

    help = "Print a fresh SECRET_KEY and RELAY_KEYS, as lines for .env or a secrets store."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the lines."""
        self.stdout.write(f"SECRET_KEY={secrets.token_urlsafe(50)}")
        self.stdout.write(f"RELAY_KEYS={generate_keys()}")
