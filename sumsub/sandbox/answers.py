"""The JSON bodies of Sumsub's answers about applicants (Sumsub: get applicant data)."""

from __future__ import annotations

import hashlib
from typing import Any

from sumsub.sandbox.clock import plain, with_offset
from sumsub.sandbox.levels import Level, letters, required_documents
from sumsub.sandbox.records import (
    Address,
    Answer,
    Applicant,
    Document,
    Origin,
    Profile,
    Review,
    ReviewStatus,
    StepType,
)

_PLATFORM = {
    Origin.GENERATED: "Web",
    Origin.CREATED: "API",
    Origin.REUSED: "API",
    Origin.COPIED: "API",
}


def applicant_body(
    applicant: Applicant, level: Level | None, *, extras: bool = True
) -> dict[str, Any]:
    """The public applicant object. ``extras`` off leaves address and TIN out of a reuse."""
    profile = applicant.shown_profile
    mark = hashlib.sha256(applicant.id.encode()).digest()
    with_extras = extras or applicant.origin is not Origin.REUSED
    body: dict[str, Any] = {
        "id": applicant.id,
        "createdAt": plain(applicant.created_ms),
        "key": letters(mark, 14),
        "clientId": applicant.client_id,
        "inspectionId": inspection_id(applicant),
        "externalUserId": applicant.external_user_id,
        "info": _info(profile, with_extras),
        "fixedInfo": profile.fixed,
        "email": profile.email,
        "phone": profile.phone,
        "applicantPlatform": _PLATFORM[applicant.origin],
        "requiredIdDocs": required_documents(level) if level is not None else None,
        "review": review_body(applicant),
        "lang": profile.lang,
        "type": "company" if profile.company else "individual",
        "questionnaires": _questionnaires(profile),
    }
    if applicant.origin is Origin.COPIED:
        body["reuseScope"] = "importApiShareToken"
    if not applicant.active:
        body["deleted"] = True
    return {key: value for key, value in body.items() if value not in ("", None, {}, [])}


def inspection_id(applicant: Applicant) -> str:
    """The id of the applicant's inspection, next to its own like in Sumsub's samples."""
    return f"{applicant.id[:-6]}{(int(applicant.id[-6:], 16) ^ 0x800000):06x}"


def review_body(applicant: Applicant) -> dict[str, Any]:
    """The review object, which ``GET …/status`` answers at the top level."""
    review = applicant.review
    mark = hashlib.sha256(applicant.id.encode()).digest()
    body: dict[str, Any] = {
        "reviewId": letters(mark[14:], 5),
        "attemptId": letters(mark[19:], 5),
        "attemptCnt": review.attempts,
        "levelName": applicant.level,
        "levelAutoCheckMode": None,
        "reprocessing": False,
        "createDate": with_offset(applicant.created_ms),
    }
    if review.decided_ms is not None:
        body["elapsedSincePendingMs"] = max(0, review.decided_ms - applicant.created_ms)
        body["startDate"] = with_offset(applicant.created_ms)
        body["reviewDate"] = with_offset(review.decided_ms)
    result = review_result(review)
    if result is not None:
        body["reviewResult"] = result
    body["reviewStatus"] = review.status.value
    body["priority"] = 0
    return body


def review_result(review: Review) -> dict[str, Any] | None:
    """``reviewResult``, present once there is a verdict."""
    if review.answer is None or review.status is not ReviewStatus.COMPLETED:
        return None
    if review.answer is Answer.GREEN:
        return {"reviewAnswer": "GREEN"}
    return {
        "moderationComment": review.moderation_comment,
        "clientComment": review.client_comment,
        "reviewAnswer": "RED",
        "rejectLabels": list(review.labels),
        "reviewRejectType": review.reject_type or "RETRY",
        "buttonIds": [],
    }


def steps_body(applicant: Applicant, level: Level | None) -> dict[str, Any]:
    """``requiredIdDocsStatus``: null for each step of the level that is still open."""
    kinds = level.kinds if level is not None else applicant.steps
    return {kind.value: _step_body(applicant, kind) for kind in kinds}


def _step_body(applicant: Applicant, kind: StepType) -> dict[str, Any] | None:
    profile = applicant.shown_profile
    held: dict[StepType, tuple[str, str] | None] = {
        StepType.IDENTITY: _kind_and_country(profile.documents),
        StepType.SELFIE: ("SELFIE", profile.country) if profile.selfie else None,
        StepType.PROOF_OF_RESIDENCE: (profile.proof.kind, profile.country)
        if profile.proof
        else None,
        StepType.QUESTIONNAIRE: ("QUESTIONNAIRE", "") if profile.questionnaire else None,
    }
    found = held[kind]
    brought = applicant.origin not in (Origin.REUSED, Origin.COPIED) or kind in applicant.steps
    if found is None or not brought:
        return None
    image = 1_300_000_000 + int(applicant.id[-6:], 16) * 8 + list(StepType).index(kind)
    return {
        "reviewResult": {"reviewAnswer": "GREEN"},
        "country": found[1] or None,
        "idDocType": found[0],
        "imageIds": [image],
        "imageReviewResults": {str(image): {"reviewAnswer": "GREEN"}},
        "forbidden": False,
        "doubleSided": False,
        "stepStatuses": None,
    }


def _kind_and_country(documents: tuple[Document, ...]) -> tuple[str, str] | None:
    return (documents[0].kind, documents[0].country) if documents else None


def _info(profile: Profile, extras: bool) -> dict[str, Any]:
    born = profile.born.isoformat() if profile.born else ""
    info: dict[str, Any] = {
        "firstName": profile.first,
        "firstNameEn": profile.first_en,
        "lastName": profile.last,
        "lastNameEn": profile.last_en,
        "dob": born,
        "gender": profile.gender,
        "country": profile.country,
        "nationality": profile.country,
        "phone": profile.phone,
        "tin": profile.tin if extras else "",
        "addresses": [_address(profile.address)] if profile.address and extras else [],
        "idDocs": [_document(document, profile, born) for document in profile.documents],
    }
    return {key: value for key, value in info.items() if value}


def _document(document: Document, profile: Profile, born: str) -> dict[str, Any]:
    body = {
        "idDocType": document.kind,
        "country": document.country,
        "firstName": profile.first,
        "firstNameEn": profile.first_en,
        "lastName": profile.last,
        "lastNameEn": profile.last_en,
        "issuedDate": document.issued.isoformat(),
        "validUntil": document.valid_until.isoformat() if document.valid_until else "",
        "number": document.number,
        "dob": born,
    }
    return {key: value for key, value in body.items() if value}


def _address(address: Address) -> dict[str, Any]:
    parts = [address.street, f"{address.post_code} {address.town}", address.state, address.country]
    body = {
        "country": address.country,
        "postCode": address.post_code,
        "town": address.town,
        "state": address.state,
        "street": address.street,
        "formattedAddress": ", ".join(part for part in parts if part.strip()),
    }
    return {key: value for key, value in body.items() if value}


def _questionnaires(profile: Profile) -> list[dict[str, Any]]:
    if not profile.questionnaire:
        return []
    item = {"q1": {"value": profile.questionnaire}}
    return [{"id": "sourceOfFunds", "sections": {"main": {"items": item}}}]
