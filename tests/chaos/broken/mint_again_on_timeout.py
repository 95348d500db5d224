"""Mint again on timeout: a call without an answer is made again at once, and nobody notes it."""

from sharing.minting_many import lanes
from sharing.minting_many.work import Mint, Minted
from sumsub.client import Lane
from sumsub.errors import Unclear

_mint = lanes._mint


async def _until_it_answers(lane: Lane, work: Mint) -> Minted:
    minted = await _mint(lane, work)
    while isinstance(minted.result, Unclear):
        minted = await _mint(lane, work)
    return minted


lanes._mint = _until_it_answers
