"""Sweeper back to pending: a row whose lease ended waits again, as if nothing had been sent."""

from customers import decisions
from customers.decisions import Circumstances, Decision
from customers.models import Row, RowState


def _again(row: Row, at: Circumstances) -> Decision:
    return Decision(RowState.PENDING, {"not_before": None, "lease_until": None})


decisions.lease_ended = _again
