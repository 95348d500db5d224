"""What happened to a generated person so far; each story leads the rules to one outcome.

A story only changes data. The outcome is computed by :mod:`.rules`, never read from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from sumsub.sandbox.people import person, with_proof
from sumsub.sandbox.records import (
    Answer,
    Capture,
    Document,
    Moderation,
    Profile,
    Recheck,
    Review,
    ReviewStatus,
    Selfie,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A profile with what the workspace holds beside it; ``level`` is the donor's level."""

    profile: Profile
    status: ReviewStatus = ReviewStatus.COMPLETED
    answer: Answer | None = Answer.GREEN
    active: bool = True
    level: str = ""

    def review(self, decided_ms: int) -> Review:
        """The review that belongs to the story."""
        done = self.status is ReviewStatus.COMPLETED
        refused = self.answer is Answer.RED
        return Review(
            status=self.status,
            answer=self.answer,
            reject_type="FINAL" if refused else "",
            labels=("FORGERY",) if refused else (),
            decided_ms=decided_ms if done else None,
        )


def _no_selfie(p: Profile, _: date) -> Told:
    return Told(replace(p, selfie=None))


def _still_selfie(p: Profile, today: date) -> Told:
    return Told(replace(p, selfie=Selfie(live=False, taken=today - timedelta(days=40))))


def _document(p: Profile, **changes: object) -> tuple[Document, ...]:
    return (replace(p.documents[0], **changes),)  # type: ignore[arg-type]


def _old_document(p: Profile, today: date) -> Told:
    ended = _document(
        p, issued=today - timedelta(days=3700), valid_until=today - timedelta(days=45)
    )
    return Told(replace(p, documents=ended))


def _old_document_alone(p: Profile, today: date) -> Told:
    return Told(replace(_old_document(p, today).profile, selfie=None))


def _still_selfie_alone(p: Profile, today: date) -> Told:
    return Told(replace(_still_selfie(p, today).profile, documents=()))


def _fresh_proof_alone(p: Profile, today: date) -> Told:
    bare = replace(p, documents=(), selfie=None)
    return Told(with_proof(bare, today, days_old=30), level="address-only")


def _old_proof_alone(p: Profile, today: date) -> Told:
    bare = replace(p, documents=(), selfie=None)
    return Told(with_proof(bare, today, days_old=500), level="address-only")


def _complete(p: Profile, today: date) -> Told:
    fresh = _document(
        p,
        kind="PASSPORT",
        country="FRA",
        issued=today - timedelta(days=400),
        valid_until=today + timedelta(days=3000),
    )
    adult = replace(p, documents=fresh, country="FRA", born=today - timedelta(days=35 * 365))
    return Told(with_proof(replace(adult, questionnaire="salary"), today, days_old=20))


def _mononym(p: Profile, _: date) -> Told:
    return Told(replace(p, first="Suharti", first_en="Suharti", last="", last_en=""))


class Story(Enum):
    """The stories by what a reader would say about the person."""

    PLAIN = "nothing special"
    COMPLETE = "everything that any level asks for"
    NO_ADDRESS = "no postal address known"
    MONONYM = "a single name"
    GOOD_TIN = "a well-formed US tax number"
    BAD_TIN = "a US tax number with a digit missing"
    NO_SELFIE = "no selfie"
    STILL_SELFIE = "a selfie without liveness"
    OLD_DOCUMENT = "an identity document that has expired"
    ERASED = "personal data erased since"
    COMPANY = "a company, not a person"
    INGESTED = "approved elsewhere and only recorded"
    UNDECIDED = "review still pending"
    REJECTED = "rejected for good"
    DEACTIVATED = "deactivated"
    AML_ONLY = "screened for AML only"
    EMPTY = "neither document nor selfie left"
    STILL_SELFIE_ALONE = "only a selfie without liveness"
    FRESH_PROOF_ALONE = "only a proof of address"
    ODD_DOCUMENT = "a kind of document few levels accept, no selfie"
    OLD_DOCUMENT_ALONE = "an expired document, no selfie"
    OLD_PROOF_ALONE = "only an old proof of address"
    MINOR = "sixteen years old"
    UPLOADED = "a document uploaded instead of taken live, no selfie"
    EMPTY_SUMSUB_ID = "a Sumsub ID account without documents"
    WATCH_LISTED = "on a watch list since"
    FORGED = "a forged document that only a recheck finds"
    BLURRED = "a document too blurred for a recheck"
    MUST_ACT = "somebody who must act before a verdict"


_TELL: dict[Story, Callable[[Profile, date], Told]] = {
    Story.PLAIN: lambda p, _: Told(p),
    Story.COMPLETE: _complete,
    Story.NO_ADDRESS: lambda p, _: Told(replace(p, address=None)),
    Story.MONONYM: _mononym,
    Story.GOOD_TIN: lambda p, _: Told(replace(p, tin="812-45-6789")),
    Story.BAD_TIN: lambda p, _: Told(replace(p, tin="812-45-678")),
    Story.NO_SELFIE: _no_selfie,
    Story.STILL_SELFIE: _still_selfie,
    Story.OLD_DOCUMENT: _old_document,
    Story.ERASED: lambda p, _: Told(replace(p, erased=True)),
    Story.COMPANY: lambda p, _: Told(
        replace(p, company=True, first=f"{p.last_en} Trading", last="", gender="", born=None)
    ),
    Story.INGESTED: lambda p, _: Told(replace(p, checked=False)),
    Story.UNDECIDED: lambda p, _: Told(p, ReviewStatus.PENDING, None),
    Story.REJECTED: lambda p, _: Told(p, ReviewStatus.COMPLETED, Answer.RED),
    Story.DEACTIVATED: lambda p, _: Told(p, active=False),
    Story.AML_ONLY: lambda p, _: Told(replace(p, moderation=Moderation.AML_ONLY)),
    Story.EMPTY: lambda p, _: Told(replace(p, documents=(), selfie=None, proof=None)),
    Story.STILL_SELFIE_ALONE: _still_selfie_alone,
    Story.FRESH_PROOF_ALONE: _fresh_proof_alone,
    Story.ODD_DOCUMENT: lambda p, _: Told(
        replace(p, documents=_document(p, kind="ID_DOC_PHOTO"), selfie=None)
    ),
    Story.OLD_DOCUMENT_ALONE: _old_document_alone,
    Story.OLD_PROOF_ALONE: _old_proof_alone,
    Story.MINOR: lambda p, today: Told(replace(p, born=today - timedelta(days=16 * 365 + 30))),
    Story.UPLOADED: lambda p, _: Told(
        replace(p, documents=_document(p, capture=Capture.UPLOAD), selfie=None)
    ),
    Story.EMPTY_SUMSUB_ID: lambda p, _: Told(
        replace(p, sumsub_id=True, documents=(), selfie=None, proof=None)
    ),
    Story.WATCH_LISTED: lambda p, _: Told(replace(p, recheck=Recheck.WATCH_LIST)),
    Story.FORGED: lambda p, _: Told(replace(p, recheck=Recheck.FORGED)),
    Story.BLURRED: lambda p, _: Told(replace(p, recheck=Recheck.BLURRED)),
    Story.MUST_ACT: lambda p, _: Told(replace(p, recheck=Recheck.USER_MUST_ACT)),
}

NEEDING_AN_AMERICAN = frozenset({Story.GOOD_TIN, Story.BAD_TIN})

# Whoever is not named in `named.py` lives one of these, by the tens of their number.
PARTIAL = (Story.NO_SELFIE, Story.STILL_SELFIE, Story.NO_SELFIE, Story.OLD_DOCUMENT)
REFUSED = (
    Story.ODD_DOCUMENT,
    Story.UNDECIDED,
    Story.OLD_DOCUMENT_ALONE,
    Story.DEACTIVATED,
    Story.STILL_SELFIE_ALONE,
    Story.MINOR,
    Story.UPLOADED,
    Story.INGESTED,
    Story.FRESH_PROOF_ALONE,
    Story.AML_ONLY,
    Story.OLD_PROOF_ALONE,
    Story.EMPTY,
    Story.REJECTED,
)


def ordinary_story(number: int) -> Story:
    """Of ten in a row seven are approved, two lack something, one is refused."""
    place, tens = number % 10, number // 10
    if place in (2, 6):
        return PARTIAL[(2 * tens + place // 6) % len(PARTIAL)]
    if place == 4:
        return REFUSED[tens % len(REFUSED)]
    return Story.PLAIN


def tell(seed: str, number: int, story: Story, today: date) -> Told:
    """The person of that number with that story behind them."""
    profile = person(seed, number, today, american=story in NEEDING_AN_AMERICAN)
    return _TELL[story](profile, today)
