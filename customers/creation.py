"""Customers and applications out of Sumsub's applicants."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from accounts import sheets
from accounts.sheets import columns_of, draft_of
from customers.countries import kept_letters
from customers.duplicates import remembering
from customers.models import (
    Application,
    Customer,
    EventType,
    Import,
    ImportMode,
    ReviewChange,
    Row,
    SumsubEvent,
)
from customers.models.customers import PLACEHOLDER_COUNTRY
from customers.outgoing import telling
from customers.outgoing.outbox import Happened, emit_each
from customers.timing import Timing
from sumsub.records import Address, Applicant, IdDoc, Review


class Newcomers:
    """Customers and applications that one transaction creates, stored together at its end.

    Foreign keys are checked at the commit, so rows may name them before they are stored.
    """

    def __init__(self) -> None:
        self._customers: list[Any] = []
        self._applications: list[Any] = []
        self._reviews: list[Any] = []
        self._people: list[Any] = []
        self._imports: list[Import] = []

    def add(
        self, row: Row, applicant: Applicant, imported: Import, *, now: datetime, timing: Timing
    ) -> dict[str, object]:
        """Draft customer and application; returns the columns that link the row to them."""
        customer = draft_customer(row, applicant, imported, now)
        application = draft_application(row, applicant, imported, customer, now, timing)
        self._customers.append(customer)
        self._applications.append(application)
        self._people.append(remembering.draft_for(customer.id, applicant.identity))
        self._imports.append(imported)
        if application.sumsub_review_status:
            self._reviews.append(
                draft_of(ReviewChange)(
                    application_id=application.id,
                    at=now,
                    status=application.sumsub_review_status,
                    answer=application.sumsub_review_answer,
                    reject_type=application.sumsub_reject_type,
                    source="import",
                )
            )
        return {"customer_id": customer.id, "application_id": application.id}

    def store(self) -> None:
        """Write everything that was added, and tell the company's systems."""
        sheets.insert(Customer, columns_of(Customer), self._customers)
        sheets.insert(Application, columns_of(Application), self._applications)
        sheets.insert(ReviewChange, columns_of(ReviewChange), self._reviews)
        if self._applications:
            # Webhooks that were ahead of us waited for these.
            ids = [application.provider_applicant_id for application in self._applications]
            SumsubEvent.objects.wake(ids, self._applications[0].created_at)
        remembering.store(self._people)
        emit_each(EventType.CUSTOMER_CREATED, self._customers, self._told)

    def _told(self) -> Iterator[Happened]:
        made = zip(self._customers, self._applications, self._imports, strict=True)
        for customer, application, imported in made:
            yield telling.customer_created(customer, application, imported=imported)


def draft_customer(row: Row, applicant: Applicant, imported: Import, now: datetime) -> Any:
    """The draft of a customer with the identity that Sumsub carried.

    A placeholder stands in for the country when it had none.
    """
    person = applicant.identity
    address = person.addresses[0] if person.addresses else Address()
    return draft_of(Customer)(
        name=applicant.display_name[:256],
        first_name=person.first_name[:120],
        middle_name=person.middle_name[:120],
        last_name=person.last_name[:120],
        date_of_birth=person.dob,
        nationality=kept_letters(person.nationality)[:3],
        email=applicant.email[:254],
        phone=applicant.phone[:40],
        tax_id=person.tin[:40],
        street=_street(address)[:200],
        city=address.town[:120],
        region=address.state[:120],
        postal_code=address.post_code[:20],
        country=(kept_letters(address.country) or PLACEHOLDER_COUNTRY)[:3],
        external_id=row.external_id,
        partner_id=imported.partner_id,
        created_by_id=imported.created_by_id,
        created_at=now,
        updated_at=now,
    )


def draft_application(
    row: Row,
    applicant: Applicant,
    imported: Import,
    customer: Any,
    now: datetime,
    timing: Timing,
) -> Any:
    """The draft of an application beside Sumsub's own review, whose first reading is due soon."""
    rechecked = imported.mode == ImportMode.COPY and not imported.inherits_review
    # What comes with a copy is the donor's review; of our own we know only after a GET.
    review = Review() if rechecked else applicant.review
    return draft_of(Application)(
        customer_id=customer.id,
        provider_applicant_id=applicant.id,
        external_user_id=applicant.external_user_id or row.external_user_id,
        level_name=(applicant.level_name or row.level_name or imported.level_name)[:256],
        inherited_review=imported.inherits_review,
        has_questionnaire=applicant.questionnaire_present,
        source_applicant_id=applicant.copy_of[:64],
        sumsub_review_status=review.status[:40],
        sumsub_review_answer=(review.answer or "")[:10],
        sumsub_reject_type=(review.reject_type or "")[:10],
        sumsub_reject_labels=list(review.reject_labels),
        steps=[{"step": wanted.step, "submitted": None} for wanted in applicant.doc_sets],
        documents=[document(doc) for doc in applicant.identity.id_docs],
        review_seen_at=now,
        review_check_at=now + timedelta(seconds=timing.review_offsets[0]),
        waiting_since=now,
        created_at=now,
        updated_at=now,
    )


def document(doc: IdDoc) -> dict[str, str]:
    """What is kept of an identity document: kind, country and dates, never its number."""
    return {
        "type": doc.type,
        "country": doc.country,
        "issued": doc.issued.isoformat() if doc.issued else "",
        "valid_until": doc.valid_until.isoformat() if doc.valid_until else "",
    }


def _street(address: Address) -> str:
    parts = [address.street, address.building_number, address.flat_number]
    return " ".join(part for part in parts if part)
