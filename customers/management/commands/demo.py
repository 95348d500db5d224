"""`manage.py demo`: fill a fresh installation with the demo's people and data."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from customers.demo import create_demo


class Command(BaseCommand):
    """Needs the local sandbox as the far end; `make run` calls it at every start."""

    help = "Make the demo's people, partners and imports, if they are not there yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say in one line whether anything was made."""
        made = create_demo(settings.DATA_DIR)
        self.stdout.write("Demo data made." if made else "Demo data were there already.")
