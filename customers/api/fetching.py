"""Things by the ids in an address: found, or 404."""

from typing import TypeVar

from rest_framework.request import Request

from accounts.api.authentication import acting
from accounts.api.codes import Code
from accounts.api.ids import Kind, number_of, uuid_of
from accounts.api.problems import Problem
from accounts.compiled import Compiled
from accounts.rights import Right
from customers.api.task_shapes import thing_in
from customers.models import (
    Application,
    Customer,
    Delivery,
    Endpoint,
    Gate,
    Import,
    Lookalikes,
    Paper,
    Row,
    WorkNote,
)
from customers.views.fetching import import_to_show
from customers.work import queue
from customers.work.keeping import may_do
from customers.work.tasks import Task

T = TypeVar("T")


def unmasked_for(request: Request) -> bool:
    """Whether this client sees personal data."""
    return acting(request).holds(Right.VIEW_PERSONAL_DATA)


def import_with(import_id: str) -> Import:
    """The import with this id, with what is shown beside it. Raises Problem (404)."""
    return _there(import_to_show(number_of(Kind.IMPORT, import_id)))


def row_with(row_id: str) -> Row:
    """The row with this id, with its import. Raises Problem (404)."""
    found: Row | None = _ROW.first(pk=number_of(Kind.ROW, row_id))
    return _there(found)


_ROW = Compiled(
    lambda pk: Row.objects.select_related("import_ref").defer("token_sealed").filter(pk=pk), pk=int
)


def customer_with(customer_id: str) -> Customer:
    """The customer with this id, with the application. Raises Problem (404)."""
    found = Customer.objects.select_related("application")
    return _there(found.filter(pk=uuid_of(Kind.CUSTOMER, customer_id)).first())


def application_with(application_id: str) -> Application:
    """The application with this id, with all it has. Raises Problem (404)."""
    found = Application.objects.with_facts()
    return _there(found.filter(pk=uuid_of(Kind.APPLICATION, application_id)).first())


def paper_with(application: Application, document_id: str) -> Paper:
    """The document with this id, handed in for this application. Raises Problem (404)."""
    number = uuid_of(Kind.DOCUMENT, document_id)
    found = Paper.objects.select_related("document__uploaded_by", "removed_by")
    return _there(found.filter(application=application, document=number).first())


def gate_with(gate_id: str) -> Gate:
    """The gate with this id, open or closed. Raises Problem (404)."""
    return _there(Gate.objects.filter(pk=number_of(Kind.GATE, gate_id)).first())


def endpoint_with(endpoint_id: str) -> Endpoint:
    """The webhook endpoint with this id. Raises Problem (404)."""
    found = Endpoint.objects.select_related("created_by")
    return _there(found.filter(pk=uuid_of(Kind.ENDPOINT, endpoint_id)).first())


def delivery_with(delivery_id: str) -> Delivery:
    """The delivery with this id, with its event. Raises Problem (404)."""
    found = Delivery.objects.select_related("event")
    return _there(found.filter(pk=number_of(Kind.DELIVERY, delivery_id)).first())


def task_with(task_id: str, request: Request) -> Task:
    """The task about the thing with this id, as the client may see it. Raises Problem (404)."""
    thing = thing_in(task_id)
    return _there(queue.task_about(*thing, acting(request)) if thing else None)


def task_to_do(task_id: str, request: Request) -> Task:
    """The same for a client that may do it. Raises Problem: 404; 403 for one that may only see."""
    found = task_with(task_id, request)
    if not may_do(acting(request), found):
        raise Problem(Code.SCOPE_MISSING, "This client's other scopes do not let it do such tasks.")
    return found


def note_on(task: Task, note_id: str) -> WorkNote:
    """The note with this id on the thing of a task. Raises Problem (404)."""
    found = WorkNote.objects.about(task.thing, task.key).numbered(number_of(Kind.NOTE, note_id))
    return _there(found.first())


def pair_with(pair_id: str) -> Lookalikes:
    """The pair with this id, with both customers. Raises Problem (404)."""
    found = Lookalikes.objects.with_people()
    return _there(found.filter(pk=number_of(Kind.PAIR, pair_id)).first())


def _there(found: T | None) -> T:
    if found is None:
        raise Problem(Code.NOT_FOUND, "There is nothing with this id.")
    return found
