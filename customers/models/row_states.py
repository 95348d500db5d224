"""The states of a row, and the groups of them that rules speak of."""

from datetime import datetime

from django.db import models

# Rows without a declared deadline queue behind all that have one.
NO_DEADLINE = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


class RowState(models.TextChoices):
    """Where a row stands; the label is the word people read."""

    STAGED = "staged", "Not started"
    PENDING = "pending", "Waiting"
    SENDING = "sending", "Sending"
    CHECKING = "checking", "Checking"
    IMPORTED = "imported", "Imported"
    REFUSED = "refused", "Refused"
    NOT_IMPORTED = "not_imported", "Not imported"
    EXPIRED = "expired", "Too late"
    CANCELLED = "cancelled", "Cancelled"
    DUPLICATE = "duplicate", "Skipped"
    INVALID = "invalid", "Skipped"
    NEEDS_PERSON = "needs_person", "Needs you"


# A token in one of these states may not be uploaded again: it is owned.
LIVE_STATES = (
    RowState.STAGED,
    RowState.PENDING,
    RowState.SENDING,
    RowState.CHECKING,
    RowState.NEEDS_PERSON,
    RowState.IMPORTED,
)
# A share token whose row is in one of these may come again, in a new row that is looked up first.
DEAD_STATES = (
    RowState.CANCELLED,
    RowState.EXPIRED,
    RowState.REFUSED,
    RowState.NOT_IMPORTED,
)
# An import runs on while one of its rows is in one of these.
UNDECIDED_STATES = (RowState.STAGED, RowState.PENDING, RowState.SENDING, RowState.CHECKING)
# Rows in these have something to say; imported and waiting ones have not.
TELLING_STATES = (
    RowState.REFUSED,
    RowState.NOT_IMPORTED,
    RowState.EXPIRED,
    RowState.NEEDS_PERSON,
    RowState.CHECKING,
    RowState.DUPLICATE,
    RowState.INVALID,
)
# Nothing of the token may be left in these.
TOKENLESS_STATES = (
    RowState.IMPORTED,
    RowState.NOT_IMPORTED,
    RowState.EXPIRED,
    RowState.CANCELLED,
    RowState.DUPLICATE,
    RowState.INVALID,
)

# Even a settled row yields to the proof that its applicant exists. A row that is being sent waits
# for its sender, whose request may not be written yet: settled now, a pause would seem confirmed
# before it is. The proof is found again when the row is looked up.
OPEN_TO_EVIDENCE = frozenset(RowState) - {
    RowState.SENDING,
    RowState.IMPORTED,
    RowState.DUPLICATE,
    RowState.INVALID,
    RowState.STAGED,
}
# Rows that were sent, as far as we know, and have no applicant yet. Those of an index that rows on
# the usual way never enter.
WITHOUT_APPLICANT = (
    RowState.CHECKING,
    RowState.NEEDS_PERSON,
    RowState.REFUSED,
    RowState.NOT_IMPORTED,
    RowState.EXPIRED,
    RowState.CANCELLED,
)

# Where a row may go from each state. The database refuses everything else: the triggers of
# migration 0002 hold this same table.
TRANSITIONS: dict[RowState, frozenset[RowState]] = {
    RowState.STAGED: frozenset({RowState.PENDING, RowState.CANCELLED}),
    RowState.PENDING: frozenset(
        {
            RowState.SENDING,
            RowState.CHECKING,
            RowState.IMPORTED,
            RowState.REFUSED,
            RowState.EXPIRED,
            RowState.CANCELLED,
            RowState.NEEDS_PERSON,
        }
    ),
    RowState.SENDING: frozenset(
        {
            RowState.PENDING,
            RowState.CHECKING,
            RowState.IMPORTED,
            RowState.REFUSED,
            RowState.EXPIRED,
            RowState.CANCELLED,
            RowState.NEEDS_PERSON,
        }
    ),
    RowState.CHECKING: frozenset(
        {
            RowState.SENDING,
            RowState.IMPORTED,
            RowState.REFUSED,
            RowState.NOT_IMPORTED,
            RowState.NEEDS_PERSON,
        }
    ),
    RowState.NEEDS_PERSON: frozenset(
        {RowState.CHECKING, RowState.IMPORTED, RowState.REFUSED, RowState.NOT_IMPORTED}
    ),
    RowState.REFUSED: frozenset(
        {RowState.PENDING, RowState.CHECKING, RowState.IMPORTED, RowState.NEEDS_PERSON}
    ),
    RowState.NOT_IMPORTED: frozenset({RowState.CHECKING, RowState.IMPORTED, RowState.NEEDS_PERSON}),
    RowState.EXPIRED: frozenset({RowState.CHECKING, RowState.IMPORTED, RowState.NEEDS_PERSON}),
    RowState.CANCELLED: frozenset({RowState.CHECKING, RowState.IMPORTED, RowState.NEEDS_PERSON}),
    RowState.IMPORTED: frozenset(),
    RowState.DUPLICATE: frozenset(),
    RowState.INVALID: frozenset(),
}
