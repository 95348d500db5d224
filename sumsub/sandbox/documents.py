"""Documents uploaded for an applicant (Sumsub: add id documents).

An upload cannot show how the picture was taken, so the sandbox has a rule of its own: a file counts
as taken in the way in which the applicant's level asks for it at the time. At a level with
``docapture`` or ``passiveLiveness`` it counts as live, at one that says ``disabled`` as uploaded,
which is what 10517 and 10511 are about on a reuse at a stricter level. A ``VIDEO_SELFIE`` is always
live. The key ``capture`` in the metadata, ``live`` or ``upload``, overrules all that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sumsub.sandbox.audit_trail import Activity, note
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.file_kinds import checked_media
from sumsub.sandbox.given import day, text
from sumsub.sandbox.holdings import holdings, owned
from sumsub.sandbox.levels import Level, Step
from sumsub.sandbox.multipart import Part, read_form
from sumsub.sandbox.problems import Code, Problem
from sumsub.sandbox.reading import one_of
from sumsub.sandbox.records import (
    AddressProof,
    Applicant,
    Capture,
    Document,
    Picture,
    Profile,
    ReviewStatus,
    Selfie,
    StepType,
)
from sumsub.sandbox.wire import Answer, json_answer, read_json

MAX_PICTURES = 30
SIDES = ("FRONT_SIDE", "BACK_SIDE")
VIDEO_SELFIE = "VIDEO_SELFIE"
_FILLED = (StepType.IDENTITY, StepType.SELFIE, StepType.PROOF_OF_RESIDENCE)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file with what the caller says about it, checked."""

    step: Step
    kind: str
    metadata: dict[str, Any]
    picture: Picture
    live: bool
    today: date


def upload(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/applicants/{id}/info/idDoc``: answers the metadata, and ``X-Image-Id``.

    Raises Problem 400 with 1000 to 1011.
    """
    before = one_of(engine, incoming, incoming.args[0])
    _open_for_uploads(before)
    given = _read(engine, incoming, before)
    mine = owned(before)
    profile = _named(_with(mine.profile, given), given)
    engine.world.rewrite(before, replace(mine, profile=profile))
    note(engine, incoming, Activity.DOCUMENT_ADDED, before)
    answer = json_answer(200, given.metadata, pretty=engine.switches.pretty_json)
    return replace(answer, headers=(("X-Image-Id", str(given.picture.id)),))


def _open_for_uploads(applicant: Applicant) -> None:
    review = applicant.review
    if not applicant.active:
        raise Problem(400, "Applicant is deactivated", Code.DELETED)
    if review.status is ReviewStatus.COMPLETED and review.reject_type == "FINAL":
        raise Problem(400, "Applicant is rejected with the FINAL type", Code.FINAL_REJECT)
    if review.status in (ReviewStatus.PENDING, ReviewStatus.QUEUED):
        raise Problem(400, "Applicant is being checked", Code.BEING_CHECKED)


def _read(engine: Engine, incoming: Incoming, applicant: Applicant) -> Upload:
    request = incoming.request
    form = read_form(request.headers.get("content-type", ""), request.body)
    metadata = _metadata(form.get("metadata"))
    kind = text(metadata, "idDocType")
    if not kind:
        raise Problem(400, "idDocType is required and must be a string")
    step = _step(incoming.workspace.level(applicant.level), kind)
    _check_words(metadata, step)
    if "content" not in form:
        raise Problem(400, "The part content with the file is required")
    picture = _picture(form["content"], metadata, applicant)
    return Upload(
        step=step,
        kind=kind,
        metadata=metadata,
        picture=replace(picture, id=engine.world.new_image_id(), added_ms=engine.clock.now_ms()),
        live=_is_live(step, kind, metadata),
        today=engine.clock.today(),
    )


def _metadata(part: Part | None) -> dict[str, Any]:
    if part is None:
        raise Problem(400, "The part metadata is required")
    metadata = read_json(part.data)
    if not isinstance(metadata, dict):
        raise Problem(400, "metadata must be a JSON object")
    return metadata


def _step(level: Level | None, kind: str) -> Step:
    wanted = "SELFIE" if kind == VIDEO_SELFIE else kind
    step = level.step_for(wanted) if level is not None else None
    if step is None or step.kind not in _FILLED:
        raise Problem(400, f"The level does not ask for {kind}", Code.NOT_REQUIRED)
    return step


def _check_words(metadata: dict[str, Any], step: Step) -> None:
    side = text(metadata, "idDocSubType")
    if side and side not in SIDES:
        raise Problem(400, f"{side} is not valid, must be one of: [{', '.join(SIDES)}]")
    capture = text(metadata, "capture")
    if capture and capture not in tuple(Capture):
        raise Problem(400, f"{capture} is not valid, must be one of: [{', '.join(Capture)}]")
    country = text(metadata, "country")
    if not country and step.kind is StepType.SELFIE:
        return
    if not (len(country) == 3 and country.isascii() and country.isupper()):
        raise Problem(400, "country is required and must be three capitals (ISO 3166-1 alpha-3)")


def _picture(part: Part, metadata: dict[str, Any], applicant: Applicant) -> Picture:
    media = checked_media(part)
    sha256 = hashlib.sha256(part.data).hexdigest()
    there = [
        picture
        for found in holdings(applicant).values()
        for holding in found
        for picture in holding.pictures
    ]
    if any(picture.sha256 == sha256 for picture in there):
        raise Problem(400, "The same file was uploaded before", Code.DUPLICATE)
    if len(there) >= MAX_PICTURES:
        raise Problem(400, f"An applicant has at most {MAX_PICTURES} images", Code.TOO_MANY)
    return Picture(
        id=0,
        side=text(metadata, "idDocSubType"),
        name=part.file_name,
        media=media,
        size=len(part.data),
        sha256=sha256,
    )


def _is_live(step: Step, kind: str, metadata: dict[str, Any]) -> bool:
    capture = text(metadata, "capture")
    if capture:
        return capture == Capture.LIVE
    return kind == VIDEO_SELFIE or step.live_capture or step.liveness


def _with(profile: Profile, given: Upload) -> Profile:
    """The profile with the new picture in the place of its step."""
    if given.step.kind is StepType.IDENTITY:
        return replace(profile, documents=_documents(profile, given))
    if given.step.kind is StepType.SELFIE:
        older = profile.selfie.pictures if profile.selfie else ()
        selfie = Selfie(given.live, given.today, given.kind, (*older, given.picture))
        return replace(profile, selfie=selfie)
    older = profile.proof.pictures if profile.proof and profile.proof.kind == given.kind else ()
    proof = AddressProof(
        given.kind,
        day(given.metadata, "issuedDate"),
        text(given.metadata, "country"),
        (*older, given.picture),
    )
    return replace(profile, proof=proof)


def _documents(profile: Profile, given: Upload) -> tuple[Document, ...]:
    """A further side of a document that is there, or one more document."""
    country = text(given.metadata, "country")
    for place, document in enumerate(profile.documents):
        if (document.kind, document.country) == (given.kind, country):
            fuller = _described(document, given, profile)
            return (*profile.documents[:place], fuller, *profile.documents[place + 1 :])
    blank = Document(given.kind, country, "", None, None)
    return (*profile.documents, _described(blank, given, profile))


def _described(document: Document, given: Upload, profile: Profile) -> Document:
    said = given.metadata
    first, last = text(said, "firstName"), text(said, "lastName")
    return replace(
        document,
        number=text(said, "number") or document.number,
        issued=day(said, "issuedDate") or document.issued,
        valid_until=day(said, "validUntil") or document.valid_until,
        capture=Capture.LIVE if given.live else Capture.UPLOAD,
        pictures=(*document.pictures, given.picture),
        first=first if profile.first and first != profile.first else document.first,
        last=last if profile.last and last != profile.last else document.last,
    )


def _named(profile: Profile, given: Upload) -> Profile:
    """What the document says of the person fills what was not known, as an extraction would."""
    said = given.metadata
    if given.step.kind is not StepType.IDENTITY:
        return profile
    first, last = text(said, "firstName"), text(said, "lastName")
    return replace(
        profile,
        first=profile.first or first,
        last=profile.last or last,
        first_en=profile.first_en or first,
        last_en=profile.last_en or last,
        gender=profile.gender or text(said, "gender"),
        country=profile.country or text(said, "country"),
        born=profile.born or day(said, "dob"),
    )
