"""`manage.py compare_customers`: look for duplicates among customers added by an earlier build."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from customers.duplicates import comparing, remembering
from customers.models import Customer

AT_ONCE = 500


class Command(BaseCommand):
    """Customers that nothing is known by are known by name and birth date, then all are compared.

    May be interrupted and run again.
    """

    help = "Find customers who may be one person, among those that were never compared."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through them in the order of their ids."""
        unknown = Customer.objects.never_compared().order_by("pk")
        last, seen = None, 0
        while found := list((unknown.filter(pk__gt=last) if last else unknown)[:AT_ONCE]):
            with transaction.atomic():
                for customer in found:
                    remembering.identity_changed(customer)
            last, seen = found[-1].pk, seen + len(found)
            while comparing.compare():
                pass
        self.stdout.write(f"{seen} customers were compared for the first time.")
