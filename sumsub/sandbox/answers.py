"""The JSON bodies of Sumsub's answers about applicants (Sumsub: get applicant data)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sumsub.sandbox.clock import plain, with_offset
from sumsub.sandbox.holdings import TWO_SIDED, Holding, holdings
from sumsub.sandbox.levels import Level, letters, required_documents
from sumsub.sandbox.records import (
    NO_LABELS,
    Address,
    Answer,
    Applicant,
    Document,
    Labels,
    Origin,
    Picture,
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
        "sourceKey": applicant.labels.source_key,
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
        **_labels(applicant.labels),
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
    found = holdings(applicant)
    return {kind.value: _step_body(applicant, found.get(kind, ())) for kind in kinds}


def images_body(applicant: Applicant) -> dict[str, Any]:
    """``metadata/resources``: every image with its document (Sumsub: document images)."""
    items = [
        _image(applicant, holding, picture)
        for found in holdings(applicant).values()
        for holding in found
        for picture in holding.pictures
    ]
    return {"items": items, "totalItems": len(items)}


def moderation_body(applicant: Applicant) -> dict[str, Any]:
    """``moderationStates``: the verdict and what it says of each image; the shape is our guess."""
    states = {
        str(picture.id): _step_result(applicant, step)
        for step, found in holdings(applicant).items()
        for holding in found
        for picture in holding.pictures
    }
    return {
        "applicantId": applicant.id,
        "inspectionId": inspection_id(applicant),
        "clientId": applicant.client_id,
        "externalUserId": applicant.external_user_id,
        "levelName": applicant.level,
        "reviewStatus": applicant.review.status.value,
        "applicantState": review_result(applicant.review),
        "imagesStates": states,
    }


def _step_body(applicant: Applicant, found: tuple[Holding, ...]) -> dict[str, Any] | None:
    if not found:
        return None
    first = found[0]
    result = _step_result(applicant, first.step)
    images = [picture.id for holding in found for picture in holding.pictures]
    return {
        "reviewResult": result,
        "country": first.country or None,
        "idDocType": first.kind or None,
        "imageIds": images,
        "imageReviewResults": {str(image): result for image in images},
        "forbidden": False,
        "doubleSided": first.kind in TWO_SIDED,
        "stepStatuses": None,
    }


def _step_result(applicant: Applicant, step: StepType) -> dict[str, Any]:
    """The verdict on a step: the review's, or that of the source for what was brought along."""
    result = review_result(applicant.review)
    if result is not None:
        return result
    return {"reviewAnswer": "GREEN"} if step in applicant.steps else {}


def _image(applicant: Applicant, holding: Holding, picture: Picture) -> dict[str, Any]:
    definition = {
        "country": holding.country,
        "idDocType": holding.kind,
        "idDocSubType": picture.side,
    }
    return {
        "id": str(picture.id),
        "addedDate": plain(picture.added_ms or applicant.created_ms),
        "fileMetadata": {
            "fileName": picture.name,
            "fileType": picture.media.partition("/")[2],
            "fileSize": picture.size,
        },
        "idDocDef": {key: value for key, value in definition.items() if value},
        "reviewResult": _step_result(applicant, holding.step),
        "source": "fileupload",
        "deactivated": False,
    }


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
        "firstName": document.first or profile.first,
        "firstNameEn": document.first or profile.first_en,
        "lastName": document.last or profile.last,
        "lastNameEn": document.last or profile.last_en,
        "issuedDate": document.issued.isoformat() if document.issued else "",
        "validUntil": document.valid_until.isoformat() if document.valid_until else "",
        "number": document.number,
        "dob": born,
    }
    return {key: value for key, value in body.items() if value}


def _labels(labels: Labels) -> dict[str, Any]:
    if labels == NO_LABELS:
        return {}
    return {
        "metadata": [{"key": key, "value": value} for key, value in labels.metadata],
        "notes": [{"note": note} for note in labels.notes],
        "tags": list(labels.tags),
    }


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
    if profile.questionnaire.startswith("["):
        given: list[dict[str, Any]] = json.loads(profile.questionnaire)
        return given
    item = {"q1": {"value": profile.questionnaire}}
    return [{"id": "sourceOfFunds", "sections": {"main": {"items": item}}}]
