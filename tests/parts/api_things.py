"""Something for every id in an address of the API, so that not all is 404."""

from django.utils import timezone

from accounts.api.ids import Kind, shown_id
from customers.applying import documents
from customers.applying.deeds import Author
from customers.models import (
    Application,
    Customer,
    Delivery,
    Endpoint,
    EventType,
    Gate,
    GateReason,
    Import,
    Lookalikes,
    OutgoingEvent,
    PaperKind,
    Row,
    WorkItem,
    WorkNote,
)
from customers.outgoing import secrets
from tests.parts.partners import make_partner
from tests.parts.people import make_person

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def ids_of(imported: Import) -> dict[str, str]:
    """Ids by the names of the addresses' variables; the import is the only one there is."""
    application = Application.objects.get()
    author = Author(None, source="tests")
    paper = documents.add(application.pk, PaperKind.WEALTH, "salary.pdf", PDF, author)
    endpoint = Endpoint(url="https://hooks.example.com/kyc", events=[EventType.CUSTOMER_CREATED])
    secrets.give_first(endpoint, timezone.now())
    endpoint.save()
    event = OutgoingEvent.objects.create(type=EventType.TEST, distributed=True)
    delivery = Delivery.objects.create(event=event, endpoint=endpoint)
    gate = Gate.objects.create(
        scope="reuse", reason=GateReason.DISABLED, closed_at=timezone.now(), error_code=10505
    )
    donor = make_partner(name="Ostermoor", client_id="ostermoor_1", is_donor=True)
    other = Customer.objects.create(name="Ada Mercer", country="NLD")
    pair = Lookalikes.objects.create(first=application.customer, second=other, by_name=True)
    item = WorkItem.objects.create(application=application)
    note = WorkNote.objects.create(item=item, by=make_person("Nora Noter"), words="Called them.")
    return {
        "pair_id": shown_id(Kind.PAIR, pair.pk),
        "task_id": shown_id(Kind.APPLICATION, application.pk),
        "note_id": shown_id(Kind.NOTE, note.pk),
        "import_id": shown_id(Kind.IMPORT, imported.pk),
        "row_id": shown_id(Kind.ROW, Row.objects.of(imported).earliest("line").pk),
        "customer_id": shown_id(Kind.CUSTOMER, application.customer_id),
        "application_id": shown_id(Kind.APPLICATION, application.pk),
        "document_id": shown_id(Kind.DOCUMENT, paper.document_id),
        "endpoint_id": shown_id(Kind.ENDPOINT, endpoint.pk),
        "delivery_id": shown_id(Kind.DELIVERY, delivery.pk),
        "gate_id": shown_id(Kind.GATE, gate.pk),
        "partner_id": shown_id(Kind.PARTNER, donor.pk),
    }
