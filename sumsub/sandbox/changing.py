"""Calls that change where an applicant stands (Sumsub: request check, sandbox, presence)."""

from __future__ import annotations

from dataclasses import replace

from sumsub.sandbox.audit_trail import Activity, note
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.ledger import Entry, Event
from sumsub.sandbox.problems import Code, Problem
from sumsub.sandbox.reading import applicant_answer, one_of
from sumsub.sandbox.records import Answer as Verdict
from sumsub.sandbox.records import Applicant, Review, ReviewStatus
from sumsub.sandbox.verdicts import RejectType, verdict_from
from sumsub.sandbox.wire import Answer, json_answer

OK = {"ok": 1}
EXTERNAL_DECISION = "EXTERNAL_DECISION_REJECTION"


def make_pending(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/status/pending?reason=``: asks for a check, whatever is there to be checked.

    The local sandbox decides nothing by itself then, like Sumsub's.
    """
    applicant = _applicant(engine, incoming)
    review = Review(ReviewStatus.PENDING, attempts=applicant.review.attempts)
    pending = replace(applicant, review=review)
    engine.world.save(pending)
    note(engine, incoming, Activity.CHECK_REQUESTED, pending)
    engine.outbox.announce(pending, "applicantPending")
    return json_answer(200, OK)


def complete(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/status/testCompleted``: set the verdict by hand, as Sumsub's sandbox allows.

    Also GREEN after a FINAL rejection, and without the documents that the level asks for (our
    guess): whether anything can be reused then is decided by what the applicant holds.
    """
    if not incoming.workspace.sandbox:
        raise Problem(400, "This method is only supported on sandbox env")
    applicant = _applicant(engine, incoming)
    body = incoming.request.json_object()
    review = verdict_from(body, applicant.review, engine.clock.now_ms())
    return _decided(engine, incoming, applicant, review)


def reject(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/{id}/-/reject``: RED, FINAL, by a decision from outside."""
    applicant = _applicant(engine, incoming)
    review = Review(
        ReviewStatus.COMPLETED,
        Verdict.RED,
        reject_type=RejectType.FINAL,
        labels=(EXTERNAL_DECISION,),
        attempts=applicant.review.attempts + 1,
        decided_ms=engine.clock.now_ms(),
    )
    return _decided(engine, incoming, applicant, review)


def move_to_level(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/moveToLevel?name=``: documents stay, the review begins anew (our guess)."""
    applicant = _applicant(engine, incoming)
    name = incoming.request.params.get("name", "")
    if not name:
        raise Problem(400, "name is required")
    if incoming.workspace.level(name) is None:
        raise Problem(400, f"Level '{name}' is not found")
    review = Review(ReviewStatus.INIT, attempts=applicant.review.attempts)
    moved = replace(applicant, level=name, review=review)
    engine.world.save(moved)
    note(engine, incoming, Activity.APPLICANT_LEVEL_CHANGED, moved)
    engine.outbox.announce(moved, "applicantLevelChanged", previous_level=applicant.level)
    return applicant_answer(engine, incoming, moved)


def activate(engine: Engine, incoming: Incoming) -> Answer:
    """``PATCH …/presence/activated``; raises Problem 400 with 3000 when it is."""
    return _presence(engine, incoming, active=True)


def deactivate(engine: Engine, incoming: Incoming) -> Answer:
    """``PATCH …/presence/deactivated``; raises Problem 400 with 3000 when it is."""
    return _presence(engine, incoming, active=False)


def _applicant(engine: Engine, incoming: Incoming) -> Applicant:
    return one_of(engine, incoming, incoming.args[0])


def _presence(engine: Engine, incoming: Incoming, *, active: bool) -> Answer:
    before = _applicant(engine, incoming)
    if before.active == active:
        state = "active" if active else "inactive"
        raise Problem(400, f"Applicant is already {state}", Code.ALREADY)
    applicant = replace(before, active=active)
    engine.world.save(applicant)
    note(engine, incoming, Activity.ACTIVATED if active else Activity.DEACTIVATED, applicant)
    engine.outbox.announce(applicant, "applicantActivated" if active else "applicantDeactivated")
    return applicant_answer(engine, incoming, applicant)


def _decided(engine: Engine, incoming: Incoming, before: Applicant, review: Review) -> Answer:
    completed = replace(before, review=review)
    engine.world.save(completed)
    entry = Entry(
        Event.REVIEWED,
        completed.client_id,
        applicant_id=completed.id,
        external_user_id=completed.external_user_id,
    )
    engine.record(incoming, entry)
    note(engine, incoming, Activity.REVIEWED, completed)
    engine.outbox.announce(completed, "applicantReviewed")
    return json_answer(200, OK)
