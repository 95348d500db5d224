"""The demo's applications: one or two at each step of the way from draft to decision."""

from collections.abc import Iterator
from datetime import date

from accounts.models import User
from customers.adding import add_by_hand
from customers.applying import attesting, checking, completing, deciding, documents, submitting
from customers.applying.deeds import Author, NotPossible
from customers.applying.items import Item
from customers.applying.missing import ASKS_THE_PERSON, review_of
from customers.applying.ssn import is_us_person
from customers.models import (
    Application,
    ApplicationStatus,
    AttestationKind,
    CheckKind,
    Import,
    PaperKind,
    StatusChange,
)
from customers.models.customers import PLACEHOLDER_COUNTRY

_S = ApplicationStatus
# What becomes of the first applications of the demo's finished import, in this order.
_ENDS = (_S.UNDER_REVIEW, _S.REQUEST_FOR_INFORMATION, _S.DECLINED, _S.SUBMITTED)
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
_FILES = {
    PaperKind.IDENTITY: "passport.pdf",
    PaperKind.ADDRESS: "rent-agreement.pdf",
    PaperKind.WEALTH: "payslip.pdf",
}
_PAGE = (
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
    born_there = {"date_of_birth": date(1991, 9, 2), "country": "NLD"}
    add_by_hand({"name": "Imke Sandvoort", **born_there}, author)
    checked = add_by_hand({"name": "Jorin Valkenhoek", **born_there}, author)
    _complete(checked, author)
    for kind in CheckKind:
        checking.record(checked.pk, kind, "Seen in our office at Velmora.", author)
    _bring_to(_S.APPROVED, checked, author)


def _usual_ones(imported: Import) -> Iterator[Application]:
    """Applications of people whom Sumsub asks for nothing, the oldest first."""
    for application in Application.objects.of_import(imported.pk).order_by("created_at", "pk"):
        if review_of(application) not in ASKS_THE_PERSON:
            yield application


def _complete(application: Application, author: Author) -> None:
    customer = application.customer
    empty = {name: value for name, value in _IDENTITY.items() if not getattr(customer, name)}
    if customer.country == PLACEHOLDER_COUNTRY:
        empty["country"] = _IDENTITY["country"]
    ssn = {"ssn": "219-64-3311"} if is_us_person(application) else {}
    completing.save(application.pk, {**empty, **_ANSWERS, **ssn}, author)
    kinds = [PaperKind.IDENTITY, PaperKind.ADDRESS] if application.is_manual else []
    for kind in (*kinds, PaperKind.WEALTH):
        documents.add(application.pk, kind, _FILES[kind], _PAGE, author)
    for attestation in AttestationKind:
        attesting.attest(application.pk, attestation, customer.name, author)


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
