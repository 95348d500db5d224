"""Rows that were never to be sent: duplicates and faulty lines."""

from collections.abc import Mapping

from accounts.look.figures import thousands
from customers.models import Row
from customers.reasons import Reason
from customers.token_csv import MAX_TOKEN_BYTES
from customers.token_csv.lines import MAX_CELL_BYTES
from customers.wording.owners import owner_label
from customers.wording.telling import Told, loaded

_ENDS_WITH_OWNER = "Nothing to do: the row that owns the share token decides."
_CORRECT = "Correct the line and upload it again."

# What follows "Line 17 …".
FAULTS: Mapping[str, str] = {
    Reason.EMPTY: "holds no share token",
    Reason.TOO_LONG: (
        f"holds a cell that is too long: a share token has {thousands(MAX_TOKEN_BYTES)} bytes at "
        f"most, another cell {MAX_CELL_BYTES}"
    ),
    Reason.FORMULA: "holds a spreadsheet formula, not a token",
    Reason.WHITE_SPACE: "holds white space inside the share token",
    Reason.CONTROL_CHARACTER: "holds a control character",
    Reason.BAD_TIME: (
        "holds a time that cannot be read, or ends before it begins; "
        "write times as 2026-11-20T14:05:00Z"
    ),
    Reason.TOO_MANY_CELLS: "has more cells than the header has columns",
    Reason.NOT_A_TOKEN: "holds something else than a share token",
}
_NEXT_STEPS: Mapping[str, str] = {
    Reason.EMPTY: "Ask the donor whether a share token is missing on this line.",
    Reason.TOO_LONG: "Ask the donor whether the line was exported whole.",
    Reason.FORMULA: "Ask the donor for the share token itself.",
}


def duplicate(row: Row) -> Told:
    """Another row owns the share token, or the id."""
    title = str(Reason(row.reason).label) if row.reason else "Same share token as another row"
    owner = loaded(row, "duplicate_of")
    if row.reason == Reason.DUPLICATE_ID:
        what = f"Same id as {_named(row, owner)}. Nothing was sent for this line."
        return Told(title, what, "Give the line an id of its own and upload it again.")
    if row.reason == Reason.DUPLICATE_IN_FILE:
        return Told(title, f"Same token as {_named(row, owner)}.", _ENDS_WITH_OWNER)
    return Told(title, f"Already in {_named(row, owner)}.", _ENDS_WITH_OWNER)


def invalid(row: Row) -> Told:
    """The line itself is wrong; nothing of its text is kept."""
    reason = row.reason if row.reason in FAULTS else Reason.NOT_A_TOKEN
    subject = f"Line {thousands(row.line)}" if row.line is not None else "The line"
    what = f"{subject} {FAULTS[reason]}. Nothing of it was sent."
    return Told(str(Reason(reason).label), what, _NEXT_STEPS.get(reason, _CORRECT))


def _named(row: Row, owner: Row | None) -> str:
    if owner is None:
        in_file = row.reason == Reason.DUPLICATE_IN_FILE
        return "an earlier line of this file" if in_file else "a row of another import"
    return owner_label(owner, seen_from=row.import_ref_id)
