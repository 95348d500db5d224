"""Which documents an applicant holds for which step, each with its images.

Images of generated people are never stored: their numbers follow from the applicant's id. As soon
as a caller changes an applicant's data they are written down with the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sumsub.sandbox.records import Applicant, Picture, Profile, StepType

FIRST_GENERATED = 1_300_000_000
GENERATED = 500_000_000
TWO_SIDED = frozenset({"ID_CARD", "DRIVERS", "RESIDENCE_PERMIT"})


@dataclass(frozen=True, slots=True)
class Holding:
    """One document, selfie, proof or set of answers; ``kind`` is Sumsub's idDocType."""

    step: StepType
    kind: str
    country: str = ""
    pictures: tuple[Picture, ...] = ()


def held(profile: Profile) -> tuple[StepType, ...]:
    """The steps for which a profile holds something."""
    present = {
        StepType.IDENTITY: bool(profile.documents),
        StepType.SELFIE: profile.selfie is not None,
        StepType.PROOF_OF_RESIDENCE: profile.proof is not None,
        StepType.QUESTIONNAIRE: bool(profile.questionnaire),
        StepType.APPLICANT_DATA: bool(profile.name),
    }
    return tuple(kind for kind, there in present.items() if there)


def holdings(applicant: Applicant) -> dict[StepType, tuple[Holding, ...]]:
    """What the applicant holds for each step, with images."""
    profile = with_pictures(applicant.shown_profile, applicant.id)
    found: dict[StepType, tuple[Holding, ...]] = {}
    for holding in _all(profile):
        found[holding.step] = (*found.get(holding.step, ()), holding)
    return found


def owned(applicant: Applicant) -> Applicant:
    """The applicant with the data it shows as its own, ready to be changed."""
    if applicant.own:
        return applicant
    profile = with_pictures(applicant.shown_profile, applicant.id)
    return replace(applicant, profile=profile, own=True)


def settled(applicant: Applicant, source: Applicant) -> Applicant:
    """A fresh applicant shared from a source: a reference to it is enough.

    Unless the source is itself a reference: then the data is kept, so that no chain of references
    grows however often a person is shared on.
    """
    chained = source.source_id is not None and not source.own
    return owned(applicant) if chained else applicant


def with_pictures(profile: Profile, applicant_id: str) -> Profile:
    """The profile with images for everything that nobody uploaded any for."""
    documents = tuple(
        document
        if document.pictures
        else replace(document, pictures=_generated(applicant_id, f"id{place}", document.kind))
        for place, document in enumerate(profile.documents)
    )
    selfie, proof = profile.selfie, profile.proof
    if selfie is not None and not selfie.pictures:
        selfie = replace(selfie, pictures=_generated(applicant_id, "selfie", selfie.kind))
    if proof is not None and not proof.pictures:
        proof = replace(proof, pictures=_generated(applicant_id, "proof", proof.kind))
    return replace(profile, documents=documents, selfie=selfie, proof=proof)


def renumbered(profile: Profile, applicant_id: str) -> Profile:
    """A source's profile as this applicant has it: images that travel get numbers of their own."""
    selfie, proof = profile.selfie, profile.proof
    uploaded = (selfie and selfie.pictures) or (proof and proof.pictures)
    if not uploaded and not any(document.pictures for document in profile.documents):
        return profile

    def fresh(pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
        return tuple(replace(one, id=_number(f"{applicant_id}/{one.id}")) for one in pictures)

    return replace(
        profile,
        documents=tuple(replace(one, pictures=fresh(one.pictures)) for one in profile.documents),
        selfie=selfie and replace(selfie, pictures=fresh(selfie.pictures)),
        proof=proof and replace(proof, pictures=fresh(proof.pictures)),
    )


def without_steps(profile: Profile, steps: tuple[StepType, ...]) -> Profile:
    """The profile with nothing left for these steps."""
    return replace(
        profile,
        documents=() if StepType.IDENTITY in steps else profile.documents,
        selfie=None if StepType.SELFIE in steps else profile.selfie,
        proof=None if StepType.PROOF_OF_RESIDENCE in steps else profile.proof,
        questionnaire="" if StepType.QUESTIONNAIRE in steps else profile.questionnaire,
    )


def _all(profile: Profile) -> Iterator[Holding]:
    for document in profile.documents:
        yield Holding(StepType.IDENTITY, document.kind, document.country, document.pictures)
    if profile.selfie is not None:
        selfie = profile.selfie
        yield Holding(StepType.SELFIE, selfie.kind, profile.country, selfie.pictures)
    if profile.proof is not None:
        proof = profile.proof
        country = proof.country or profile.country
        yield Holding(StepType.PROOF_OF_RESIDENCE, proof.kind, country, proof.pictures)
    if profile.questionnaire:
        yield Holding(StepType.QUESTIONNAIRE, "QUESTIONNAIRE")
    if profile.name:
        yield Holding(StepType.APPLICANT_DATA, "")


def _generated(applicant_id: str, what: str, kind: str) -> tuple[Picture, ...]:
    sides = ("FRONT_SIDE", "BACK_SIDE") if kind in TWO_SIDED else ("",)
    return tuple(
        Picture(
            id=_number(f"{applicant_id}/{what}/{side}"),
            side=side,
            name=f"{kind.lower()}{'_' + side.lower() if side else ''}.jpg",
            size=180_000,
        )
        for side in sides
    )


def _number(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return FIRST_GENERATED + int.from_bytes(digest, "big") % GENERATED
