"""Something for every id in an address of the API, both halves of it."""

from customers.models import ImportState, RowState
from tests.parts.api_things import ids_of
from tests.parts.donors_things import donors_things
from tests.parts.import_maker import make_import


def all_things() -> dict[str, str]:
    """Store one of each; ids by the names of the addresses' variables (`tests.fuzz.ids`)."""
    made = ids_of(make_import(RowState.IMPORTED, RowState.REFUSED, state=ImportState.FINISHED))
    donors = donors_things()
    documents = {
        "document_id": made["document_id"],
        "agreement_document_id": donors["document_id"],
    }
    return made | donors | documents
