"""What people decide about single rows: another level, asking again, closing with evidence."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from accounts.rights import Right
from customers import decisions
from customers.bell import ring_on_commit
from customers.books import Books
from customers.control import NotPossible
from customers.decisions import Circumstances, Decision
from customers.models import ImportState, Row, RowState
from customers.timing import Timing
from sharing.database_clock import database_now

# The trail takes a sentence or two, not a file.
LONGEST_WORDS = 500

Deciding = Callable[[Row, Circumstances], Decision]


def at_another_level(
    row_id: int,
    level_name: str,
    *,
    level_changed: bool = False,
    by: User,
    request: HttpRequest | None = None,
) -> Row:
    """Send a refused row again, at a level that may accept its share token. Audited.

    `level_changed`: it may be the level that refused the row, for that one was changed at Sumsub.
    Raises NotPossible when the code is not one that another level avoids, the share token is not
    kept any more or was uploaded again, or the import was cancelled; and without the right.
    """
    level = level_name.strip()

    def decided(row: Row, at: Circumstances) -> Decision:
        if at.imported.state == ImportState.CANCELLED:
            raise NotPossible("The import was cancelled: nothing of it is sent any more.")
        if not decisions.may_try_another_level(row, at):
            raise NotPossible(
                "This row cannot be sent at another level any more. "
                "Ask the donor for a new share token."
            )
        refused_at = row.level_name or at.imported.level_name
        if not level or (level == refused_at and not level_changed):
            raise NotPossible("Choose another level than the one that refused the row.")
        return decisions.at_another_level(level)

    return _carried_out(
        "row.retried",
        row_id,
        decided,
        by=by,
        request=request,
        level=level,
        level_changed=level_changed,
    )


def ask_again(row_id: int, words: str, *, by: User, request: HttpRequest | None = None) -> Row:
    """Ask Sumsub anew about a row that waits for a person; only what it says settles the row.

    This is also how a row becomes imported whose applicant a person found at Sumsub. Audited with
    the person's `words`. Raises NotPossible.
    """

    def decided(row: Row, at: Circumstances) -> Decision:
        _needs_person(row)
        return decisions.ask_again(row, at)

    said = _said(words)
    return _carried_out("row.asked_again", row_id, decided, by=by, request=request, words=said)


def close_as_absent(
    row_id: int, words: str, *, by: User, request: HttpRequest | None = None
) -> Row:
    """Close a row that waits for a person, who made sure that no applicant of it exists.

    Audited with the person's `words`. Raises NotPossible, also while Sumsub may still be working
    on the last send.
    """

    def decided(row: Row, at: Circumstances) -> Decision:
        _needs_person(row)
        if (free := decisions.quiet_from(row, at)) > at.now:
            raise NotPossible(
                f"Sumsub may still be working on this row. Close it after {free:%H:%M} UTC."
            )
        return decisions.closed_as_absent(row, at)

    said = _said(words)
    return _carried_out("row.closed", row_id, decided, by=by, request=request, words=said)


def _needs_person(row: Row) -> None:
    if row.state != RowState.NEEDS_PERSON:
        raise NotPossible("This row does not wait for a person any more.")


def _said(words: str) -> str:
    said = " ".join(words.split())[:LONGEST_WORDS]
    if not said:
        raise NotPossible("Say what you saw, and where: it is kept with the row.")
    return said


@transaction.atomic
def _carried_out(
    deed: str,
    row_id: int,
    decided: Deciding,
    *,
    by: User,
    request: HttpRequest | None,
    **details: Any,
) -> Row:
    """Decide under the import's lock, move the row, ring for the workers."""
    if not by.holds(Right.MANAGE_COMPLIANCE_APPLICATIONS):
        raise NotPossible("Your role does not let you decide about rows.")
    books = Books([Row.objects.values_list("import_ref_id", flat=True).get(pk=row_id)])
    row = Row.objects.get(pk=row_id)
    imported = books.imports[row.import_ref_id]
    now = database_now()
    decision = decided(row, Circumstances(now=now, imported=imported, timing=Timing.current()))
    before = row.state
    books.move(row, decision.state, decision.changes)
    if row.state in (RowState.PENDING, RowState.CHECKING):
        reopen(books, imported.pk)
    books.close()
    audit.record(
        deed,
        actor=by,
        subject=f"row:{row.pk}",
        request=request,
        import_id=imported.pk,
        line=row.line,
        token_mark=row.token_mark,
        before=before,
        after=row.state,
        **details,
    )
    ring_on_commit(imported.pk)
    return row


def reopen(books: Books, import_id: int) -> None:
    """A finished import with an open row runs again; it finishes by itself."""
    if books.imports[import_id].state == ImportState.FINISHED:
        books.alter(import_id, state=ImportState.RUNNING, finished_at=None)
