"""How a row is named from another one: "line 17 of import 41, imported 14:03"."""

from accounts.look.figures import thousands
from customers.models import Row, RowState
from customers.wording.telling import on_the_clock


def where(row: Row) -> str:
    """ "line 17 of import 41"."""
    return f"line {thousands(row.line)} of import {row.import_ref_id}"


def owner_label(owner: Row, *, seen_from: int | None = None) -> str:
    """The row that owns a share token, and how it stands.

    `seen_from` is the import whose reader asks: a row of the same import is "line 17 of this
    file".
    """
    same = seen_from is not None and owner.import_ref_id == seen_from
    place = f"line {thousands(owner.line)} of this file" if same else where(owner)
    return f"{place}, {_standing(owner)}"


def _standing(owner: Row) -> str:
    word = str(RowState(owner.state).label).lower()
    if owner.state == RowState.IMPORTED and owner.settled_at is not None:
        return f"{word} {on_the_clock(owner.settled_at)}"
    return word
