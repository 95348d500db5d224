"""Calls that create or change applicants (Sumsub: create applicant, request check, sandbox)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from enum import StrEnum

from sumsub.sandbox import profile_json
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.ledger import Entry, Event
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.reading import applicant_answer, own_applicant
from sumsub.sandbox.records import Answer as Verdict
from sumsub.sandbox.records import Applicant, Origin, Review, ReviewStatus
from sumsub.sandbox.sharing import taken, wanted_level
from sumsub.sandbox.wire import Answer, json_answer

OK = {"ok": 1}


class RejectType(StrEnum):
    """Whether a rejected applicant may try again (Sumsub: reviewRejectType)."""

    RETRY = "RETRY"
    FINAL = "FINAL"


def create(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/applicants?levelName=…``."""
    level = wanted_level(incoming)
    body = incoming.request.json_object()
    external_id = body.get("externalUserId") or f"random-{uuid.uuid4()}"
    if not isinstance(external_id, str):
        raise Problem(400, "externalUserId must be a string")
    existing = engine.world.find_external(incoming.workspace.client_id, external_id)
    if existing is not None:
        raise taken(existing)
    applicant = Applicant(
        id=engine.world.new_id(),
        client_id=incoming.workspace.client_id,
        external_user_id=external_id,
        level=level.name,
        origin=Origin.CREATED,
        profile=profile_json.profile_from_body(body),
        review=Review(ReviewStatus.INIT),
        created_ms=engine.clock.now_ms(),
    )
    engine.world.add(applicant, body)
    engine.record(incoming, _entry(Event.CREATED, applicant, engine.switches.create_status))
    engine.outbox.announce(applicant, "applicantCreated")
    return applicant_answer(engine, incoming, applicant, engine.switches.create_status)


def make_pending(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/status/pending``: asks for a check; the local sandbox decides nothing by itself."""
    applicant = own_applicant(engine, incoming)
    review = replace(applicant.review, status=ReviewStatus.PENDING, answer=None, decided_ms=None)
    pending = replace(applicant, review=review)
    engine.world.save(pending)
    engine.outbox.announce(pending, "applicantPending")
    return json_answer(200, OK)


def complete(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/status/testCompleted``: set the verdict by hand, as Sumsub's sandbox allows."""
    applicant = own_applicant(engine, incoming)
    review = _verdict(incoming.request.json_object(), applicant.review, engine.clock.now_ms())
    completed = replace(applicant, review=review)
    engine.world.save(completed)
    engine.record(incoming, _entry(Event.REVIEWED, completed, None))
    engine.outbox.announce(completed, "applicantReviewed")
    return json_answer(200, OK)


def activate(engine: Engine, incoming: Incoming) -> Answer:
    """``PATCH …/presence/activated``."""
    return _presence(engine, incoming, active=True)


def deactivate(engine: Engine, incoming: Incoming) -> Answer:
    """``PATCH …/presence/deactivated``."""
    return _presence(engine, incoming, active=False)


def _presence(engine: Engine, incoming: Incoming, *, active: bool) -> Answer:
    applicant = replace(own_applicant(engine, incoming), active=active)
    engine.world.save(applicant)
    engine.outbox.announce(applicant, "applicantActivated" if active else "applicantDeactivated")
    return applicant_answer(engine, incoming, applicant)


def _verdict(body: dict[str, object], before: Review, now_ms: int) -> Review:
    answer = _word(body, "reviewAnswer", Verdict)
    labels = body.get("rejectLabels") or []
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise Problem(400, "rejectLabels must be a list of strings")
    red = answer == Verdict.RED
    return Review(
        status=ReviewStatus.COMPLETED,
        answer=Verdict(answer),
        reject_type=_word(body, "reviewRejectType", RejectType, "RETRY") if red else "",
        labels=tuple(labels) if red else (),
        client_comment=str(body.get("clientComment") or ""),
        moderation_comment=str(body.get("moderationComment") or ""),
        attempts=before.attempts + 1,
        decided_ms=now_ms,
    )


def _word(
    body: dict[str, object], name: str, words: type[StrEnum], otherwise: str | None = None
) -> str:
    value = body.get(name) or otherwise
    if value not in set(words):
        raise Problem(400, f"{value} is not valid, must be one of: [{', '.join(words)}]")
    return str(value)


def _entry(event: Event, applicant: Applicant, status: int | None) -> Entry:
    return Entry(
        event,
        applicant.client_id,
        applicant_id=applicant.id,
        external_user_id=applicant.external_user_id,
        status=status,
    )
