"""404 taken as absent: a missing permission looks like a missing applicant."""

from dataclasses import replace

from customers.redemption.lanes import LanePool
from customers.redemption.work import Asked, Result, Work
from sumsub.errors import NotFound
from sumsub.records import Lookup

_carry = LanePool.carry


async def _trusting(self: LanePool, work: Work) -> Result:
    result = await _carry(self, work)
    if isinstance(result, Asked) and isinstance(result.result, NotFound):
        return replace(result, result=Lookup(exists=False))
    return result


LanePool.carry = _trusting  # type: ignore[method-assign]
