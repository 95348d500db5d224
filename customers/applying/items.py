"""All that an application may lack: its name, who supplies it, where it is entered."""

from dataclasses import dataclass
from enum import StrEnum

from customers.models import PaperKind


class Item(StrEnum):
    """One thing of the checklist. The values are kept in requests for information."""

    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    NATIONALITY = "nationality"
    EMAIL = "email"
    ADDRESS = "address"
    EMPLOYMENT = "employment_status"
    PURPOSE = "purpose_of_account"
    WEALTH = "source_of_wealth"
    SSN = "ssn"
    WEALTH_DOCUMENTS = "source_of_wealth_documents"
    IDENTITY_DOCUMENTS = "identity_documents"
    ADDRESS_DOCUMENTS = "address_documents"
    ATTESTATIONS = "attestations"
    STEPS = "sumsub_steps"
    REVIEW = "sumsub_review"
    CHECKS = "checks"


class Who(StrEnum):
    """Who supplies something."""

    US = "us"
    APPLICANT = "applicant"
    DONOR = "donor"
    SUMSUB = "sumsub"


@dataclass(frozen=True)
class About:
    """What there is to say of an item whoever lacks it.

    `field` is the form field that takes it, or the part of the page: what a link points to.
    """

    title: str
    who: Who
    field: str


ABOUT: dict[Item, About] = {
    Item.NAME: About("Name", Who.APPLICANT, "name"),
    Item.DATE_OF_BIRTH: About("Date of birth", Who.APPLICANT, "date_of_birth"),
    Item.NATIONALITY: About("Nationality", Who.APPLICANT, "nationality"),
    Item.EMAIL: About("E-mail", Who.APPLICANT, "email"),
    Item.ADDRESS: About("Address", Who.APPLICANT, "street"),
    Item.EMPLOYMENT: About("Employment status", Who.APPLICANT, "employment_status"),
    Item.PURPOSE: About("Purpose of the account", Who.APPLICANT, "purpose_of_account"),
    Item.WEALTH: About("Source of wealth", Who.APPLICANT, "source_of_wealth"),
    Item.SSN: About("Social security number", Who.APPLICANT, "ssn"),
    Item.WEALTH_DOCUMENTS: About("Documents on the source of wealth", Who.APPLICANT, "documents"),
    Item.IDENTITY_DOCUMENTS: About("Identity document", Who.APPLICANT, "documents"),
    Item.ADDRESS_DOCUMENTS: About("Proof of address", Who.APPLICANT, "documents"),
    Item.ATTESTATIONS: About("Attestations", Who.APPLICANT, "attestations"),
    Item.STEPS: About("Verification steps", Who.APPLICANT, "steps"),
    Item.REVIEW: About("Review at Sumsub", Who.SUMSUB, "steps"),
    Item.CHECKS: About("Checks by hand", Who.US, "checks"),
}
# The form fields behind an item, where it has not just one of the same name.
FIELDS: dict[Item, tuple[str, ...]] = {
    Item.ADDRESS: ("street", "city", "region", "postal_code", "country")
}
PAPERS: dict[PaperKind, Item] = {
    PaperKind.WEALTH: Item.WEALTH_DOCUMENTS,
    PaperKind.IDENTITY: Item.IDENTITY_DOCUMENTS,
    PaperKind.ADDRESS: Item.ADDRESS_DOCUMENTS,
}
# What a request for information may name: all that can be entered or handed in here anew.
ASKABLE: tuple[Item, ...] = tuple(
    item for item in Item if item not in (Item.ATTESTATIONS, Item.STEPS, Item.REVIEW, Item.CHECKS)
)
FIELD_LABELS: dict[str, str] = {
    "name": "Full name",
    "date_of_birth": "Date of birth",
    "nationality": "Nationality",
    "email": "E-mail",
    "phone": "Phone",
    "street": "Street and number",
    "city": "Town",
    "region": "State or region",
    "postal_code": "Postal code",
    "country": "Country",
    "employment_status": "Employment status",
    "purpose_of_account": "Purpose of the account",
    "source_of_wealth": "Source of wealth",
    "ssn": "Social security number",
}


def item_of_field(field: str) -> Item | None:
    """The item that a form field belongs to; None for one that nothing asks for."""
    for item in Item:
        if field in FIELDS.get(item, (item.value,)):
            return item
    return None


def field_words(names: str) -> str:
    """Names of fields out of an audit event ("city, street") in words for people."""
    labels = [FIELD_LABELS.get(name, name) for name in names.split(", ") if name]
    return ", ".join(label if place == 0 else _lower(label) for place, label in enumerate(labels))


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
