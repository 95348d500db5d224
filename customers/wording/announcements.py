"""What people are told about their imports when they are not looking: a title, then the counts.

These sentences also leave the house by e-mail. So they hold numbers and the partner's name, and
never a file name, an applicant or Sumsub's own words.
"""

from accounts.look.figures import thousands
from accounts.look.states import state_of
from customers.models import Gate, Import
from customers.progress import counts_by_label


def finished_title(imported: Import) -> str:
    """Whether everything went well, somebody is needed, or how much came of it."""
    named = _named(imported)
    total, done = imported.total_count, imported.imported_count
    if needing := imported.needs_person_count:
        verb = "needs" if needing == 1 else "need"
        return f"{named} is finished, and {_rows(needing)} {verb} you"
    if total and done == total:
        return f"{named} is finished: all {_rows(done)} imported"
    return f"{named} is finished: {thousands(done)} of {_rows(total)} imported"


def cancelled_title(imported: Import) -> str:
    """An import that somebody cancelled, and how much came of it."""
    done, total = thousands(imported.imported_count), _rows(imported.total_count)
    return f"{_named(imported)} is cancelled: {done} of {total} imported"


def ended_text(imported: Import) -> str:
    """The counts by label: "18 imported, 2 refused."."""
    return f"{counts_sentence(imported)}." if imported.total_count else "It had no rows."


def counts_sentence(imported: Import) -> str:
    """How many rows carry each label, those that no row carries left out."""
    counted = [(state_of(label.key).label.lower(), n) for label, n in counts_by_label(imported)]
    return ", ".join(f"{thousands(n)} {word}" for word, n in counted if n)


def paused_title(imported: Import) -> str:
    """An import that stopped for too many dead share tokens."""
    return f"{_named(imported)} paused by itself: its share tokens look expired or used"


def paused_text(imported: Import) -> str:
    """How many tokens were refused, and what to do."""
    return (
        f"Sumsub refused {thousands(imported.dead_token_run)} share tokens in a row. "
        f"{_rows(imported.pending_count)} waiting. Ask the donor for new share tokens, or resume "
        "if you know better."
    )


def held_title(gate: Gate, imports: list[Import]) -> str:
    """A closed gate, and what it holds back."""
    why = gate.get_reason_display()
    if len(imports) == 1:
        return f"{_named(imports[0])} is held: {why}"
    return f"{thousands(len(imports))} of your imports are held: {why}"


def held_text(imports: list[Import]) -> str:
    """How many rows wait, and where the rest is told."""
    waiting = sum(imported.pending_count for imported in imports)
    return f"{_rows(waiting)} waiting, and none is lost. The page says who can open the gate."


def _named(imported: Import) -> str:
    return f"Import {imported.pk}" + (f" from {imported.partner}" if imported.partner else "")


def _rows(count: int) -> str:
    return f"{thousands(count)} row{'' if count == 1 else 's'}"
