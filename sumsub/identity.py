"""The personal data in an applicant. None of it ever shows in a repr."""

from dataclasses import dataclass, field, fields, replace
from datetime import date

from sumsub import fields as read
from sumsub.fields import Json


@dataclass(frozen=True)
class Address:
    """A postal address, in Sumsub's parts and as one line."""

    country: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    town: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    building_number: str = field(default="", repr=False)
    flat_number: str = field(default="", repr=False)
    post_code: str = field(default="", repr=False)
    formatted: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, source: Json) -> "Address":
        """Read one entry of `addresses`."""
        return cls(
            country=read.text(source, "country"),
            state=read.text(source, "state"),
            town=read.text(source, "town"),
            street=read.text(source, "street"),
            building_number=read.text(source, "buildingNumber"),
            flat_number=read.text(source, "flatNumber"),
            post_code=read.text(source, "postCode"),
            formatted=read.text(source, "formattedAddress"),
        )


@dataclass(frozen=True)
class IdDoc:
    """An identity document: its type and country, and its number and dates, which stay hidden."""

    type: str = ""
    country: str = ""
    number: str = field(default="", repr=False)
    issued: date | None = field(default=None, repr=False)
    valid_until: date | None = field(default=None, repr=False)

    @classmethod
    def from_json(cls, source: Json) -> "IdDoc":
        """Read one entry of `idDocs`."""
        return cls(
            type=read.text(source, "idDocType"),
            country=read.text(source, "country"),
            number=read.text(source, "number"),
            issued=read.day(source, "issuedDate"),
            valid_until=read.day(source, "validUntil"),
        )


@dataclass(frozen=True)
class Identity:
    """Who a person is, as extracted from documents (`info`) or supplied (`fixedInfo`)."""

    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    middle_name: str = field(default="", repr=False)
    first_name_en: str = field(default="", repr=False)
    last_name_en: str = field(default="", repr=False)
    middle_name_en: str = field(default="", repr=False)
    dob: date | None = field(default=None, repr=False)
    country: str = field(default="", repr=False)
    nationality: str = field(default="", repr=False)
    gender: str = field(default="", repr=False)
    place_of_birth: str = field(default="", repr=False)
    tin: str = field(default="", repr=False)
    addresses: tuple[Address, ...] = field(default=(), repr=False)
    id_docs: tuple[IdDoc, ...] = field(default=(), repr=False)

    @classmethod
    def from_json(cls, source: Json) -> "Identity":
        """Read `info` or `fixedInfo`, which is empty more often than not."""
        if not source:
            return NOBODY
        return cls(
            first_name=read.text(source, "firstName"),
            last_name=read.text(source, "lastName"),
            middle_name=read.text(source, "middleName"),
            first_name_en=read.text(source, "firstNameEn"),
            last_name_en=read.text(source, "lastNameEn"),
            middle_name_en=read.text(source, "middleNameEn"),
            dob=read.day(source, "dob"),
            country=read.text(source, "country"),
            nationality=read.text(source, "nationality"),
            gender=read.text(source, "gender"),
            place_of_birth=read.text(source, "placeOfBirth"),
            tin=read.text(source, "tin"),
            addresses=tuple(map(Address.from_json, read.objects(source, "addresses"))),
            id_docs=tuple(map(IdDoc.from_json, read.objects(source, "idDocs"))),
        )

    @property
    def display_name(self) -> str:
        """First, middle and last name as one line; empty when none is known."""
        return " ".join(filter(None, (self.first_name, self.middle_name, self.last_name)))

    def completed_from(self, other: "Identity") -> "Identity":
        """This identity with its empty fields filled from another one."""
        if other is NOBODY:
            return self
        gaps = {f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)}
        return replace(self, **gaps)


NOBODY = Identity()
"""An identity of which nothing is known."""
