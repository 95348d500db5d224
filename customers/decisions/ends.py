"""Where a row can go from anywhere: its ends, and into `checking`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from customers.models import GateReason, Import, Row, RowState
from customers.outcomes import OTHER_LEVEL_CODES
from customers.reasons import Reason
from customers.timing import Timing
from sumsub.records import Applicant


@dataclass(frozen=True)
class Circumstances:
    """What a decision depends on besides the row: the moment, the import and the waits."""

    now: datetime
    imported: Import
    timing: Timing


@dataclass(frozen=True)
class Decision:
    """The next state, the columns that change with it, and what else follows from it."""

    state: RowState
    changes: dict[str, Any] = field(default_factory=dict)
    applicant: Applicant | None = None
    gate: GateReason | None = None


def deadline(row: Row, imported: Import, timing: Timing) -> datetime:
    """When the share token dies: as declared, else assumed from the upload on."""
    return row.deadline_at or imported.created_at + timedelta(seconds=timing.assumed_ttl)


def imported(row: Row, applicant: Applicant, at: Circumstances, *, by_lookup: bool) -> Decision:
    """The applicant exists under our id: the row has reached its good end."""
    changes = settled(at) | {
        "doubt": False,
        "applicant_id": applicant.id,
        "name": applicant.display_name[:256],
        "reason": "",
        "error_code": None,
        "error_name": "",
        "detail": "",
        "confirmed_by_lookup": by_lookup,
    }
    return Decision(RowState.IMPORTED, changes, applicant=applicant)


def refused(row: Row, at: Circumstances, changes: dict[str, Any]) -> Decision:
    """Sumsub said no. The share token is kept only where another level may accept it."""
    code = changes.get("error_code", row.error_code)
    kept_until = deadline(row, at.imported, at.timing) if code in OTHER_LEVEL_CODES else None
    ended = settled(at) | {"doubt": False} | changes
    if kept_until is not None and kept_until > at.now:
        ended |= {"token_until": kept_until}
        del ended["token_sealed"]
    return Decision(RowState.REFUSED, ended)


def for_person(
    row: Row,
    at: Circumstances,
    reason: Reason,
    applicant_id: str,
    changes: dict[str, Any] | None = None,
) -> Decision:
    detail = f"applicant {applicant_id}" if applicant_id else row.detail
    kept = {"token_until": deadline(row, at.imported, at.timing), "next_lookup_at": None}
    resting = {"reason": reason, "detail": detail, "lease_until": None, "settled_at": at.now}
    return Decision(RowState.NEEDS_PERSON, (changes or {}) | kept | resting)


def settled(at: Circumstances) -> dict[str, Any]:
    return {
        "settled_at": at.now,
        "token_sealed": None,
        "token_until": None,
        "next_lookup_at": None,
        "lease_until": None,
        "not_before": None,
        "resend_cleared": False,
        "look_first": False,
    }


def checking(row: Row, at: Circumstances, changes: dict[str, Any], *, doubt: bool) -> Decision:
    """Into `checking`: a new schedule of lookups starts, unless one runs already."""
    first = timedelta(seconds=at.timing.lookup_offsets[0])
    fresh = {"checking_since": at.now, "lookups": 0, "next_lookup_at": at.now + first}
    going_on = {"next_lookup_at": min(row.next_lookup_at or at.now + first, at.now + first)}
    schedule = going_on if row.state == RowState.CHECKING else fresh
    rest = {"doubt": row.doubt or doubt, "lease_until": None, "resend_cleared": False}
    return Decision(RowState.CHECKING, schedule | rest | changes)


def is_too_late(row: Row, at: Circumstances) -> bool:
    """True for a waiting row whose declared deadline passed.

    One that is to be looked up first is not given up unseen: its applicant may be there.
    """
    over = row.deadline_at is not None and row.deadline_at < at.now
    return over and row.state == RowState.PENDING and not row.look_first


def expired(at: Circumstances, changes: dict[str, Any] | None = None) -> Decision:
    """The declared deadline passed with no send open or in doubt."""
    ended = settled(at) | (changes or {}) | {"reason": Reason.DEADLINE}
    return Decision(RowState.EXPIRED, ended)
