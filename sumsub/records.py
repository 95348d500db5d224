"""What Sumsub sends back, as records. Their reprs show ids and statuses, never personal data."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sumsub import fields
from sumsub.fields import Json
from sumsub.identity import Address, IdDoc, Identity
from sumsub.review import Review, ReviewWord, review_word

__all__ = [
    "Address",
    "Applicant",
    "DocSet",
    "IdDoc",
    "Identity",
    "Level",
    "Lookup",
    "Review",
    "ReviewWord",
    "ShareToken",
    "StepStatus",
    "review_word",
]

# Sumsub's ids have 24 characters; far longer ones are not its.
LONGEST_ID = 64


@dataclass(frozen=True)
class DocSet:
    """A step that a level asks for, with the document types it accepts."""

    step: str
    types: tuple[str, ...] = ()
    video_required: str | None = None

    @classmethod
    def from_json(cls, source: Json) -> "DocSet":
        """Read one entry of `docSets`."""
        return cls(
            step=fields.text(source, "idDocSetType"),
            types=fields.texts(source, "types"),
            video_required=fields.optional_text(source, "videoRequired"),
        )


@dataclass(frozen=True)
class Applicant:
    """A person in one Sumsub workspace ("Sumsub: get applicant data").

    `info` is what Sumsub read from the documents, `fixed_info` what the integrator supplied.
    `copy_of` is the donor's applicant id, where Sumsub names it on a copy.
    `client_id` is not to be relied on after a reuse; keep your own link to the donor.
    `deactivated` is what Sumsub's `deleted` says of an applicant that can still be read.
    """

    id: str
    external_user_id: str = ""
    client_id: str = ""
    inspection_id: str = ""
    created_at: datetime | None = None
    type: str = ""
    level_name: str = ""
    info: Identity = field(default_factory=Identity, repr=False)
    fixed_info: Identity = field(default_factory=Identity, repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    lang: str = field(default="", repr=False)
    review: Review = field(default_factory=Review)
    doc_sets: tuple[DocSet, ...] = field(default=(), repr=False)
    reuse_scope: str | None = None
    questionnaire_present: bool = False
    copy_of: str = ""
    tags: tuple[str, ...] = field(default=(), repr=False)
    deactivated: bool = False

    @classmethod
    def from_json(cls, value: object) -> "Applicant":
        """Read an applicant; raises ValueError when the body is not one, or carries no id."""
        source = fields.document(value)
        return cls._read(source, fields.identifier(source, "id", longest=LONGEST_ID))

    @classmethod
    def from_preview(cls, value: object) -> "Applicant":
        """Read a would-be applicant, which may have no id; raises ValueError when it is none."""
        source = fields.document(value)
        if not any(key in source for key in ("id", "externalUserId", "review", "info")):
            raise ValueError("not an applicant")
        return cls._read(source, fields.text(source, "id"))

    @classmethod
    def _read(cls, source: Json, applicant_id: str) -> "Applicant":
        review = Review.from_json(fields.inner(source, "review"))
        return cls(
            id=applicant_id,
            external_user_id=fields.text(source, "externalUserId"),
            client_id=fields.text(source, "clientId"),
            inspection_id=fields.text(source, "inspectionId"),
            created_at=fields.moment(source, "createdAt"),
            type=fields.text(source, "type"),
            level_name=review.level_name,
            info=Identity.from_json(fields.inner(source, "info")),
            fixed_info=Identity.from_json(fields.inner(source, "fixedInfo")),
            email=fields.text(source, "email"),
            phone=fields.text(source, "phone"),
            lang=fields.text(source, "lang"),
            review=review,
            doc_sets=_doc_sets(source),
            reuse_scope=fields.optional_text(source, "reuseScope"),
            questionnaire_present=bool(fields.objects(source, "questionnaires")),
            copy_of=fields.text(source, "copyOf"),
            tags=fields.texts(source, "tags"),
            deactivated=fields.flag(source, "deleted"),
        )

    @cached_property
    def identity(self) -> Identity:
        """What was read from the documents, completed with what was supplied."""
        return self.info.completed_from(self.fixed_info)

    @property
    def display_name(self) -> str:
        """The name to show: as read from the documents, else as supplied, else empty."""
        return self.info.display_name or self.fixed_info.display_name


@dataclass(frozen=True)
class ShareToken:
    """A freshly minted share token. The token itself never shows in a repr."""

    token: str = field(repr=False)
    for_client_id: str

    @classmethod
    def from_json(cls, value: object) -> "ShareToken":
        """Read a minted share token; raises ValueError when the body holds none."""
        source = fields.document(value)
        token = fields.text(source, "token")
        if not token:
            raise ValueError("no share token in the answer")
        return cls(token=token, for_client_id=fields.text(source, "forClientId"))


@dataclass(frozen=True)
class Lookup:
    """Sumsub's explicit word on whether an external id is in use."""

    exists: bool
    applicant: Applicant | None = None

    @classmethod
    def from_json(cls, value: object) -> "Lookup":
        """Read a lookup; raises ValueError unless `exists` is a boolean, backed by an applicant.

        An absence decides the fate of a row, so nothing vaguer than `false` counts as one.
        """
        source = fields.document(value)
        exists = source.get("exists")
        if exists is False:
            return cls(exists=False)
        if exists is not True:
            raise ValueError("no word on existence")
        return cls(exists=True, applicant=Applicant.from_json(source.get("applicant")))


@dataclass(frozen=True)
class StepStatus:
    """How far one step of a level is ("Sumsub: verification steps status")."""

    step: str
    submitted: bool = False
    answer: str | None = None
    doc_type: str = ""
    country: str = ""
    image_ids: tuple[int, ...] = ()
    reject_labels: tuple[str, ...] = ()
    comment: str = field(default="", repr=False)

    @classmethod
    def all_from_json(cls, value: object) -> tuple["StepStatus", ...]:
        """Read the map of steps; a step that was not submitted is null there."""
        source = fields.document(value)
        return tuple(cls._read(step, source) for step in source)

    @classmethod
    def _read(cls, step: str, steps: Json) -> "StepStatus":
        source = fields.inner(steps, step)
        results = _results(source)
        return cls(
            step=fields.storable(step),
            submitted=bool(source),
            answer=fields.optional_text(results[0], "reviewAnswer"),
            doc_type=fields.text(source, "idDocType"),
            country=fields.text(source, "country"),
            image_ids=fields.numbers(source, "imageIds"),
            reject_labels=tuple(
                dict.fromkeys(
                    label for one in results for label in fields.texts(one, "rejectLabels")
                )
            ),
            comment=next(filter(None, (fields.text(r, "moderationComment") for r in results)), ""),
        )


@dataclass(frozen=True)
class Level:
    """A verification level of a workspace ("Sumsub: get applicant levels")."""

    id: str
    name: str
    description: str = ""
    type: str = ""
    applicant_type: str = ""
    doc_sets: tuple[DocSet, ...] = ()
    excluded_countries: tuple[str, ...] = ()
    included_countries: tuple[str, ...] = ()

    @classmethod
    def all_from_json(cls, value: object) -> tuple["Level", ...]:
        """Read the list of levels; raises ValueError when the body is no such list."""
        source = fields.document(value)
        if not isinstance(source.get("items"), list):
            raise ValueError("no list of levels")
        return tuple(cls._read(item) for item in fields.objects(source, "items"))

    @classmethod
    def _read(cls, source: Json) -> "Level":
        required = fields.inner(source, "requiredIdDocs")
        return cls(
            id=fields.text(source, "id"),
            name=fields.identifier(source, "name", longest=256),
            description=fields.text(source, "desc"),
            type=fields.text(source, "type"),
            applicant_type=fields.text(source, "applicantType"),
            doc_sets=_doc_sets(source),
            excluded_countries=fields.texts(required, "excludedCountries"),
            included_countries=fields.texts(required, "includedCountries"),
        )


def _doc_sets(source: Json) -> tuple[DocSet, ...]:
    required = fields.inner(source, "requiredIdDocs")
    return tuple(map(DocSet.from_json, fields.objects(required, "docSets")))


def _results(step: Json) -> tuple[Json, ...]:
    images = fields.inner(step, "imageReviewResults")
    return (
        fields.inner(step, "reviewResult"),
        *(fields.inner(images, image) for image in images),
    )
