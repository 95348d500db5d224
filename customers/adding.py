"""Adding a customer by hand: the same deed and the same rules from the page and from the API."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from customers.applying.deeds import Author
from customers.applying.values import read_new
from customers.duplicates import remembering
from customers.models import Application, Customer
from customers.outgoing import outbox, telling


class NotTaken(ValueError):
    """Something that was entered cannot be; `faults` says by field what to enter instead."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = dict(faults)


@transaction.atomic
def add_by_hand(given: Mapping[str, Any], author: Author) -> Application:
    """Store a customer with the draft of an application. Audited. Raises NotTaken."""
    entries = read_new(given)
    if entries.faults:
        raise NotTaken(entries.faults)
    customer = Customer.objects.create(**entries.values, created_by=author.person)
    application = Application.objects.create(customer=customer)
    audit.record(
        "customer.created",
        actor=author.person,
        subject=f"customer:{customer.pk}",
        request=author.request,
        source=author.source,
        how="manual",
    )
    remembering.identity_changed(customer)
    outbox.emit_all([telling.customer_created(customer, application)])
    return application
