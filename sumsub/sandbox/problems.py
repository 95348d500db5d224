"""Refusals in Sumsub's error shape (Sumsub: error codes description; reuse error table)."""

from __future__ import annotations

import os
from enum import Enum

JAVA_TYPE = "de.smtdp.commons.service.exceptions.ServiceException"


class Code(Enum):
    """Every classified refusal that the sandbox gives: Sumsub's number and name."""

    TOKEN_FORMAT = (4000, "app-token-invalid-format")
    TOKEN_UNKNOWN = (4001, "app-token-not-found")
    TOKEN_SECOND_HALF = (4002, "app-token-private-part-mismatch")
    SIGNATURE = (4003, "app-token-signature-mismatch")
    CLOCK = (4004, "app-token-request-expired")
    HEADER_VALUE = (4005, "app-token-invalid-value")
    HEADERS_MISSING = (4006, "app-token-not-all-auth-params-provided")
    AUTH_PARAMETERS = (4007, "app-token-invalid-params")

    # Of the uploads only 1004 is documented with its name; the others' names are our guess.
    DUPLICATE = (1000, "duplicate-document")
    TOO_MANY = (1001, "too-many-documents")
    TOO_BIG = (1002, "file-too-big")
    EMPTY = (1003, "empty-file")
    CORRUPTED = (1004, "corrupted-file")
    UNSUPPORTED = (1005, "unsupported-file-format")
    BEING_CHECKED = (1006, "applicant-is-being-checked")
    DELETED = (1008, "applicant-marked-as-deleted")
    FINAL_REJECT = (1009, "applicant-with-final-reject")
    NOT_REQUIRED = (1010, "doc-type-not-required")
    ENCRYPTED = (1011, "encrypted-file")
    ALREADY = (3000, "applicant-already-in-requested-state")

    NOT_PARTNERS = (10501, "not-in-partners-list")
    PARTNER_ID = (10502, "invalid-partner-id")
    SHARE_TOKEN = (10503, "invalid-share-token")
    TOKEN_KIND = (10504, "non-suitable-share-token")
    REUSE_DISABLED = (10505, "reusable-kyc-disabled")
    NOT_REUSABLE = (10506, "reusable-kyc-not-reusable")
    NOT_APPROVED = (10507, "reusable-kyc-not-approved-applicant")
    NOT_ACTIVE = (10508, "reusable-kyc-not-active-applicant")
    NOT_KYC_REVIEW = (10509, "reusable-kyc-not-kyc-moderation-type")
    NOTHING_TO_REUSE = (10510, "reusable-kyc-not-selfie-or-identity-doc")
    NO_LIVENESS = (10511, "reusable-kyc-not-selfie-liveness")
    NO_OVERLAP = (10512, "reusable-kyc-not-req-doc-overlap")
    DOCUMENT_TYPE = (10513, "reusable-kyc-not-compatible-doc-type")
    IDENTITY_DATE = (10514, "reusable-kyc-not-actual-poi-date")
    ADDRESS_DATE = (10515, "reusable-kyc-not-actual-poa-date")
    AGE = (10516, "reusable-kyc-not-acceptable-age")
    CAPTURE = (10517, "reusable-kyc-incompatible-capture-settings")
    EMAIL_MISMATCH = (10518, "reusable-kyc-email-mismatch")
    COPY_DISABLED = (10518, "copy-applicant-disabled")
    PHONE_MISMATCH = (10519, "reusable-kyc-phone-mismatch")
    SUMSUB_ID_EMPTY = (10521, "reusable-kyc-inactive-sumsub-id-account")

    @property
    def number(self) -> int:
        """Sumsub's ``errorCode``."""
        return self.value[0]

    @property
    def wire_name(self) -> str:
        """Sumsub's ``errorName``."""
        return self.value[1]


class Problem(Exception):
    """A call that is answered with an error.

    ``bare`` leaves the correlation id out, as Sumsub's printed share-token errors do; ``plain``
    is an answer of the network edge: the text alone. ``headers`` go beside the body.
    """

    def __init__(
        self,
        status: int,
        description: str,
        code: Code | None = None,
        *,
        bare: bool = False,
        plain: bool = False,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(f"{status} {code.wire_name if code else ''}".strip())
        self.status = status
        self.description = description
        self.code = code
        self.bare = bare
        self.plain = plain
        self.headers = headers

    def body(self) -> dict[str, object]:
        """The JSON body in the field order of Sumsub's samples."""
        classified: dict[str, object] = {}
        if self.code is not None:
            classified = {"errorCode": self.code.number, "errorName": self.code.wire_name}
        if self.bare:
            return {"code": self.status, **classified, "description": self.description,
                    "type": JAVA_TYPE}  # fmt: skip
        return {
            "description": self.description,
            "code": self.status,
            "correlationId": os.urandom(16).hex(),
            **classified,
        }


def not_found() -> Problem:
    """Also the answer to a reader who lacks *View applicants*."""
    return Problem(404, "Applicant not found")


def bad_token(text: str) -> Problem:
    """The generic first layer: a share token that is unknown, expired or used."""
    return Problem(401, f"Token is invalid: {text} [source: null]", bare=True)


def not_reusable(code: Code, level: str) -> Problem:
    """A business rule said no (Sumsub: reuse error table)."""
    return Problem(400, f"Not Reusable KYC for level: {level}", code, bare=True)
