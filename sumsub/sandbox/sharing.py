"""Share tokens out, reuse and its preview in (Sumsub: generate share token, reuse applicant)."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, replace

from sumsub.sandbox.answers import applicant_body
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.holdings import owned, renumbered, settled
from sumsub.sandbox.ledger import Entry, Event
from sumsub.sandbox.levels import Level
from sumsub.sandbox.problems import Code, Problem, bad_token, not_found, not_reusable
from sumsub.sandbox.records import Applicant, Origin, Review, ReviewStatus, StepType
from sumsub.sandbox.rules import Verdict, fitting, judge
from sumsub.sandbox.scenario import ExistingUser
from sumsub.sandbox.share_tokens import ShareToken, fingerprint, read_ttl
from sumsub.sandbox.wire import Answer, json_answer
from sumsub.sandbox.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Plan:
    """A reuse that may go ahead."""

    token: ShareToken
    donor: Applicant
    level: Level
    verdict: Verdict
    user_id: str


# minting


def mint_from_body(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/accessTokens/shareToken`` with a JSON body."""
    return _mint(engine, incoming, incoming.request.json_object())


def mint_from_query(engine: Engine, incoming: Incoming) -> Answer:
    """The legacy form with everything in the query."""
    return _mint(engine, incoming, dict(incoming.request.params))


def _mint(engine: Engine, incoming: Incoming, wanted: dict[str, object]) -> Answer:
    applicant_id = _required(wanted, "applicantId")
    for_client_id = _required(wanted, "forClientId")
    ttl = read_ttl(wanted.get("ttlInSecs"))
    applicant = engine.world.find(applicant_id)
    if applicant is None or applicant.client_id != incoming.workspace.client_id:
        raise not_found()
    text, kept = engine.tokens.mint(
        donor_client_id=incoming.workspace.client_id,
        applicant_id=applicant_id,
        for_client_id=for_client_id,
        ttl_seconds=ttl,
        sandbox=incoming.workspace.sandbox,
    )
    engine.record(incoming, minted(applicant, kept))
    return json_answer(200, {"token": text, "forClientId": for_client_id})


def minted(applicant: Applicant, kept: ShareToken) -> Entry:
    """The ledger's entry for a new share token."""
    return Entry(
        Event.MINTED,
        kept.donor_client_id,
        applicant_id=applicant.id,
        external_user_id=applicant.external_user_id,
        token_sha256=kept.sha256,
        status=200,
    )


def _required(wanted: dict[str, object], name: str) -> str:
    value = wanted.get(name)
    if not isinstance(value, str) or not value:
        raise Problem(400, f"{name} is required and must be a string")
    return value


# reusing


def reuse(engine: Engine, incoming: Incoming) -> Answer:
    """``POST /resources/api/reusableIdentity/reuse``: create the recipient's applicant."""
    try:
        plan = _plan(engine, incoming)
        applicant = _reused(engine, incoming.workspace, plan)
    except Problem as problem:
        note_refusal(engine, incoming, Event.REFUSED, problem)
        raise
    engine.tokens.spend(plan.token)
    engine.record(incoming, success(Event.REDEEMED, applicant, plan.token))
    engine.outbox.announce(applicant, "applicantCreated", status=ReviewStatus.INIT)
    if applicant.review.status is ReviewStatus.PENDING:
        engine.outbox.announce(applicant, "applicantPending")
    return _shown(engine, applicant, plan.level)


def preview(engine: Engine, incoming: Incoming) -> Answer:
    """``GET`` or ``POST …/reuse/preview``: the applicant that would be; nothing is kept."""
    try:
        plan = _plan(engine, incoming)
    except Problem as problem:
        note_refusal(engine, incoming, Event.PREVIEWED, problem)
        raise
    if engine.switches.preview_spends:
        engine.tokens.spend(plan.token)
    entry = success(Event.PREVIEWED, plan.donor, plan.token)
    engine.record(
        incoming,
        replace(
            entry, client_id=incoming.workspace.client_id, external_user_id=plan.user_id or None
        ),
    )
    external_id = plan.user_id or preview_id()
    return _shown(engine, _transferred(engine, incoming.workspace, plan, external_id), plan.level)


def forecast(engine: Engine, donor: Applicant, recipient: Workspace, level: Level) -> Verdict:
    """What a reuse with a good token does: relations first, then the donor's data."""
    owner = engine.directory.by_client_id[donor.client_id]
    refusal = relation_refusal(engine, owner, recipient)
    if refusal is None and not (owner.settings.reuse_enabled and recipient.settings.reuse_enabled):
        refusal = Code.REUSE_DISABLED
    if refusal is not None:
        return Verdict(refusal=refusal)
    verdict = judge(donor, level, _donor_kinds(owner, donor), engine.clock.today())
    if verdict.refusal is None:
        clash = engine.world.contact_clash(recipient.client_id, donor.profile)
        if clash is not None:
            return Verdict(refusal=Code.EMAIL_MISMATCH if clash == "email" else Code.PHONE_MISMATCH)
    return verdict


def relation_refusal(engine: Engine, donor: Workspace, recipient: Workspace) -> Code | None:
    """What stands between the two workspaces, whatever the applicant."""
    if not donor.settings.partner_id_known:
        return Code.PARTNER_ID
    if not engine.directory.partners(donor, recipient):
        return Code.NOT_PARTNERS
    return None


def checked_token(engine: Engine, incoming: Incoming) -> tuple[ShareToken, Applicant]:
    """The live token and its applicant; raises Problem 401, or 400 with 10502 or 10503."""
    token = engine.tokens.usable(_share_token(incoming))
    if engine.directory.by_client_id[token.donor_client_id].sandbox != incoming.workspace.sandbox:
        # Our guess: to an environment, a token of the other one is a token it never minted.
        raise bad_token("Token is malformed or unknown")
    if token.for_client_id != incoming.workspace.client_id:
        raise Problem(400, "Share token is not eligible for you", Code.PARTNER_ID, bare=True)
    donor = engine.world.find(token.applicant_id)
    if donor is None:
        raise Problem(400, "Share token is not valid", Code.SHARE_TOKEN, bare=True)
    return token, donor


def note_refusal(engine: Engine, incoming: Incoming, event: Event, problem: Problem) -> None:
    """Write a refusal into the ledger, and spend the token if the scenario says so."""
    text = incoming.request.params.get("shareToken", "")
    sha256 = fingerprint(text) if text else None
    token = engine.tokens.find(sha256) if sha256 else None
    if token is not None and problem.status == 400 and engine.switches.spend_on_refusal:
        engine.tokens.spend(token)
    engine.record(
        incoming,
        Entry(
            event,
            incoming.workspace.client_id,
            applicant_id=token.applicant_id if token else None,
            external_user_id=incoming.request.params.get("userId") or None,
            token_sha256=sha256,
            status=problem.status,
            error_code=problem.code.number if problem.code else None,
        ),
    )


def success(event: Event, applicant: Applicant, token: ShareToken) -> Entry:
    """The ledger's entry for a reuse, copy or preview that went through."""
    return Entry(
        event,
        applicant.client_id,
        applicant_id=applicant.id,
        external_user_id=applicant.external_user_id,
        token_sha256=token.sha256,
        status=200,
    )


def wanted_level(incoming: Incoming) -> Level:
    """The caller's level of the query; raises Problem 400."""
    name = incoming.request.params.get("levelName", "")
    if not name:
        raise Problem(400, "levelName is required")
    level = incoming.workspace.level(name)
    if level is None:
        raise Problem(400, f"Level '{name}' is not found")
    return level


def taken(existing: Applicant) -> Problem:
    """The external id is in use (Sumsub: create applicant, 409)."""
    external_id = existing.external_user_id
    return Problem(
        409, f"Applicant with external user id '{external_id}' already exists: {existing.id}"
    )


def preview_id() -> str:
    """``preview-random-<10 digits>``."""
    return f"preview-random-{int.from_bytes(os.urandom(6), 'big') % 10**10:010}"


def _share_token(incoming: Incoming) -> str:
    text = incoming.request.params.get("shareToken", "")
    if not text:
        raise Problem(400, "shareToken is required")
    return text


def _plan(engine: Engine, incoming: Incoming) -> Plan:
    """Every check of a reuse in order; raises Problem."""
    _share_token(incoming)
    level = wanted_level(incoming)
    token, donor = checked_token(engine, incoming)
    verdict = forecast(engine, donor, incoming.workspace, level)
    if verdict.refusal is not None:
        raise not_reusable(verdict.refusal, level.name)
    return Plan(token, donor, level, verdict, incoming.request.params.get("userId", ""))


def _donor_kinds(owner: Workspace, donor: Applicant) -> tuple[StepType, ...]:
    level = owner.level(donor.level)
    return level.kinds if level is not None else ()


def _reused(engine: Engine, recipient: Workspace, plan: Plan) -> Applicant:
    """Keep the new applicant, or meet the one that already has the id as the scenario says."""
    external_id = plan.user_id or f"copy-{uuid.uuid4()}"
    applicant = _transferred(engine, recipient, plan, external_id)
    existing = engine.world.find_external(recipient.client_id, external_id)
    if existing is None:
        engine.world.add(applicant)
        return applicant
    if engine.switches.existing_user_id is ExistingUser.CONFLICT:
        raise taken(existing)
    attached = replace(
        applicant, id=existing.id, created_ms=existing.created_ms, labels=existing.labels
    )
    return engine.world.rewrite(existing, attached)


def _transferred(engine: Engine, recipient: Workspace, plan: Plan, external_id: str) -> Applicant:
    now_ms = engine.clock.now_ms()
    review = Review(ReviewStatus.INIT)
    if not plan.verdict.missing:
        review = engine.reviews.begun(now_ms)
    donor, new_id = plan.donor, engine.world.new_id()
    applicant = Applicant(
        id=new_id,
        client_id=recipient.client_id,
        external_user_id=external_id,
        level=plan.level.name,
        origin=Origin.REUSED,
        profile=renumbered(donor.shown_profile, new_id),
        review=review,
        created_ms=now_ms,
        source_id=donor.id,
        source_version=donor.version,
        steps=plan.verdict.covered,
    )
    return _only_fitting(engine, settled(applicant, donor), plan.level)


def _only_fitting(engine: Engine, applicant: Applicant, level: Level) -> Applicant:
    """Of several identity documents only those move that the level accepts."""
    documents = applicant.shown_profile.documents
    if len(documents) < 2:
        return applicant
    mine = owned(applicant)
    fits = fitting(mine.profile, level, engine.clock.today())
    if len(fits) == len(documents):
        return applicant
    return replace(mine, profile=replace(mine.profile, documents=fits))


def _shown(engine: Engine, applicant: Applicant, level: Level) -> Answer:
    switches = engine.switches
    body = applicant_body(applicant, level, extras=switches.reuse_carries_extras)
    return json_answer(200, body, pretty=switches.pretty_json)
