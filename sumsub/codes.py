"""What Sumsub's refusals of a share token mean, in words for staff ("Sumsub: reuse applicant")."""

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Who can do something about a refusal."""

    DONOR = "donor"
    RECIPIENT = "recipient"
    EITHER_ADMIN = "either_admin"
    SUMSUB = "sumsub"
    PERSON = "person"
    NOBODY = "nobody"


class Remedy(StrEnum):
    """What makes another attempt worthwhile."""

    NONE = "none"
    NEW_TOKEN = "new_token"
    OTHER_LEVEL = "other_level"
    AFTER_FIX = "after_fix"
    LATER_NEW_TOKEN = "later_new_token"


@dataclass(frozen=True)
class RefusalCode:
    """One refusal of the 105xx family: its cause, who must act, and how."""

    code: int
    name: str
    title: str
    cause: str
    actor: Actor
    next_step: str
    remedy: Remedy


REFUSAL_CODES: tuple[RefusalCode, ...] = (
    RefusalCode(
        10501,
        "not-in-partners-list",
        "Not sharing partners",
        "The two workspaces are not registered with Sumsub as sharing partners.",
        Actor.EITHER_ADMIN,
        "Add the partner in both Sumsub dashboards, then open the gate and run the import again.",
        Remedy.AFTER_FIX,
    ),
    RefusalCode(
        10502,
        "invalid-partner-id",
        "Token made for another client",
        "The share token names a recipient that is not this workspace.",
        Actor.DONOR,
        "Ask the donor for a new share token, made for our client id.",
        Remedy.NEW_TOKEN,
    ),
    RefusalCode(
        10503,
        "invalid-share-token",
        "Share token not valid",
        "The share token is malformed, expired or already used.",
        Actor.DONOR,
        "Ask the donor for a new share token.",
        Remedy.NEW_TOKEN,
    ),
    RefusalCode(
        10504,
        "non-suitable-share-token",
        "Wrong kind of share token",
        "This kind of share token cannot be used for this call and level.",
        Actor.DONOR,
        "Ask the donor for a share token made for Reusable KYC.",
        Remedy.NEW_TOKEN,
    ),
    RefusalCode(
        10505,
        "reusable-kyc-disabled",
        "Reusable KYC is switched off",
        "Sumsub has not enabled Reusable KYC for this workspace.",
        Actor.SUMSUB,
        "Ask Sumsub support to enable Reusable KYC, then open the gate.",
        Remedy.AFTER_FIX,
    ),
    RefusalCode(
        10506,
        "reusable-kyc-not-reusable",
        "Profile cannot be reused",
        "Sumsub says the donor's applicant is not eligible and gives no closer reason.",
        Actor.DONOR,
        "Ask the donor to check the applicant's profile and to issue a new share token after that.",
        Remedy.LATER_NEW_TOKEN,
    ),
    RefusalCode(
        10507,
        "reusable-kyc-not-approved-applicant",
        "Not approved at the donor",
        "The donor's applicant is not approved.",
        Actor.DONOR,
        "Wait until the donor has approved the applicant, then ask for a new share token.",
        Remedy.LATER_NEW_TOKEN,
    ),
    RefusalCode(
        10508,
        "reusable-kyc-not-active-applicant",
        "Deactivated at the donor",
        "The donor's applicant is deactivated.",
        Actor.DONOR,
        "Ask the donor to activate the applicant again and to issue a new share token.",
        Remedy.LATER_NEW_TOKEN,
    ),
    RefusalCode(
        10509,
        "reusable-kyc-not-kyc-moderation-type",
        "Review type not suitable",
        "The donor's applicant went through a kind of review that cannot be reused.",
        Actor.NOBODY,
        "Verify the person directly.",
        Remedy.NONE,
    ),
    RefusalCode(
        10510,
        "reusable-kyc-not-selfie-or-identity-doc",
        "Selfie or identity document missing",
        "The donor holds no selfie or no identity document of this person.",
        Actor.DONOR,
        "Try a level that does not ask for it, or ask the donor to collect it.",
        Remedy.OTHER_LEVEL,
    ),
    RefusalCode(
        10511,
        "reusable-kyc-not-selfie-liveness",
        "No liveness at the donor",
        "The level asks for liveness and the donor's selfie was taken without it.",
        Actor.RECIPIENT,
        "Try a level without liveness, or ask the donor to verify the person again.",
        Remedy.OTHER_LEVEL,
    ),
    RefusalCode(
        10512,
        "reusable-kyc-not-req-doc-overlap",
        "No document in common",
        "None of the documents the level asks for is among the donor's.",
        Actor.RECIPIENT,
        "Try a level that asks for documents the donor collects.",
        Remedy.OTHER_LEVEL,
    ),
    RefusalCode(
        10513,
        "reusable-kyc-not-compatible-doc-type",
        "Document type not accepted at this level",
        "The level does not accept the types of document the donor collected.",
        Actor.RECIPIENT,
        "Try a level that accepts more types of document, or collect the documents directly.",
        Remedy.OTHER_LEVEL,
    ),
    RefusalCode(
        10514,
        "reusable-kyc-not-actual-poi-date",
        "Identity document too old",
        "The proof of identity is older than the level allows.",
        Actor.DONOR,
        "Ask the donor to collect a newer document and to issue a new share token.",
        Remedy.LATER_NEW_TOKEN,
    ),
    RefusalCode(
        10515,
        "reusable-kyc-not-actual-poa-date",
        "Proof of address too old",
        "The proof of address is older than the level allows.",
        Actor.DONOR,
        "Ask the donor to collect a newer document and to issue a new share token.",
        Remedy.LATER_NEW_TOKEN,
    ),
    RefusalCode(
        10516,
        "reusable-kyc-not-acceptable-age",
        "Age outside the level's limits",
        "The person is younger or older than the level allows.",
        Actor.NOBODY,
        "Nothing can be done at this level.",
        Remedy.NONE,
    ),
    RefusalCode(
        10517,
        "reusable-kyc-incompatible-capture-settings",
        "Documents captured in another way",
        "The level asks for live capture and the donor took uploads, or the reverse.",
        Actor.RECIPIENT,
        "Try a level with the donor's way of capture, or ask the donor to capture again.",
        Remedy.OTHER_LEVEL,
    ),
    RefusalCode(
        10518,
        "reusable-kyc-email-mismatch",
        "Email differs from an existing applicant",
        "An applicant of ours with this id has another email address.",
        Actor.RECIPIENT,
        "Align the email address or use another id, then ask the donor for a new share token.",
        Remedy.LATER_NEW_TOKEN,
    ),
    RefusalCode(
        10518,
        "copy-applicant-disabled",
        "Copy Applicant is switched off",
        "Sumsub has not enabled Copy Applicant for this workspace.",
        Actor.SUMSUB,
        "Ask Sumsub support to enable Copy Applicant, then open the gate.",
        Remedy.AFTER_FIX,
    ),
    RefusalCode(
        10519,
        "reusable-kyc-phone-mismatch",
        "Phone differs from an existing applicant",
        "An applicant of ours with this id has another phone number.",
        Actor.RECIPIENT,
        "Align the phone number or use another id, then ask the donor for a new share token.",
        Remedy.LATER_NEW_TOKEN,
    ),
    RefusalCode(
        10521,
        "reusable-kyc-inactive-sumsub-id-account",
        "Sumsub ID holds no documents",
        "The person's Sumsub ID account holds no documents.",
        Actor.PERSON,
        "Ask the person to add documents to Sumsub ID, then the donor for a new share token.",
        Remedy.LATER_NEW_TOKEN,
    ),
)

_BY_CODE: dict[int, tuple[RefusalCode, ...]] = {
    row.code: tuple(other for other in REFUSAL_CODES if other.code == row.code)
    for row in REFUSAL_CODES
}
_BY_NAME = {row.name: row for row in REFUSAL_CODES}


def refusal_code(code: int | None, name: str | None) -> RefusalCode | None:
    """The row of the table for a refusal, or None when it is not known.

    A code that has two meanings (10518) is told apart by its name alone; a name without a code
    is enough.
    """
    if code is None:
        return _BY_NAME.get(name or "")
    rows = _BY_CODE.get(code, ())
    if len(rows) == 1:
        return rows[0]
    return next((row for row in rows if row.name == name), None)
