"""Adding a customer by hand: the same deed from the page and from the API."""

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from customers.duplicates import remembering
from customers.forms import ManualForm
from customers.models import Application, Customer
from customers.outgoing import outbox, telling


@transaction.atomic
def add_by_hand(form: ManualForm, *, by: User, request: HttpRequest) -> Application:
    """Store the customer of a valid form with the draft of an application. Audited."""
    customer: Customer = form.save(commit=False)
    customer.created_by = by
    customer.save()
    application = Application.objects.create(customer=customer)
    audit.record(
        "customer.created",
        actor=by,
        subject=f"customer:{customer.pk}",
        request=request,
        how="manual",
    )
    remembering.identity_changed(customer)
    outbox.emit_all([telling.customer_created(customer, application)])
    return application
