"""What people decide about a row, and what only people can settle."""

from datetime import datetime, timedelta
from typing import Any

from customers.decisions.ends import (
    Circumstances,
    Decision,
    checking,
    deadline,
    for_person,
    refused,
    settled,
)
from customers.models import Row, RowState
from customers.outcomes import OTHER_LEVEL_CODES
from customers.reasons import Reason

# An applicant is there under the id, but it is not this row's.
_NOT_THIS_ROWS = frozenset({Reason.ID_IN_USE, Reason.APPLICANT_OWNED})
# Nothing of the earlier sends counts any more.
_UNASKED: dict[str, Any] = {
    "lookups": 0,
    "absents": 0,
    "first_absent_at": None,
    "last_absent_at": None,
}


def owned_by_another(row: Row, at: Circumstances, applicant_id: str) -> Decision:
    """Another row already owns the applicant that this one came back with."""
    return for_person(row, at, Reason.APPLICANT_OWNED, applicant_id)


def unstorable(row: Row, at: Circumstances, applicant_id: str) -> Decision:
    """An answer came that we cannot store; asking again would bring the same.

    `applicant_id` is the applicant that it named, empty if none.
    """
    return for_person(row, at, Reason.UNSTORABLE, applicant_id)


def cancelled(at: Circumstances) -> Decision:
    """A person gave the row up while no send of it was open or in doubt."""
    return Decision(RowState.CANCELLED, settled(at) | {"reason": Reason.CANCELLED})


def may_try_another_level(row: Row, at: Circumstances) -> bool:
    """True for a refused row that another level may accept and whose share token is kept."""
    return (
        row.state == RowState.REFUSED
        and row.error_code in OTHER_LEVEL_CODES
        and row.token_sealed is not None
        and row.replaced_by_id is None
        and row.renewed_by_id is None
        and deadline(row, at.imported, at.timing) > at.now
    )


def at_another_level(level_name: str) -> Decision:
    """The row waits again, to be sent at another level; what Sumsub said before is over.

    The one resend is not given back by this.
    """
    waiting = _UNASKED | {
        "level_name": level_name,
        "token_until": None,
        "settled_at": None,
        "not_before": None,
        "checking_since": None,
        "wrong_requests": 0,
        "reason": "",
        "http_status": None,
        "error_code": None,
        "error_name": "",
        "detail": "",
        "correlation_id": "",
    }
    return Decision(RowState.PENDING, waiting)


def ask_again(row: Row, at: Circumstances) -> Decision:
    """Sumsub is asked about the row anew, at once; only evidence settles it then."""
    now = {"next_lookup_at": at.now, "settled_at": None, "token_until": None}
    return checking(row, at, now, doubt=True)


def quiet_from(row: Row, at: Circumstances) -> datetime:
    """From when on Sumsub cannot be working on a send of this row any more."""
    last = row.sent_at or row.checking_since
    return at.now if last is None else last + timedelta(seconds=at.timing.quiet)


def is_not_this_rows(row: Row) -> bool:
    """True when Sumsub has an applicant under the row's id that another row, or nobody, made."""
    return row.reason in _NOT_THIS_ROWS


def closed_as_absent(row: Row, at: Circumstances) -> Decision:
    """A person made sure that Sumsub has no applicant for this row."""
    if is_not_this_rows(row) or row.error_code:
        return refused(row, at, {})
    return Decision(RowState.NOT_IMPORTED, settled(at) | {"reason": Reason.NEVER_CREATED})


def restored(at: Circumstances) -> Decision:
    """The database came back from a backup: whatever it says of the row may be out of date.

    All that counts towards an absence begins anew, for the row may have been sent in the lost time.
    """
    return Decision(
        RowState.CHECKING,
        _UNASKED
        | {
            "doubt": True,
            "reason": Reason.RESTORED,
            "checking_since": at.now,
            "next_lookup_at": at.now,
            "sent_at": None,
            "lease_until": None,
            "not_before": None,
            "look_first": False,
            "resend_cleared": False,
            "settled_at": None,
            "token_until": None,
        },
    )
