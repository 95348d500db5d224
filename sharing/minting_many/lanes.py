"""Lanes: each carries one call to Sumsub and back over its own connection."""

import time

from sharing.applicant_lookup import Found, with_presence
from sharing.lanes import hold_until
from sharing.minting_many.work import Find, Looked, Mint, Minted, Result, Work
from sumsub import calls
from sumsub.client import Lane
from sumsub.errors import SumsubError
from sumsub.records import ShareToken


async def carry(lane: Lane, work: Work) -> Result:
    """Do one piece of work; failures come back as results, never as exceptions of ours."""
    return await (_mint(lane, work) if isinstance(work, Mint) else _find(lane, work))


async def _mint(lane: Lane, work: Mint) -> Minted:
    began = time.monotonic()
    call = calls.share_token(work.applicant_id, work.client_id, work.ttl_seconds)
    await hold_until(work.due_at)
    try:
        result: ShareToken | SumsubError = await lane.send(call, not_after=work.not_after)
    except SumsubError as error:
        result = error
    return Minted(work, result, began, lane.wrote_at or began)


async def _find(lane: Lane, work: Find) -> Looked:
    began = time.monotonic()
    if work.applicant_id:
        call = with_presence(calls.applicant, work.applicant_id)
    else:
        call = with_presence(calls.applicant_by_external_id, work.external_id)
    try:
        found = await lane.send(call, not_after=work.not_after)
        steps = await lane.send(calls.steps(found.record.id))
    except SumsubError as error:
        return Looked(work, error, began)
    return Looked(work, Found(found.record, found.deactivated, steps), began)
