"""Reads: applicants, their review, steps and images, count (Sumsub: get applicant data)."""

from __future__ import annotations

from dataclasses import replace

from sumsub.sandbox.answers import (
    applicant_body,
    images_body,
    moderation_body,
    review_body,
    steps_body,
)
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.problems import not_found
from sumsub.sandbox.records import Applicant, Origin, Review, ReviewStatus
from sumsub.sandbox.wire import Answer, json_answer


def one(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/{id}/one``."""
    return applicant_answer(engine, incoming, own_applicant(engine, incoming))


def one_by_external_id(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/-;externalUserId={id}/one``."""
    applicant = _by_external_id(engine, incoming)
    if applicant is None:
        raise not_found()
    return applicant_answer(engine, incoming, applicant)


def lookup(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/-/byExternalUserId/{id}``: says so when there is none."""
    applicant = _by_external_id(engine, incoming)
    if applicant is None:
        return json_answer(200, {"exists": False})
    body = _body(engine, incoming, applicant)
    return _json(engine, {"exists": True, "applicant": body})


def status(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/{id}/status``: the review object."""
    return _json(engine, review_body(own_applicant(engine, incoming)))


def steps(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/{id}/requiredIdDocsStatus``."""
    applicant = own_applicant(engine, incoming)
    return _json(engine, steps_body(applicant, incoming.workspace.level(applicant.level)))


def images(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/{id}/metadata/resources``: the images of the documents."""
    return _json(engine, images_body(own_applicant(engine, incoming)))


def moderation_states(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/moderationStates/-;applicantId={id}``: why a review ended as it did."""
    return _json(engine, moderation_body(own_applicant(engine, incoming)))


def count(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/applicants/-/count``; the body's shape is our guess."""
    return json_answer(200, {"count": engine.world.count(incoming.workspace.client_id)})


def api_status(engine: Engine, incoming: Incoming) -> Answer:
    """``GET /resources/status/api``: 200 while the API is up (Sumsub: review API health)."""
    return json_answer(200, {"ok": 1})


def own_applicant(engine: Engine, incoming: Incoming) -> Applicant:
    """The applicant of the path as a read sees it; raises Problem 404."""
    applicant = one_of(engine, incoming, incoming.args[0])
    return _as_of(applicant, incoming.stale_since)


def one_of(engine: Engine, incoming: Incoming, applicant_id: str) -> Applicant:
    """The applicant as it is, if it is the caller's; raises Problem 404."""
    applicant = engine.world.find(applicant_id)
    if applicant is None or applicant.client_id != incoming.workspace.client_id:
        raise not_found()
    return applicant


def applicant_answer(
    engine: Engine, incoming: Incoming, applicant: Applicant, code: int = 200
) -> Answer:
    """The applicant object as the answer."""
    return _json(engine, _body(engine, incoming, applicant), code)


def _by_external_id(engine: Engine, incoming: Incoming) -> Applicant | None:
    """A stale read does not know yet what was made of late; who was there at the start is known."""
    found = engine.world.find_external(incoming.workspace.client_id, incoming.args[0])
    if found is None or found.origin is Origin.GENERATED or incoming.stale_since is None:
        return found
    return found if found.created_ms <= incoming.stale_since else None


def _as_of(applicant: Applicant, stale_since: float | None) -> Applicant:
    """The applicant before a verdict that a stale read does not know yet."""
    review = applicant.review
    if applicant.origin is Origin.GENERATED or review.answer is None or stale_since is None:
        return applicant
    if review.decided_ms is not None and review.decided_ms <= stale_since:
        return applicant
    return replace(applicant, review=Review(ReviewStatus.PENDING))


def _body(engine: Engine, incoming: Incoming, applicant: Applicant) -> dict[str, object]:
    level = incoming.workspace.level(applicant.level)
    return applicant_body(applicant, level, extras=engine.switches.reuse_carries_extras)


def _json(engine: Engine, value: object, code: int = 200) -> Answer:
    return json_answer(code, value, pretty=engine.switches.pretty_json)
