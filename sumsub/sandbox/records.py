"""What the sandbox knows about a person, and about that person's place in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any


class StepType(StrEnum):
    """The kinds of verification step (Sumsub: idDocSetType).

    The sandbox knows how to fill the first five; the others can be asked for by a level that a
    caller makes, and then stay open for ever.
    """

    IDENTITY = "IDENTITY"
    SELFIE = "SELFIE"
    PROOF_OF_RESIDENCE = "PROOF_OF_RESIDENCE"
    QUESTIONNAIRE = "QUESTIONNAIRE"
    APPLICANT_DATA = "APPLICANT_DATA"
    EMAIL_VERIFICATION = "EMAIL_VERIFICATION"
    PHONE_VERIFICATION = "PHONE_VERIFICATION"
    IDENTITY2 = "IDENTITY2"
    IDENTITY3 = "IDENTITY3"
    IDENTITY4 = "IDENTITY4"
    SELFIE2 = "SELFIE2"
    PROOF_OF_RESIDENCE2 = "PROOF_OF_RESIDENCE2"
    PROOF_OF_PAYMENT = "PROOF_OF_PAYMENT"
    PAYMENT_METHODS = "PAYMENT_METHODS"
    INVESTABILITY = "INVESTABILITY"
    COMPANY = "COMPANY"
    COMPANY_DATA = "COMPANY_DATA"
    COMPANY_DOCUMENTS = "COMPANY_DOCUMENTS"
    COMPANY_BENEFICIARIES = "COMPANY_BENEFICIARIES"
    ACCREDITED_INVESTOR = "ACCREDITED_INVESTOR"
    E_SIGN = "E_SIGN"
    QUESTIONNAIRE2 = "QUESTIONNAIRE2"
    QUESTIONNAIRE3 = "QUESTIONNAIRE3"
    QUESTIONNAIRE4 = "QUESTIONNAIRE4"
    E_KYC = "E_KYC"
    OTHER_DOCS = "OTHER_DOCS"
    DEVICE_CHECK = "DEVICE_CHECK"


class Capture(StrEnum):
    """How a picture of a document came in."""

    LIVE = "live"
    UPLOAD = "upload"


class Moderation(StrEnum):
    """What kind of review the donor's applicant went through."""

    KYC = "kyc"
    AML_ONLY = "aml-only"


class Recheck(StrEnum):
    """What the recipient's own checks of a shared person will find, beside what is in order."""

    CLEAN = "clean"
    WATCH_LIST = "watch-list"
    FORGED = "forged"
    BLURRED = "blurred"
    USER_MUST_ACT = "user-must-act"


class ReviewStatus(StrEnum):
    """Sumsub's review status; ``init`` is shown to people as Documents requested."""

    INIT = "init"
    PENDING = "pending"
    QUEUED = "queued"
    ON_HOLD = "onHold"
    AWAITING_USER = "awaitingUser"
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
class Picture:
    """One uploaded image. ``side`` is Sumsub's idDocSubType, ``media`` the MIME type.

    The bytes are not kept: ``sha256`` (hex) tells an image sent twice. ``added_ms`` is Unix time.
    """

    id: int
    side: str = ""
    name: str = ""
    media: str = "image/jpeg"
    size: int = 0
    sha256: str = ""
    added_ms: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One identity document; ``kind`` is Sumsub's idDocType.

    Without ``pictures`` (nobody uploaded any) the images shown follow from the applicant's id.
    ``first`` and ``last`` only where the document names somebody else than the profile does.
    """

    kind: str
    country: str
    number: str
    issued: date | None
    valid_until: date | None
    capture: Capture = Capture.LIVE
    pictures: tuple[Picture, ...] = ()
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Selfie:
    """A picture of the face; ``live`` when taken under a liveness check."""

    live: bool
    taken: date
    kind: str = "SELFIE"
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressProof:
    """A bill or statement that names the address; ``issued`` None: nobody said when."""

    kind: str
    issued: date | None
    country: str = ""
    pictures: tuple[Picture, ...] = ()


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
    """A person's data and documents, as the donor's Sumsub workspace holds them.

    ``questionnaire`` is the answer to the source-of-funds question, or the questionnaires as a
    caller gave them, in JSON. ``fixed`` is a caller's ``fixedInfo``, word for word.
    """

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
    recheck: Recheck = Recheck.CLEAN
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


@dataclass(frozen=True, slots=True)
class Labels:
    """What a workspace notes about an applicant for itself; none of it travels."""

    tags: tuple[str, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    source_key: str = ""


NO_LABELS = Labels()


@dataclass(frozen=True)
class Applicant:
    """One applicant of one workspace. ``steps`` lists what a reuse or copy brought along.

    Data comes from the population or from the source of a reuse until a caller changes it; from
    then on it is the applicant's ``own``. ``version`` counts these changes, and ``source_version``
    is the version of the source that was shared, so that later changes there do not show here.
    """

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
    own: bool = False
    version: int = 0
    source_version: int = 0
    labels: Labels = NO_LABELS

    @property
    def source_key(self) -> str:
        """The part of the business it belongs to (Sumsub: sourceKey), or nothing."""
        return self.labels.source_key

    @cached_property
    def shown_profile(self) -> Profile:
        """The profile cut down to the documents that this applicant really holds."""
        if self.own or self.origin not in (Origin.REUSED, Origin.COPIED):
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
        recheck=profile.recheck,
        documents=profile.documents if has_identity else (),
        selfie=profile.selfie if StepType.SELFIE in steps else None,
        proof=profile.proof if StepType.PROOF_OF_RESIDENCE in steps else None,
        questionnaire=profile.questionnaire if StepType.QUESTIONNAIRE in steps else "",
        fixed=profile.fixed if keep_answers else None,
        moderation=profile.moderation if keep_answers else Moderation.KYC,
        checked=profile.checked or not keep_answers,
    )
