"""Customers: the list with search and filters, and one customer."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.counting import counted
from accounts.keyset import place_in, place_of
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.applying.ssn import is_ssn, masked_ssn
from customers.countries import country_name
from customers.forms import CustomerFilter
from customers.masking import shown_name
from customers.models import Application, Customer, Lookalikes, Row
from customers.models.customers import CustomerQuerySet
from customers.reviews.shown import ShownReview, shown_review
from customers.stories.whole import story_of
from customers.views import duplicates
from customers.views.fetching import customer_for
from customers.views.readers import Reader

PAGE_SIZE = 50
# The rest of the story has a page of its own.
MOST_MOMENTS = 8


@dataclass(frozen=True)
class CustomerLine:
    """One customer as a list shows them."""

    customer: Customer
    application: Application | None
    name: str
    review: ShownReview | None


@require_safe
@needs(Right.VIEW_CUSTOMERS)
def customer_list(request: HttpRequest) -> HttpResponse:
    """Every customer, newest first."""
    reader = Reader.of(signed_in(request))
    form = CustomerFilter(request.GET)
    found = form.narrow(Customer.objects.all(), by_name=reader.sees_names)
    customers, older = _page(found, request.GET.get("before", ""))
    context = {
        "form": form,
        "reader": reader,
        "lines": [_line(customer, reader) for customer in customers],
        "older": older,
        "first": not request.GET.get("before"),
        "count": counted(found),
        "alike": counted(Lookalikes.objects.suspected()),
    }
    return render(request, "customers/customers/list.html", context)


@require_safe
def customer_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One customer: identity, address, application, where they came from."""
    customer = customer_for(request, pk)
    reader = Reader.of(signed_in(request))
    application = application_of(customer)
    moments = story_of(customer, application, timezone.now())
    context = {
        "customer": customer,
        "reader": reader,
        "name": shown_name(customer.name, unmasked=reader.sees_names) or "Unnamed customer",
        "application": application,
        "nationality": country_name(customer.nationality),
        "country": country_name(customer.country),
        "tax_id": masked_ssn(customer.tax_id) if is_ssn(customer.tax_id) else customer.tax_id,
        "review": shown_review(application) if application else None,
        "moments": moments[:MOST_MOMENTS],
        "moments_left": max(0, len(moments) - MOST_MOMENTS),
        "row": row_behind(customer),
        "alike": duplicates.lines_about(customer, reader),
    }
    return render(request, "customers/customers/customer.html", context)


def application_of(customer: Customer) -> Application | None:
    """The customer's application, None while there is none."""
    return getattr(customer, "application", None)


def row_behind(customer: Customer) -> Row | None:
    """The row of an import that the customer came from; None for one entered by hand."""
    rows = Row.objects.behind(customer).select_related("import_ref")
    return rows.defer("token_sealed").order_by("-pk").first()


def _line(customer: Customer, reader: Reader) -> CustomerLine:
    application = application_of(customer)
    return CustomerLine(
        customer=customer,
        application=application,
        name=shown_name(customer.name, unmasked=reader.sees_names) or "Unnamed customer",
        review=shown_review(application)
        if application and application.provider_applicant_id
        else None,
    )


def _page(found: CustomerQuerySet, cursor: str) -> tuple[list[Customer], str | None]:
    below = _below(found, cursor).select_related("application", "partner")
    customers = list(below.order_by("-created_at", "-id")[: PAGE_SIZE + 1])
    shown = customers[:PAGE_SIZE]
    return shown, _cursor(shown[-1]) if len(customers) > PAGE_SIZE else None


def _below(found: CustomerQuerySet, cursor: str) -> CustomerQuerySet:
    """Customers older than the cursor; one that makes no sense counts as none."""
    place = place_in(cursor)
    return found.older_than(*place) if place else found


def _cursor(customer: Customer) -> str:
    return place_of(customer.created_at, customer.pk)
