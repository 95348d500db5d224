"""Lanes: each carries one piece of work to Sumsub and back over its own connection."""

import time

from customers.models import ImportMode
from customers.redemption.work import (
    Ask,
    Asked,
    Probe,
    Probed,
    ReadReview,
    Result,
    ReviewSeen,
    Send,
    Sent,
    Work,
)
from customers.timing import Timing
from sharing.lanes import breath_within, hold_until, lanes_within
from sharing.limits import Limit
from sumsub import calls
from sumsub.client import Lane
from sumsub.errors import SumsubError
from sumsub.records import Applicant


def lanes_for(limit: Limit, timing: Timing) -> int:
    """How many redemptions one process keeps on the wire so that the budget is the limit."""
    return timing.send_lanes or lanes_within(limit)


def breath_for(limit: Limit, timing: Timing) -> float:
    """Seconds between two ticks of a drain that waste no permit of `limit`."""
    return breath_within(limit, tick=timing.tick, breath=timing.breath)


async def carry(lane: Lane, work: Work) -> Result:
    """Do one piece of work; failures come back as results, never as exceptions of ours."""
    if isinstance(work, Send):
        return await _send(lane, work)
    if isinstance(work, Ask):
        return await _ask(lane, work)
    if isinstance(work, ReadReview):
        return await _read_review(lane, work)
    return await _probe(lane, work)


async def _send(lane: Lane, work: Send) -> Sent:
    began = time.monotonic()
    await hold_until(work.due_at)
    try:
        result: Applicant | SumsubError = await lane.send(
            _redemption(work), not_after=work.not_after
        )
    except SumsubError as error:
        result = error
    return Sent(work, result, began, lane.wrote_at or began)


def _redemption(work: Send) -> calls.Call[Applicant]:
    if work.mode == ImportMode.COPY:
        return calls.copy(
            work.share_token,
            work.level_name,
            work.external_user_id,
            work.reset_steps,
            work.trust_review,
        )
    return calls.reuse(work.share_token, work.level_name, work.external_user_id)


async def _ask(lane: Lane, work: Ask) -> Asked:
    began = time.monotonic()
    try:
        found = await lane.send(calls.lookup(work.external_user_id))
        if found.exists or not work.control_id:
            return Asked(work, found, began)
        control = await lane.send(calls.lookup(work.control_id))
    except SumsubError as error:
        return Asked(work, error, began)
    return Asked(work, found, began, controlled=control.exists)


async def _read_review(lane: Lane, work: ReadReview) -> ReviewSeen:
    began = time.monotonic()
    try:
        applicant = await lane.send(calls.applicant(work.applicant_id))
        steps = await lane.send(calls.steps(work.applicant_id))
    except SumsubError as error:
        return ReviewSeen(work, error, began)
    return ReviewSeen(work, applicant, began, steps)


async def _probe(lane: Lane, work: Probe) -> Probed:
    began = time.monotonic()
    # Levels need valid credentials and no permission; the bare status call needs neither.
    try:
        if work.gate_id is None:
            await lane.send(calls.api_status())
        else:
            await lane.send(calls.levels())
    except SumsubError as error:
        return Probed(work, error, began)
    return Probed(work, None, began)
