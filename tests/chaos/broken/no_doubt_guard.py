"""No doubt guard: an unknown outcome leaves no mark, so the first absence is believed."""

from dataclasses import replace

from customers import decisions
from customers.decisions import Circumstances, Decision
from customers.models import Row
from customers.outcomes import Answer

_after_sending, _lease_ended = decisions.after_sending, decisions.lease_ended


def _unmarked(decision: Decision) -> Decision:
    return replace(decision, changes=decision.changes | {"doubt": False})


def _careless(row: Row, answer: Answer, at: Circumstances) -> Decision:
    return _unmarked(_after_sending(row, answer, at))


def _carefree(row: Row, at: Circumstances) -> Decision:
    return _unmarked(_lease_ended(row, at))


decisions.after_sending = _careless
decisions.lease_ended = _carefree
