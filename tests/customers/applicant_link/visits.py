"""Walking through an applicant's link as a browser does."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.applicant_link.making import Made
from customers.models import ApplicantLink, AttestationKind
from tests.customers.applications import PDF

CONSENT = {"kinds": ["e_sign"], "name": "Ada Mercer"}
SIGNATURE = {
    "kinds": [kind.value for kind in AttestationKind if kind != AttestationKind.ESIGN],
    "name": "Ada  Mercer ",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "work": {"employment_status": "retired"},
    "account": {"purpose_of_account": ["investing"]},
    "money": {"source_of_wealth": ["savings", "gift"]},
}


def link_of(made: Made) -> ApplicantLink:
    """The link as it is stored."""
    return ApplicantLink.objects.get(pk=made.link.pk)


def put(client: Client, made: Made, step: str, given: dict[str, Any], *, go: bool = True) -> Any:
    """Fill in a step, and go on."""
    return client.post(f"{made.path}{step}/", given | ({"go": "1"} if go else {}))


def hand_in(client: Client, made: Made, step: str, content: bytes = PDF) -> Any:
    """Add a document."""
    upload = SimpleUploadedFile("payslip.pdf", content)
    return client.post(f"{made.path}{step}/", {"file": upload})


def fill(client: Client, made: Made, *, but: str = "") -> None:
    """Answer everything that an imported draft lacks, but one step."""
    for step, given in ANSWERS.items():
        if step != but:
            put(client, made, step, given)
    if but != "proof-of-money":
        hand_in(client, made, "proof-of-money")
    if but != "sign":
        put(client, made, "sign", CONSENT, go=False)
        put(client, made, "sign", SIGNATURE, go=False)


def send(client: Client, made: Made) -> Any:
    """Press *Send*."""
    return client.post(f"{made.path}check-your-answers/")
