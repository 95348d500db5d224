"""The decision on a row that Sumsub was asked about."""

from datetime import timedelta
from typing import Any

from customers.decisions.ends import (
    Circumstances,
    Decision,
    deadline,
    for_person,
    imported,
    refused,
    settled,
)
from customers.models import Row, RowState
from customers.reasons import REFUSALS, Reason
from sumsub.records import Applicant, Lookup

# Sumsub's clock and ours may differ; before its first send such a row's id was proven free.
CREATION_TOLERANCE = timedelta(seconds=60)


def after_lookup(row: Row, lookup: Lookup | None, at: Circumstances) -> Decision:
    """The decision on a row that Sumsub was asked about.

    `lookup` is None when no evidence came: no answer, or an absence without positive control.
    """
    if lookup is None:
        return _ask_again(row, at, {})
    if lookup.applicant is not None:
        return _found(row, lookup.applicant, at)
    if row.state == RowState.PENDING:
        cleared = {"look_first": False, "next_lookup_at": None, "reason": ""}
        return Decision(RowState.PENDING, cleared)
    return _absent(row, at)


def _found(row: Row, applicant: Applicant, at: Circumstances) -> Decision:
    if not at.imported.sends_external_ids:
        return imported(row, applicant, at, by_lookup=True)
    if row.state == RowState.PENDING:
        changes = {"reason": Reason.ID_IN_USE, "detail": f"applicant {applicant.id}"}
        return refused(row, at, changes)
    if _is_older_than_our_send(row, applicant):
        return for_person(row, at, Reason.ID_IN_USE, applicant.id)
    return imported(row, applicant, at, by_lookup=True)


def _is_older_than_our_send(row: Row, applicant: Applicant) -> bool:
    if row.first_sent_at is None or applicant.created_at is None:
        return True
    return applicant.created_at < row.first_sent_at - CREATION_TOLERANCE


def _absent(row: Row, at: Circumstances) -> Decision:
    if not row.doubt:
        return refused(row, at, {})
    counted = {
        "absents": row.absents + 1,
        "first_absent_at": row.first_absent_at or at.now,
        "last_absent_at": at.now,
    }
    if not _absence_is_final(row, at):
        cleared = row.resend_cleared or _may_resend(row, at)
        return _ask_again(row, at, counted | {"resend_cleared": cleared})
    if row.after_success:
        return for_person(row, at, Reason.UNREADABLE_SUCCESS, "", counted)
    if row.error_code or row.reason in REFUSALS:
        return refused(row, at, counted)
    gone = {"reason": Reason.NEVER_CREATED, "confirmed_by_lookup": True}
    return Decision(RowState.NOT_IMPORTED, settled(at) | counted | gone)


def _absence_is_final(row: Row, at: Circumstances) -> bool:
    """When an absence counts for good; the absence just seen is not yet in `row.absents`."""
    timing = at.timing
    if row.deadline_at and at.now > row.deadline_at + timedelta(seconds=timing.dead_token_margin):
        return True
    since_send = row.sent_at or row.checking_since or at.now
    quiet = at.now - since_send >= timedelta(seconds=timing.quiet)
    enough = row.absents + 1 >= timing.absents
    gap = timedelta(seconds=timing.absent_gap)
    apart = row.last_absent_at is not None and at.now - row.last_absent_at >= gap
    return quiet and enough and apart


def _may_resend(row: Row, at: Circumstances) -> bool:
    """One resend, while the share token surely lives on and absence has been seen for a while."""
    timing = at.timing
    if not timing.resend or row.resends or row.after_success or row.token_sealed is None:
        return False
    if row.error_code or row.reason in REFUSALS:
        return False
    seen_long = row.first_absent_at is not None and (
        at.now - row.first_absent_at >= timedelta(seconds=timing.resend_span)
    )
    return row.absents + 1 >= timing.resend_absents and seen_long and has_life_for_resend(row, at)


def has_life_for_resend(row: Row, at: Circumstances) -> bool:
    """True while the share token's deadline leaves room for a second send."""
    end = deadline(row, at.imported, at.timing)
    return at.now + timedelta(seconds=at.timing.resend_margin) < end


def _ask_again(row: Row, at: Circumstances, changes: dict[str, Any]) -> Decision:
    """The next lookup by the schedule; at its end only a person can settle the row."""
    asked = row.lookups + 1
    offsets = at.timing.lookup_offsets
    if asked >= len(offsets) + at.timing.lookup_hours:
        return for_person(row, at, Reason.UNANSWERABLE, row.applicant_id, changes)
    since = row.checking_since or at.now
    if asked < len(offsets):
        due = max(since + timedelta(seconds=offsets[asked]), at.now + timedelta(seconds=1))
    else:
        due = at.now + timedelta(seconds=at.timing.lookup_hourly)
    return Decision(RowState(row.state), changes | {"lookups": asked, "next_lookup_at": due})
