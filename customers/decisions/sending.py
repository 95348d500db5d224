"""The decision on a row whose redemption came back, or whose sender said nothing."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from customers.decisions.ends import (
    Circumstances,
    Decision,
    checking,
    expired,
    imported,
    refused,
    settled,
)
from customers.models import ImportState, Row, RowState
from customers.outcomes import Answer, Class
from customers.reasons import Reason


def after_sending(row: Row, answer: Answer, at: Circumstances) -> Decision:
    """The decision on a row whose redemption came back with `answer`.

    Also for an answer that comes late, when the row is `checking` already.
    """
    return _AFTER[answer.kind](row, answer, at)


def _imported(row: Row, answer: Answer, at: Circumstances) -> Decision:
    assert answer.applicant is not None
    return imported(row, answer.applicant, at, by_lookup=False)


def _not_delivered(row: Row, answer: Answer, at: Circumstances) -> Decision:
    wait = min(30.0, 2.0 ** min(row.attempts, 5)) * random.uniform(0.5, 1.0)
    return _back(row, at, reason=Reason.NOT_DELIVERED, wait=wait)


def _throttled(row: Row, answer: Answer, at: Circumstances) -> Decision:
    wait = answer.retry_after if answer.retry_after is not None else random.uniform(1.0, 5.0)
    return _back(row, at, reason=Reason.THROTTLED, wait=wait)


def _at_fault(row: Row, answer: Answer, at: Circumstances) -> Decision:
    back = _back(row, at, reason=Reason.GATE_CLOSED, attempts=max(0, row.attempts - 1))
    return replace(back, gate=answer.gate)


def _wrong_request(row: Row, answer: Answer, at: Circumstances) -> Decision:
    own_level = row.level_name not in ("", at.imported.level_name)
    known_good = at.imported.accepted and not own_level
    if row.wrong_requests or known_good:
        return _confirm(row, answer, at, Reason.WRONG_REQUEST)
    decision = _at_fault(row, answer, at)
    return replace(decision, changes=decision.changes | {"wrong_requests": 1})


def _token_refused(row: Row, answer: Answer, at: Circumstances) -> Decision:
    return _confirm(row, answer, at, Reason.TOKEN_DEAD)


def _unknown_refusal(row: Row, answer: Answer, at: Circumstances) -> Decision:
    reason = Reason.ID_IN_USE if answer.status == 409 else Reason.UNKNOWN_RULE
    return _confirm(row, answer, at, reason)


def _refused(row: Row, answer: Answer, at: Circumstances) -> Decision:
    reason = Reason.RULE if answer.error_code else Reason.TOO_LARGE
    if row.doubt:
        return _confirm(row, answer, at, reason)
    return refused(row, at, _said(answer) | {"reason": reason})


def _unknown(row: Row, answer: Answer, at: Circumstances) -> Decision:
    changes = {
        "reason": Reason.NO_ANSWER,
        "after_success": row.after_success or answer.after_success,
        "http_status": answer.status,
        "detail": f"applicant {answer.named_applicant_id}"
        if answer.named_applicant_id
        else answer.detail,
    }
    return checking(row, at, changes, doubt=True)


_AFTER = {
    Class.OK: _imported,
    Class.NOT_DELIVERED: _not_delivered,
    Class.THROTTLED: _throttled,
    Class.OUR_FAULT: _at_fault,
    Class.PARTNER_FAULT: _at_fault,
    Class.WRONG_REQUEST: _wrong_request,
    Class.TOKEN_REFUSED: _token_refused,
    Class.UNKNOWN_REFUSAL: _unknown_refusal,
    Class.REFUSED: _refused,
    Class.UNKNOWN: _unknown,
}


def lease_ended(row: Row, at: Circumstances) -> Decision:
    """The sender had its time and said nothing: Sumsub may have the row."""
    return checking(row, at, {"reason": Reason.LEASE_ENDED}, doubt=True)


def _said(answer: Answer) -> dict[str, Any]:
    return {
        "http_status": answer.status,
        "error_code": answer.error_code,
        "error_name": answer.error_name[:80],
        "detail": answer.detail[:500],
        "correlation_id": answer.correlation_id[:80],
    }


def _confirm(row: Row, answer: Answer, at: Circumstances, reason: Reason) -> Decision:
    """A refusal that is not believed before a lookup agrees with it."""
    return checking(row, at, _said(answer) | {"reason": reason}, doubt=row.doubt)


def _back(
    row: Row, at: Circumstances, *, reason: Reason, wait: float = 0.0, **changes: Any
) -> Decision:
    """Back to the queue, or to where a row in doubt, cancelled or past its deadline belongs."""
    if row.doubt:
        # This was a resend, and nothing of it reached Sumsub: another may come.
        again = {"resends": max(0, row.resends - 1)}
        return checking(row, at, again | changes, doubt=True)
    if at.imported.state == ImportState.CANCELLED:
        return Decision(RowState.CANCELLED, settled(at) | changes | {"reason": Reason.CANCELLED})
    if row.deadline_at is not None and row.deadline_at < at.now:
        return expired(at, changes)
    waiting = {
        "reason": reason,
        "not_before": at.now + timedelta(seconds=wait),
        "lease_until": None,
        "look_first": row.look_first,
    }
    return Decision(RowState.PENDING, waiting | changes)
