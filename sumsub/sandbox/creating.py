"""Applicants made and changed by callers (Sumsub: create applicant, change top level info)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from sumsub.sandbox.audit_trail import Activity, note
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.given import documents_from, merged_labels, merged_profile, text
from sumsub.sandbox.holdings import owned
from sumsub.sandbox.ledger import Entry, Event
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.reading import applicant_answer, one_of
from sumsub.sandbox.records import NO_LABELS, Applicant, Origin, Profile, Review, ReviewStatus
from sumsub.sandbox.sharing import taken, wanted_level
from sumsub.sandbox.verdicts import verdict_from
from sumsub.sandbox.wire import Answer


def create(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/applicants?levelName=…``: 201 or 200, as the scenario says."""
    body = _body(incoming)
    profile = merged_profile(Profile(), body)
    made = _made(engine, incoming, body, profile, Review(ReviewStatus.INIT))
    engine.outbox.announce(made, "applicantCreated")
    return applicant_answer(engine, incoming, made, engine.switches.create_status)


def ingest(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/-/ingestCompleted?levelName=…``: an applicant whose review happened elsewhere.

    ``review.reviewResult`` or ``reviewResult`` is the verdict, GREEN when absent. Nothing of it was
    ever checked, so it cannot be reused (10506). The shape of the body is our guess.
    """
    body = _body(incoming)
    profile = merged_profile(Profile(checked=False), body)
    profile = replace(profile, documents=documents_from(body))
    review = verdict_from(_result(body), Review(ReviewStatus.INIT), engine.clock.now_ms())
    made = _made(engine, incoming, body, profile, review)
    engine.outbox.announce(made, "applicantCreated", status=ReviewStatus.INIT)
    engine.outbox.announce(made, "applicantReviewed")
    return applicant_answer(engine, incoming, made)


def patch(engine: Engine, incoming: Incoming) -> Answer:
    """``PATCH /resources/applicants``: the applicant of the body's ``id``, merged."""
    body = incoming.request.json_object()
    applicant_id = text(body, "id")
    if not applicant_id:
        raise Problem(400, "id is required and must be a string")
    before = one_of(engine, incoming, applicant_id)
    mine = owned(before)
    after = replace(
        mine,
        profile=merged_profile(mine.profile, body),
        labels=merged_labels(mine.labels, body),
        external_user_id=_external_id(engine, incoming, before, body),
    )
    changed = engine.world.rewrite(before, after)
    note(engine, incoming, Activity.INFO_CHANGED, changed)
    engine.outbox.announce(changed, "applicantPersonalInfoChanged")
    return applicant_answer(engine, incoming, changed)


def _body(incoming: Incoming) -> dict[str, Any]:
    """The level of the query is looked at before the body."""
    wanted_level(incoming)
    return incoming.request.json_object()


def _made(
    engine: Engine, incoming: Incoming, body: dict[str, Any], profile: Profile, review: Review
) -> Applicant:
    external_id = text(body, "externalUserId") or f"random-{uuid.uuid4()}"
    labels = merged_labels(NO_LABELS, body)
    existing = engine.world.find_external(incoming.workspace.client_id, external_id)
    if existing is not None:
        raise taken(existing)
    applicant = Applicant(
        id=engine.world.new_id(),
        client_id=incoming.workspace.client_id,
        external_user_id=external_id,
        level=wanted_level(incoming).name,
        origin=Origin.CREATED,
        profile=profile,
        review=review,
        created_ms=engine.clock.now_ms(),
        own=True,
        labels=labels,
    )
    engine.world.add(applicant)
    entry = Entry(
        Event.CREATED,
        applicant.client_id,
        applicant_id=applicant.id,
        external_user_id=external_id,
        status=engine.switches.create_status,
    )
    engine.record(incoming, entry)
    note(engine, incoming, Activity.CREATED, applicant)
    return applicant


def _external_id(
    engine: Engine, incoming: Incoming, before: Applicant, body: dict[str, Any]
) -> str:
    wanted = text(body, "externalUserId") or before.external_user_id
    if wanted == before.external_user_id:
        return wanted
    existing = engine.world.find_external(incoming.workspace.client_id, wanted)
    if existing is not None:
        raise taken(existing)
    return wanted


def _result(body: dict[str, Any]) -> dict[str, Any]:
    review = body.get("review")
    given = review.get("reviewResult") if isinstance(review, dict) else body.get("reviewResult")
    if given is None:
        return {"reviewAnswer": "GREEN"}
    if not isinstance(given, dict):
        raise Problem(400, "reviewResult must be an object")
    return given
