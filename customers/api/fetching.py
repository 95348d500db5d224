"""Things by the ids in an address: found, or 404."""

from typing import TypeVar

from accounts.api.codes import Code
from accounts.api.ids import Kind, number_of, uuid_of
from accounts.api.problems import Problem
from customers.models import Application, Customer, Import, Row

T = TypeVar("T")


def import_with(import_id: str) -> Import:
    """The import with this id, with what is shown beside it. Raises Problem (404)."""
    number = number_of(Kind.IMPORT, import_id)
    return _there(Import.objects.for_page().filter(pk=number).first())


def row_with(row_id: str) -> Row:
    """The row with this id, with its import. Raises Problem (404)."""
    found = Row.objects.select_related("import_ref").defer("token_sealed")
    return _there(found.filter(pk=number_of(Kind.ROW, row_id)).first())


def customer_with(customer_id: str) -> Customer:
    """The customer with this id, with the application. Raises Problem (404)."""
    found = Customer.objects.select_related("application")
    return _there(found.filter(pk=uuid_of(Kind.CUSTOMER, customer_id)).first())


def application_with(application_id: str) -> Application:
    """The application with this id, with its customer. Raises Problem (404)."""
    found = Application.objects.select_related("customer")
    return _there(found.filter(pk=uuid_of(Kind.APPLICATION, application_id)).first())


def _there(found: T | None) -> T:
    if found is None:
        raise Problem(Code.NOT_FOUND, "There is nothing with this id.")
    return found
