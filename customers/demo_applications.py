"""The demo's applications: one or two at each step of the way from draft to decision."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import User
from customers.applying import attesting, completing, deciding, documents, submitting
from customers.applying.deeds import Author, NotPossible
from customers.applying.items import Item
from customers.models import (
    Application,
    ApplicationStatus,
    AttestationKind,
    Customer,
    Import,
    PaperKind,
    StatusChange,
)
from customers.models.customers import PLACEHOLDER_COUNTRY

_S = ApplicationStatus
# What becomes of the first applications of the demo's finished import, in this order.
_ENDS = (_S.APPROVED, _S.UNDER_REVIEW, _S.REQUEST_FOR_INFORMATION, _S.DECLINED, _S.SUBMITTED)
_ANSWERS = {
    "employment_status": "employed",
    "purpose_of_account": ["investing", "making_online_payments"],
    "source_of_wealth": ["employment", "savings"],
}
# Where Sumsub carried none of it. People and places are invented.
_IDENTITY = {
    "date_of_birth": date(1987, 3, 14),
    "nationality": "NLD",
    "email": "customer@mail.example",
    "street": "Kornmarkt 12",
    "postal_code": "4021",
    "city": "Velmora",
    "country": "NLD",
}
_PAYSLIP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def bring_applications_along(imported: Import, *, by: User) -> None:
    """Take some of the import's applications along, and enter a customer by hand; once."""
    if StatusChange.objects.exists():
        return
    author = Author(by, source="demo")
    for application, end in zip(_usual_ones(imported), _ENDS, strict=False):
        _complete(application, author)
        _bring_to(end, application, author)
    _one_by_hand(author)


def _usual_ones(imported: Import) -> Iterator[Application]:
    """Applications that lead to an approval, the oldest first."""
    for application in Application.objects.of_import(imported.pk).order_by("created_at", "pk"):
        green = application.sumsub_review_answer == "GREEN"
        if green and all(step.get("submitted") is not False for step in application.steps):
            yield application


def _complete(application: Application, author: Author) -> None:
    customer = application.customer
    empty = {name: value for name, value in _IDENTITY.items() if not getattr(customer, name)}
    if customer.country == PLACEHOLDER_COUNTRY:
        empty["country"] = _IDENTITY["country"]
    completing.save(application.pk, {**empty, **_ANSWERS, "ssn": "219-64-3311"}, author)
    documents.add(application.pk, PaperKind.WEALTH, "payslip.pdf", _PAYSLIP, author)
    for kind in AttestationKind:
        attesting.attest(application.pk, kind, customer.name, author)


def _bring_to(end: ApplicationStatus, application: Application, author: Author) -> None:
    """As far along the way to `end` as the application goes."""
    try:
        submitting.submit(application.pk, author)
        if end != _S.SUBMITTED:
            deciding.take(application.pk, author)
        if end == _S.APPROVED:
            deciding.approve(application.pk, author, reason="Everything is plausible.")
        elif end == _S.DECLINED:
            why = "The payslip does not support the stated wealth."
            deciding.decline(application.pk, author, reason=why)
        elif end == _S.REQUEST_FOR_INFORMATION:
            wanted = "Please send a payslip that is not older than three months."
            asked = [Item.WEALTH_DOCUMENTS]
            deciding.ask(application.pk, author, reason=wanted, items=asked)
    except NotPossible:
        return  # the sandbox's people differ; one that goes no further is a sample too


@transaction.atomic
def _one_by_hand(author: Author) -> None:
    customer = Customer.objects.create(
        name="Imke Sandvoort",
        date_of_birth=date(1991, 9, 2),
        country="NLD",
        created_by=author.person,
    )
    application = Application.objects.create(customer=customer)
    audit.record(
        "customer.created",
        actor=author.person,
        subject=f"customer:{customer.pk}",
        source=author.source,
        how="manual",
    )
    completing.save(application.pk, {"employment_status": "self_employed"}, author)
