"""`manage.py verify_audit`: does the audit trail's chain of seals hold?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sealing import seal_events, verify_chain


class Command(BaseCommand):
    """Seals what is committed, then walks the chain; exits 1 at the first bad number."""

    help = "Verify the audit trail. Exits 1 and names the first bad number when the chain breaks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how far the chain holds."""
        seal_events()
        report = verify_chain()
        if not report.holds:
            raise CommandError(
                f"The chain breaks at number {report.bad_seq}. {report.problem} "
                f"The {report.sealed} events before it are unchanged."
            )
        self.stdout.write(f"The chain holds: {report.sealed} sealed events are unchanged.")
