"""Starting an import: exactly once, and only while its partner may share."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from customers.bell import ring_on_commit
from customers.books import Books
from customers.intake.options import NotAllowed, check_partner
from customers.models import Import, ImportSource, ImportState

COMMAND_LINE = "command line"


class AlreadyStarted(NotAllowed):
    """Somebody, or a second click, started the import before."""


@transaction.atomic
def start(import_id: int, *, by: User | None, request: HttpRequest | None = None) -> None:
    """Let the rows of a stored import be sent, and ring for the workers on commit.

    Rows that are to be looked up first become due for it at once. An import without a row to
    send is finished with this. Audited. Raises AlreadyStarted, NotAllowed when its partner may
    not share, Import.DoesNotExist.
    """
    books = Books([import_id])
    imported = books.imports.get(import_id)
    if imported is None:
        raise Import.DoesNotExist
    if imported.state != ImportState.STAGED:
        raise AlreadyStarted(f"Import {import_id} was started or cancelled already.")
    check_partner(imported.partner)
    now = timezone.now()
    books.alter(import_id, state=ImportState.RUNNING, started_at=now)
    rows = books.to_their_turn(import_id, now)
    books.close()
    _tell(imported, rows, by=by, request=request)


def begin(imported: Import, rows: int, *, by: User | None, request: HttpRequest | None) -> None:
    """Start an import in the transaction that stores it, its `rows` waiting already.

    Raises NotAllowed when its partner may not share any more: storing took its time.
    """
    if imported.partner is not None:
        imported.partner.refresh_from_db()
    check_partner(imported.partner)
    imported.state, imported.started_at = ImportState.RUNNING, timezone.now()
    imported.staged_count, imported.pending_count = 0, rows
    if not rows:
        imported.state, imported.finished_at = ImportState.FINISHED, imported.started_at
    imported.save()
    _tell(imported, rows, by=by, request=request)


def _tell(imported: Import, rows: int, *, by: User | None, request: HttpRequest | None) -> None:
    audit.record(
        "import.started",
        actor=by,
        subject=f"import:{imported.pk}",
        request=request,
        source=source_of(imported),
        rows=rows,
    )
    ring_on_commit(imported.pk)


def source_of(imported: Import) -> str:
    """How the audit trail names the door of an import that did not come from a page."""
    return COMMAND_LINE if imported.source == ImportSource.COMMAND else ""
