"""Customers: the list, one of them, and adding one by hand."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import acting
from accounts.api.idempotency import Answer, once
from accounts.api.ids import Kind, shown_id
from accounts.api.lists import Order, Paging, page
from accounts.api.reading import Body, OneOf, Text, checked
from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from customers.adding import add_by_hand
from customers.api.customer_shapes import (
    CUSTOMER_EXAMPLE,
    CustomerShown,
    PersonWords,
    customer_shown,
)
from customers.api.entered import OfNewCustomer
from customers.api.fetching import customer_with, unmasked_for
from customers.applying.deeds import Author
from customers.models import Application, ApplicationStatus, Customer, KycStatus
from customers.models.customers import CustomerQuerySet

TAG = "Customers"
ORDER = Order(("-created_at", "-id"))


class CustomerList(serializers.Serializer[Any]):
    """A page of customers, newest first."""

    data = CustomerShown(many=True)  # type: ignore[assignment]
    has_more = serializers.BooleanField()


class CustomerQuery(Paging):
    """Which customers to list."""

    q = PersonWords(required=False)
    external_id = Text(required=False, max_length=256, help_text="yours, exactly")
    kyc_status = OneOf(choices=KycStatus.choices, required=False)
    application_status = OneOf(choices=ApplicationStatus.choices, required=False)
    created_after = serializers.DateTimeField(required=False, help_text="added then or later")
    created_before = serializers.DateTimeField(required=False, help_text="added before then")

    def narrowed(
        self, customers: CustomerQuerySet, asked: Mapping[str, Any], *, by_name: bool
    ) -> CustomerQuerySet:
        """`customers` as far as the filters let them through."""
        columns = {
            "external_id": "external_id",
            "kyc_status": "kyc_status",
            "created_after": "created_at__gte",
            "created_before": "created_at__lt",
        }
        chosen = {column: asked[name] for name, column in columns.items() if name in asked}
        found = customers.filter(**chosen)
        if "application_status" in asked:
            status = ApplicationStatus(asked["application_status"])
            found = Application.objects.whose_people_are(found, status)
        return found.found_by(asked["q"], by_name=by_name) if "q" in asked else found


class NewCustomer(Body):
    """A person entered by hand, without a share token."""

    name = OfNewCustomer("name", help_text="the full name")
    date_of_birth = OfNewCustomer("date_of_birth")
    email = OfNewCustomer("email")
    country = OfNewCustomer("country", help_text="of residence, in two or three letters: `NLD`")
    external_id = OfNewCustomer("external_id", help_text="yours")


NEW_CUSTOMER = {"name": "Ada Mercer", "country": "NLD", "external_id": "004417"}


class CustomersView(ApiView):
    """All customers."""

    scopes = {"GET": Scope.CUSTOMERS_READ, "POST": Scope.CUSTOMERS_WRITE}

    @operation(
        "listCustomers",
        "List customers",
        tag=TAG,
        scope=Scope.CUSTOMERS_READ,
        description="Newest first.",
        query=CustomerQuery,
        answers={
            200: answered(CustomerList, "A page.", {"data": [CUSTOMER_EXAMPLE], "has_more": False})
        },
    )
    def get(self, request: Request) -> Response:
        """A page of customers."""
        asked = checked(CustomerQuery, request.query_params)
        unmasked = unmasked_for(request)
        everything = Customer.objects.select_related("application")
        found = CustomerQuery().narrowed(everything, asked, by_name=unmasked)
        shown = partial(_all_shown, unmasked=unmasked)
        return Response(
            page(found, ORDER, Kind.CUSTOMER, asked, shown, among=Customer.objects.all())
        )

    @operation(
        "createCustomer",
        "Add a customer by hand",
        tag=TAG,
        scope=Scope.CUSTOMERS_WRITE,
        description="Nothing is asked of Sumsub. X-Idempotency-Key makes a retry safe.",
        body=NewCustomer,
        sample=NEW_CUSTOMER,
        key="optional",
        answers={201: answered(CustomerShown, "Added. `Location` names it.", CUSTOMER_EXAMPLE)},
    )
    def post(self, request: Request) -> Response:
        """Add one."""
        asked = checked(NewCustomer, request.data)
        return once(request, asked, partial(_added, request, asked))


class CustomerView(ApiView):
    """One customer."""

    scopes = {"GET": Scope.CUSTOMERS_READ}

    @operation(
        "readCustomer",
        "Read a customer",
        tag=TAG,
        scope=Scope.CUSTOMERS_READ,
        path={"customer_id": Kind.CUSTOMER},
        answers={200: answered(CustomerShown, "The customer.", CUSTOMER_EXAMPLE)},
    )
    def get(self, request: Request, customer_id: str) -> Response:
        """The customer."""
        found = customer_with(customer_id)
        return Response(customer_shown(found, unmasked=unmasked_for(request)))


def _added(request: Request, asked: Mapping[str, Any]) -> Answer:
    application = add_by_hand(asked, Author(acting(request), request._request))
    customer_id = shown_id(Kind.CUSTOMER, application.customer_id)
    body = customer_shown(customer_with(customer_id), unmasked=unmasked_for(request))
    location = reverse("api_customer", args=[customer_id])
    return Answer(201, body, location, f"customer:{application.customer_id}")


def _all_shown(customers: Any, *, unmasked: bool) -> list[dict[str, Any]]:
    return [customer_shown(one, unmasked=unmasked) for one in customers]
