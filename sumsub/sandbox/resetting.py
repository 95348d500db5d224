"""Calls that put an applicant back to documents requested (Sumsub: reset applicant)."""

from __future__ import annotations

from dataclasses import replace

from sumsub.sandbox.audit_trail import Activity, note
from sumsub.sandbox.engine import Engine, Incoming
from sumsub.sandbox.holdings import held, owned, without_steps
from sumsub.sandbox.problems import Problem
from sumsub.sandbox.reading import one_of
from sumsub.sandbox.records import Applicant, Review, ReviewStatus, StepType
from sumsub.sandbox.wire import Answer, json_answer

OK = {"ok": 1}


def reset(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/{id}/reset``: every document, selfie and answer is gone; the person's data stays."""
    applicant = one_of(engine, incoming, incoming.args[0])
    emptied = _without(engine, applicant, held(applicant.shown_profile))
    note(engine, incoming, Activity.RESET, emptied)
    engine.outbox.announce(emptied, "applicantReset")
    return json_answer(200, OK)


def reset_step(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/{id}/resetStep/{idDocSetType}``: one step is asked again."""
    applicant = one_of(engine, incoming, incoming.args[0])
    word = incoming.args[1]
    if word not in tuple(StepType):
        raise Problem(400, f"{word} is not valid, must be one of: [{', '.join(StepType)}]")
    emptied = _without(engine, applicant, (StepType(word),))
    note(engine, incoming, Activity.STEPS_RESET, emptied)
    engine.outbox.announce(emptied, "applicantStepsReset")
    return json_answer(200, OK)


def back_to_init(engine: Engine, incoming: Incoming) -> Answer:
    """``POST …/{id}/-/init``: the verdict is gone, the documents stay."""
    applicant = one_of(engine, incoming, incoming.args[0])
    back = replace(applicant, review=_anew(applicant))
    engine.world.save(back)
    note(engine, incoming, Activity.RESET, back)
    engine.outbox.announce(back, "applicantReset")
    return json_answer(200, OK)


def _without(engine: Engine, before: Applicant, steps: tuple[StepType, ...]) -> Applicant:
    mine = owned(before)
    after = replace(
        mine,
        profile=without_steps(mine.profile, steps),
        steps=tuple(kind for kind in mine.steps if kind not in steps),
        review=_anew(before),
    )
    return engine.world.rewrite(before, after)


def _anew(applicant: Applicant) -> Review:
    return Review(ReviewStatus.INIT, attempts=applicant.review.attempts)
