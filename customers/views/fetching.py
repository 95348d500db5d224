"""Fetch and authorise in one step: what a view gets, its reader may have.

Each function raises RightMissing (403) for a person without the right, Http404 for a number that
is none, in this order, so that nobody learns what exists without the right to see it.
"""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.compiled import Compiled
from accounts.models import User
from accounts.permissions import RightMissing, signed_in
from accounts.rights import Right
from customers.models import Application, Customer, Gate, Import, Paper


def person_with(request: HttpRequest, *rights: Right) -> User:
    """The person asking, who holds at least one of `rights`."""
    person = signed_in(request)
    if not person.holds(*rights):
        raise RightMissing(rights)
    return person


def import_for(request: HttpRequest, pk: int, right: Right = Right.VIEW_IMPORTS) -> Import:
    """An import, for somebody who holds `right`."""
    person_with(request, right)
    if (found := import_to_show(pk)) is None:
        raise Http404
    return found


def import_to_show(pk: int) -> Import | None:
    """An import with everything beside it that its page shows; None when there is none."""
    return _IMPORT.first(pk=pk) if pk <= _LARGEST else None


_IMPORT = Compiled(lambda pk: Import.objects.for_page().numbered(pk), pk=int)
_LARGEST = 2**63 - 1


def customer_for(request: HttpRequest, pk: UUID) -> Customer:
    """A customer with the application, for somebody who may view customers."""
    person_with(request, Right.VIEW_CUSTOMERS)
    found = Customer.objects.select_related("application", "partner", "created_by")
    return get_object_or_404(found, pk=pk)


def application_for(request: HttpRequest, pk: UUID, *also: Right) -> Application:
    """An application with all it has, for somebody who may view customers and holds `also`."""
    for right in (Right.VIEW_CUSTOMERS, *also):
        person_with(request, right)
    return get_object_or_404(Application.objects.with_facts(), pk=pk)


def paper_for(request: HttpRequest, pk: UUID, document: UUID, *also: Right) -> Paper:
    """A document handed in for this application, for somebody who may see personal data."""
    for right in (Right.VIEW_CUSTOMERS, Right.VIEW_PERSONAL_DATA, *also):
        person_with(request, right)
    found = Paper.objects.select_related("document", "application")
    return get_object_or_404(found, application=pk, document=document)


def closed_gate_for(request: HttpRequest, pk: int) -> Gate:
    """A closed gate, for somebody who may open it."""
    person_with(request, *GATE_OPENERS)
    return get_object_or_404(Gate.objects.closed(), pk=pk)


# Whoever may import, and whoever repairs the connection or the register.
GATE_OPENERS = (
    Right.MANAGE_COMPLIANCE_APPLICATIONS,
    Right.MANAGE_CONNECTION,
    Right.MANAGE_PARTNERS,
)
