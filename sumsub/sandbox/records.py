"""What the sandbox knows about a person, and about that person's place in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any


class StepType(StrEnum):
    """The kinds of verification step that our levels are made of (Sumsub: idDocSetType)."""

    IDENTITY = "IDENTITY"
    SELFIE = "SELFIE"
    PROOF_OF_RESIDENCE = "PROOF_OF_RESIDENCE"
    QUESTIONNAIRE = "QUESTIONNAIRE"


class Capture(StrEnum):
    """How a picture of a document came in."""

    LIVE = "live"
    UPLOAD = "upload"


class Moderation(StrEnum):
    """What kind of review the donor's applicant went through."""

    KYC = "kyc"
    AML_ONLY = "aml-only"


class ReviewStatus(StrEnum):
    """Sumsub's review status; ``init`` is shown to people as Documents requested."""

    INIT = "init"
    PENDING = "pending"
    QUEUED = "queued"
    ON_HOLD = "onHold"
    COMPLETED = "completed"


class Answer(StrEnum):
    """The verdict of a completed review."""

    GREEN = "GREEN"
    RED = "RED"


class Origin(StrEnum):
    """How an applicant came to be."""

    GENERATED = "generated"
    CREATED = "created"
    REUSED = "reused"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class Document:
    """One identity document; ``kind`` is Sumsub's idDocType."""

    kind: str
    country: str
    number: str
    issued: date
    valid_until: date | None
    capture: Capture = Capture.LIVE


@dataclass(frozen=True, slots=True)
class Selfie:
    """A picture of the face; ``live`` when taken under a liveness check."""

    live: bool
    taken: date


@dataclass(frozen=True, slots=True)
class AddressProof:
    """A bill or statement that names the address."""

    kind: str
    issued: date


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``state`` only where the country has states."""

    country: str
    town: str
    street: str
    post_code: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's data and documents, as the donor's Sumsub workspace holds them."""

    first: str = ""
    last: str = ""
    first_en: str = ""
    last_en: str = ""
    born: date | None = None
    gender: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    tin: str = ""
    lang: str = "en"
    company: bool = False
    address: Address | None = None
    documents: tuple[Document, ...] = ()
    selfie: Selfie | None = None
    proof: AddressProof | None = None
    questionnaire: str = ""
    moderation: Moderation = Moderation.KYC
    checked: bool = True
    erased: bool = False
    sumsub_id: bool = False
    fixed: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The name as written at home."""
        return f"{self.first} {self.last}".strip()


@dataclass(frozen=True, slots=True)
class Review:
    """Where an applicant stands; times are milliseconds since 1970."""

    status: ReviewStatus
    answer: Answer | None = None
    reject_type: str = ""
    labels: tuple[str, ...] = ()
    client_comment: str = ""
    moderation_comment: str = ""
    attempts: int = 0
    decided_ms: int | None = None
    due_ms: int | None = None

    @property
    def approved(self) -> bool:
        """Completed with a GREEN answer: the only state that counts as a yes."""
        return self.status is ReviewStatus.COMPLETED and self.answer is Answer.GREEN


@dataclass(frozen=True)
class Applicant:
    """One applicant of one workspace. ``steps`` lists what a reuse or copy brought along."""

    id: str
    client_id: str
    external_user_id: str
    level: str
    origin: Origin
    profile: Profile
    review: Review
    created_ms: int
    active: bool = True
    source_id: str | None = None
    steps: tuple[StepType, ...] = ()

    @cached_property
    def shown_profile(self) -> Profile:
        """The profile cut down to the documents that this applicant really holds."""
        if self.origin not in (Origin.REUSED, Origin.COPIED):
            return self.profile
        return only_steps(self.profile, self.steps, keep_answers=self.origin is Origin.COPIED)


def only_steps(profile: Profile, steps: tuple[StepType, ...], *, keep_answers: bool) -> Profile:
    """Drop everything that was not transferred.

    A reuse moves documents only: contacts and questionnaire stay behind, and so does the name
    when no identity document travels. A copy keeps all data.
    """
    has_identity = StepType.IDENTITY in steps
    named = has_identity or keep_answers
    return Profile(
        first=profile.first if named else "",
        last=profile.last if named else "",
        first_en=profile.first_en if named else "",
        last_en=profile.last_en if named else "",
        born=profile.born if named else None,
        gender=profile.gender if named else "",
        country=profile.country if named else "",
        tin=profile.tin if named else "",
        address=profile.address if named or StepType.PROOF_OF_RESIDENCE in steps else None,
        email=profile.email if keep_answers else "",
        phone=profile.phone if keep_answers else "",
        lang=profile.lang,
        company=profile.company,
        documents=profile.documents if has_identity else (),
        selfie=profile.selfie if StepType.SELFIE in steps else None,
        proof=profile.proof if StepType.PROOF_OF_RESIDENCE in steps else None,
        questionnaire=profile.questionnaire if keep_answers else "",
    )
