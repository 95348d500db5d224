"""What a reuse makes of a donor's applicant at a level of the recipient.

Nothing here looks at names: each outcome follows from documents, dates, capture, age, review.
Sumsub documents the codes but not the order of the rules; ours is that of this file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sumsub.sandbox.levels import Level, Step
from sumsub.sandbox.problems import Code
from sumsub.sandbox.records import Applicant, Document, Moderation, Profile, StepType

STANDARD_PROOF_DAYS = 365


@dataclass(frozen=True, slots=True)
class Verdict:
    """Steps that the donor's data covers, steps that remain, or the code of a refusal."""

    covered: tuple[StepType, ...] = ()
    missing: tuple[StepType, ...] = ()
    refusal: Code | None = None

    @property
    def outcome(self) -> str:
        """``approved``, ``documents_requested`` or ``refused:<code>``."""
        if self.refusal is not None:
            return f"refused:{self.refusal.number}"
        return "documents_requested" if self.missing else "approved"


def judge(donor: Applicant, level: Level, donor_kinds: Iterable[StepType], today: date) -> Verdict:
    """Decide a reuse. ``donor_kinds`` are the steps of the donor's own level."""
    refusal = _standing(donor) or _age(donor.profile, level, today)
    if refusal is not None:
        return Verdict(refusal=refusal)
    return _cover(donor.shown_profile, level, donor_kinds, today)


def _standing(donor: Applicant) -> Code | None:
    """The donor's applicant as a whole, before any document is looked at."""
    profile = donor.profile
    checks = (
        (profile.erased, Code.SHARE_TOKEN),
        (profile.company, Code.TOKEN_KIND),
        (profile.sumsub_id and not profile.documents, Code.SUMSUB_ID_EMPTY),
        (not donor.active, Code.NOT_ACTIVE),
        (not donor.review.approved, Code.NOT_APPROVED),
        (profile.moderation is not Moderation.KYC, Code.NOT_KYC_REVIEW),
        (not profile.checked, Code.NOT_REUSABLE),
    )
    return next((code for failed, code in checks if failed), None)


def _age(profile: Profile, level: Level, today: date) -> Code | None:
    if profile.born is None:
        return None
    had_birthday = (today.month, today.day) >= (profile.born.month, profile.born.day)
    years = today.year - profile.born.year - (0 if had_birthday else 1)
    return None if level.min_age <= years <= level.max_age else Code.AGE


def _cover(profile: Profile, level: Level, donor_kinds: Iterable[StepType], today: date) -> Verdict:
    covered: list[StepType] = []
    missing: list[StepType] = []
    reasons: list[Code] = []
    for step in level.steps:
        fits, reason = _fits(profile, step, level, today)
        (covered if fits else missing).append(step.kind)
        if reason is not None:
            reasons.append(reason)
    if covered:
        return Verdict(tuple(covered), tuple(missing))
    return Verdict(refusal=_why_nothing(profile, level, donor_kinds, reasons, today))


def _why_nothing(
    profile: Profile,
    level: Level,
    donor_kinds: Iterable[StepType],
    reasons: list[Code],
    today: date,
) -> Code:
    """Not one step is covered: the most telling reason, from particular to general."""
    if reasons:
        return reasons[0]
    if profile.proof is not None and _too_old(profile.proof.issued, STANDARD_PROOF_DAYS, today):
        return Code.ADDRESS_DATE
    if not set(donor_kinds) & set(level.kinds):
        return Code.NO_OVERLAP
    return Code.NOTHING_TO_REUSE


def _fits(profile: Profile, step: Step, level: Level, today: date) -> tuple[bool, Code | None]:
    """Whether the step is covered; if not, the reason, or None when there is simply nothing."""
    if step.kind is StepType.IDENTITY:
        return _identity(profile.documents, step, level, today)
    if step.kind is StepType.SELFIE:
        if profile.selfie is None:
            return False, None
        fits = profile.selfie.live or not step.liveness
        return fits, None if fits else Code.NO_LIVENESS
    if step.kind is StepType.PROOF_OF_RESIDENCE:
        return _proof(profile, step, today)
    return False, None


def _identity(
    documents: tuple[Document, ...], step: Step, level: Level, today: date
) -> tuple[bool, Code | None]:
    reasons = [_document(document, step, level, today) for document in documents]
    if None in reasons:
        return True, None
    return False, reasons[0] if reasons else None


def fitting(profile: Profile, level: Level, today: date) -> tuple[Document, ...]:
    """The identity documents that the level accepts: only these move."""
    step = next((step for step in level.steps if step.kind is StepType.IDENTITY), None)
    if step is None:
        return ()
    return tuple(one for one in profile.documents if _document(one, step, level, today) is None)


def _document(document: Document, step: Step, level: Level, today: date) -> Code | None:
    if document.kind not in step.types or not level.accepts_country(document.country):
        return Code.DOCUMENT_TYPE
    if document.valid_until is not None and document.valid_until < today:
        return Code.IDENTITY_DATE
    if _too_old(document.issued, step.max_age_days, today):
        return Code.IDENTITY_DATE
    if step.live_capture and document.capture != "live":
        return Code.CAPTURE
    return None


def _proof(profile: Profile, step: Step, today: date) -> tuple[bool, Code | None]:
    if profile.proof is None:
        return False, None
    if profile.proof.kind not in step.types:
        return False, Code.DOCUMENT_TYPE
    if _too_old(profile.proof.issued, step.max_age_days, today):
        return False, Code.ADDRESS_DATE
    return True, None


def _too_old(issued: date | None, max_age_days: int | None, today: date) -> bool:
    """Of a document that does not say when it was issued nothing can be held against it."""
    if issued is None or max_age_days is None:
        return False
    return today - issued > timedelta(days=max_age_days)
