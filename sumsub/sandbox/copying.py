"""Copy Applicant and its preview: data as it is, no checks (Sumsub: copy applicant profile).

``trustReview=false``, of the old page, asks for a check after all; absent, it is as in the new one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from sumsub.sandbox.answers import applicant_body
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.holdings import held, renumbered, settled
from sumsub.sandbox.ledger import Event
from sumsub.sandbox.levels import Level
from sumsub.sandbox.outbox import TYPE_OF_STATUS
from sumsub.sandbox.problems import Code, Problem
from sumsub.sandbox.records import Applicant, Origin, Review, ReviewStatus, StepType
from sumsub.sandbox.share_tokens import SUMSUB_ID, ShareToken
from sumsub.sandbox.sharing import (
    checked_token,
    note_refusal,
    preview_id,
    relation_refusal,
    success,
    taken,
    wanted_level,
)
from sumsub.sandbox.wire import Answer, json_answer

REUSE_SCOPE = "importApiShareToken"
_TEXTS = {
    Code.PARTNER_ID: "The partner id of the share token is not valid",
    Code.NOT_PARTNERS: "The owner of the share token is not among your partners",
    Code.COPY_DISABLED: "Copying applicants is disabled for you",
    Code.SHARE_TOKEN: "Share token is not valid",
    Code.TOKEN_KIND: "A share token of a Sumsub ID is not suitable for copying",
}


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """A copy that may go ahead: what it brings, what is still asked, how it stands."""

    token: ShareToken
    donor: Applicant
    level: Level
    steps: tuple[StepType, ...]
    missing: bool
    inherited: Review
    review: Review


def copy(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/applicants/-/import``."""
    try:
        plan = _plan(engine, incoming)
        applicant = _copied(engine, incoming, plan)
    except Problem as problem:
        note_refusal(engine, incoming, Event.REFUSED, problem)
        raise
    engine.world.add(applicant)
    engine.tokens.spend(plan.token)
    engine.record(incoming, success(Event.COPIED, applicant, plan.token))
    _announce(engine, applicant, plan)
    return json_answer(200, applicant_body(applicant, plan.level))


def preview_copy(engine: Engine, incoming: Incoming) -> Answer:
    """``GET`` or ``POST …/-/import/preview``: the copy that would be; the token stays usable."""
    try:
        plan = _plan(engine, incoming)
    except Problem as problem:
        note_refusal(engine, incoming, Event.PREVIEWED, problem)
        raise
    applicant = _applicant(engine, incoming, plan, preview_id())
    entry = success(Event.PREVIEWED, plan.donor, plan.token)
    engine.record(
        incoming,
        replace(entry, client_id=incoming.workspace.client_id, external_user_id=None),
    )
    return json_answer(200, applicant_body(applicant, plan.level))


def _plan(engine: Engine, incoming: Incoming) -> CopyPlan:
    params = incoming.request.params
    level = wanted_level(incoming) if params.get("levelName") else None
    token, donor = checked_token(engine, incoming)
    _refuse_if_barred(engine, incoming, donor)
    asked_again = {part.strip() for part in params.get("resetIdDocSetTypes", "").split(",")}
    steps = tuple(kind for kind in held(donor.shown_profile) if kind.value not in asked_again)
    target = level or incoming.workspace.level(donor.level) or incoming.workspace.levels[0]
    open_steps = set(target.kinds) - set(steps)
    missing = bool(open_steps) and (level is not None or bool(asked_again - {""}))
    inherited = replace(donor.review, due_ms=None)
    recheck = params.get("trustReview", "").lower() == "false"
    review = engine.reviews.begun(engine.clock.now_ms()) if recheck else inherited
    return CopyPlan(token, donor, target, steps, missing, inherited, review)


def _refuse_if_barred(engine: Engine, incoming: Incoming, donor: Applicant) -> None:
    owner = engine.directory.by_client_id[donor.client_id]
    recipient = incoming.workspace
    code = relation_refusal(engine, owner, recipient)
    if code is None and donor.profile.erased:
        code = Code.SHARE_TOKEN
    if code is None and incoming.request.params["shareToken"].startswith(SUMSUB_ID):
        # Our guess: Sumsub documents the code for a copy, not which kinds of token it is about.
        code = Code.TOKEN_KIND
    if code is None and not (owner.settings.copy_enabled and recipient.settings.copy_enabled):
        code = Code.COPY_DISABLED
    if code is not None:
        raise Problem(400, _TEXTS[code], code, bare=True)


def _copied(engine: Engine, incoming: Incoming, plan: CopyPlan) -> Applicant:
    external_id = incoming.request.params.get("userId") or f"copy-{uuid.uuid4()}"
    existing = engine.world.find_external(incoming.workspace.client_id, external_id)
    if existing is not None:
        raise taken(existing)
    return _applicant(engine, incoming, plan, external_id)


def _applicant(engine: Engine, incoming: Incoming, plan: CopyPlan, external_id: str) -> Applicant:
    donor, new_id = plan.donor, engine.world.new_id()
    applicant = Applicant(
        id=new_id,
        client_id=incoming.workspace.client_id,
        external_user_id=external_id,
        level=plan.level.name,
        origin=Origin.COPIED,
        profile=renumbered(donor.shown_profile, new_id),
        review=Review(ReviewStatus.INIT) if plan.missing else plan.review,
        created_ms=engine.clock.now_ms(),
        source_id=donor.id,
        source_version=donor.version,
        steps=plan.steps,
    )
    return settled(applicant, donor)


def _announce(engine: Engine, applicant: Applicant, plan: CopyPlan) -> None:
    """First the inherited status with ``reuseScope``, then what becomes of the copy."""
    inherited = replace(applicant, review=plan.inherited)
    kind = TYPE_OF_STATUS[plan.inherited.status]
    engine.outbox.announce(inherited, kind, reuse_scope=REUSE_SCOPE)
    if plan.missing:
        engine.outbox.announce(applicant, "applicantReset")
    elif plan.review != plan.inherited:
        engine.outbox.announce(applicant, "applicantPending")
