"""Applications for tests: complete but for what a test is about."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from accounts.models import User
from customers.applying import attesting, checking, completing, deciding, documents, submitting
from customers.applying.deeds import Author
from customers.models import (
    Application,
    ApplicationStatus,
    AttestationKind,
    CheckKind,
    Customer,
    PaperKind,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GREEN = {"sumsub_review_status": "completed", "sumsub_review_answer": "GREEN"}
ANSWERS: dict[str, Any] = {
    "employment_status": "employed",
    "purpose_of_account": ["investing"],
    "source_of_wealth": ["savings", "gift"],
}
IDENTITY: dict[str, Any] = {
    "name": "Ada Mercer",
    "date_of_birth": date(1988, 6, 4),
    "nationality": "NLD",
    "email": "ada@mail.example",
    "street": "Lijnbaan 1",
    "city": "Utrecht",
    "postal_code": "3512 AB",
    "country": "NLD",
}


def make_application(*, of_customer: dict[str, Any] | None = None, **columns: Any) -> Application:
    """A draft as an import leaves it: identity from Sumsub, approved there, nothing entered."""
    customer = Customer.objects.create(**(IDENTITY | (of_customer or {})))
    known = {"provider_applicant_id": f"66f0{customer.pk.hex[:20]}", **GREEN}
    return Application.objects.create(customer=customer, **(known | columns))


def make_manual(**of_customer: Any) -> Application:
    """The draft of somebody entered by hand."""
    customer = Customer.objects.create(**(IDENTITY | of_customer))
    return Application.objects.create(customer=customer)


def now(application: Application) -> Application:
    """The application as it is stored."""
    return Application.objects.get(pk=application.pk)


def complete(application: Application, by: User, *, but: Iterable[str] = ()) -> Application:
    """Enter everything that is missing: `but` leaves out fields, "papers" or "attestations"."""
    author, left_out = Author(by), set(but)
    given = {name: value for name, value in ANSWERS.items() if name not in left_out}
    completing.save(application.pk, given, author)
    kinds = [PaperKind.WEALTH]
    if application.is_manual:
        kinds = [PaperKind.IDENTITY, PaperKind.ADDRESS, PaperKind.WEALTH]
    for kind in kinds if "papers" not in left_out else ():
        documents.add(application.pk, kind, f"{kind}.pdf", PDF, author)
    for attestation in AttestationKind if "attestations" not in left_out else ():
        attesting.attest(application.pk, attestation, "Ada Mercer", author)
    return Application.objects.get(pk=application.pk)


def bring_to(status: ApplicationStatus, application: Application, by: User) -> Application:
    """Take a draft along the usual way to `status`."""
    author, S = Author(by), ApplicationStatus
    complete(application, by)
    submitting.submit(application.pk, author)
    if status != S.SUBMITTED:
        deciding.take(application.pk, author)
    if application.is_manual and status == S.APPROVED:
        check(application, by)
    if status == S.APPROVED:
        deciding.approve(application.pk, author)
    elif status == S.DECLINED:
        deciding.decline(application.pk, author, reason="Not plausible.")
    elif status == S.REQUEST_FOR_INFORMATION:
        deciding.ask(application.pk, author, reason="Please explain.")
    return Application.objects.get(pk=application.pk)


def check(application: Application, by: User) -> None:
    """Record every check by hand."""
    for kind in CheckKind:
        checking.record(application.pk, kind, "Seen in the office.", Author(by))
