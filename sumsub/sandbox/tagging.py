"""Tags of applicants (Sumsub: applicant tags): a JSON list of texts, thirty at most."""

from __future__ import annotations

from dataclasses import replace

from sumsub.sandbox.audit_trail import Activity, note
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.given import tags_from
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.reading import one_of
from sumsub.sandbox.records import Applicant
from sumsub.sandbox.wire import Answer, json_answer, read_json

OK = {"ok": 1}


def set_tags(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/{id}/tags``: these tags in place of all."""
    applicant = _applicant(engine, incoming)
    return _keep(engine, incoming, applicant, tags_from(read_json(incoming.request.body)))


def add_tags(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/{id}/tags/add``: these tags beside those there are."""
    applicant = _applicant(engine, incoming)
    tags = tags_from(read_json(incoming.request.body), applicant.labels.tags)
    return _keep(engine, incoming, applicant, tags)


def remove_tags(engine: Engine, incoming: Incoming) -> Answer:
    """``DELETE …/{id}/tags``: without these tags; unknown ones do not matter."""
    applicant = _applicant(engine, incoming)
    given = read_json(incoming.request.body)
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        raise Problem(400, "tags must be a list of strings")
    tags = tuple(tag for tag in applicant.labels.tags if tag not in given)
    return _keep(engine, incoming, applicant, tags)


def _applicant(engine: Engine, incoming: Incoming) -> Applicant:
    applicant_id = incoming.args[0]
    try:
        return one_of(engine, incoming, applicant_id)
    except Problem:
        raise Problem(404, f"Applicant with id {applicant_id} not found (anf)") from None


def _keep(
    engine: Engine, incoming: Incoming, applicant: Applicant, tags: tuple[str, ...]
) -> Answer:
    if tags != applicant.labels.tags:
        tagged = replace(applicant, labels=replace(applicant.labels, tags=tags))
        engine.world.save(tagged)
        note(engine, incoming, Activity.TAGS_CHANGED, tagged)
        engine.outbox.announce(tagged, "applicantTagsChanged")
    return json_answer(200, OK)
