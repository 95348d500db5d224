"""What people decide about an import: pause, resume, cancel, try again; and opening a gate."""

from django.db import transaction
from django.http import HttpRequest

from accounts import audit
from accounts.models import User
from accounts.plain_refusals import PlainRefusal
from customers import gates
from customers.bell import ring_on_commit
from customers.books import Books
from customers.giving_up import give_up_some
from customers.models import Gate, Import, ImportState
from customers.models.imports import DEAD_TOKENS
from customers.timing import Timing
from sharing.database_clock import database_now


class NotPossible(PlainRefusal):
    """The deed does not fit the import's state any more; `sentence` says so in words."""


@transaction.atomic
def pause(import_id: int, *, by: User | None, request: HttpRequest | None = None) -> Import:
    """Stop sending at once. Rows on the wire come to their end: "pausing, n in flight".

    Raises NotPossible when the import is not running, Import.DoesNotExist when there is none.
    """
    books = _in_state(import_id, "Only a running import can be paused.", ImportState.RUNNING)
    books.alter(import_id, state=ImportState.PAUSED, pause_reason="person")
    return _done(books, import_id, "import.paused", by, request)


def pause_dead_file(books: Books, import_id: int, *, run: int, source: str) -> None:
    """Pause an import of which `run` share tokens in a row were dead: a person looks at its file.

    Inside the transaction that locked `books`. Audited, as found by `source`.
    """
    books.alter(import_id, state=ImportState.PAUSED, pause_reason=DEAD_TOKENS, dead_token_run=run)
    audit.record(
        "import.paused",
        actor=None,
        subject=f"import:{import_id}",
        source=source,
        reason=DEAD_TOKENS,
    )


@transaction.atomic
def resume(import_id: int, *, by: User | None, request: HttpRequest | None = None) -> Import:
    """Go on with a paused import. Raises as `pause` does."""
    books = _in_state(import_id, "Only a paused import can be resumed.", ImportState.PAUSED)
    books.alter(import_id, state=ImportState.RUNNING, pause_reason="", dead_token_run=0)
    ring_on_commit(import_id)
    return _done(books, import_id, "import.resumed", by, request)


@transaction.atomic
def cancel(import_id: int, *, by: User | None, request: HttpRequest | None = None) -> Import:
    """Give up every row that was not sent; their share tokens are erased.

    No row is claimed once this returns; those that are *sending* may still reach Sumsub, and the
    cancelling is confirmed when there are none. Of a very large import the workers end the rest of
    the rows within minutes. Rows on the wire and in doubt go on to their honest end. Raises as
    `pause` does.
    """
    books = _in_state(
        import_id,
        "This import is over already.",
        ImportState.STAGED,
        ImportState.RUNNING,
        ImportState.PAUSED,
    )
    given_up = books.imports[import_id].unsent_count
    now = database_now()
    books.alter(import_id, state=ImportState.CANCELLED, finished_at=now)
    timing = Timing.current()
    give_up_some(books, import_id, now=now, timing=timing, most=timing.give_up_rows)
    ring_on_commit(import_id)
    return _done(books, import_id, "import.cancelled", by, request, given_up=given_up)


@transaction.atomic
def open_gate(gate_id: int, *, by: User | None, request: HttpRequest | None = None) -> bool:
    """Open a closed gate by hand; False when it is open already.

    Raises NotPossible for the register's gate, which would close again at once.
    """
    gate = Gate.objects.get(pk=gate_id)
    if not gate.opens_by_hand:
        raise NotPossible(f"{gate.detail} The gate opens by itself then.")
    opened = gates.reopen(gate, by=by, source="web" if request else "")
    if opened:
        ring_on_commit(None)
    return opened


def _in_state(import_id: int, otherwise: str, *states: str) -> Books:
    books = Books([import_id])
    imported = books.imports.get(import_id)
    if imported is None:
        raise Import.DoesNotExist
    if imported.state not in states:
        raise NotPossible(otherwise)
    return books


def _done(
    books: Books,
    import_id: int,
    deed: str,
    by: User | None,
    request: HttpRequest | None,
    *,
    given_up: int = 0,
) -> Import:
    books.close()
    imported = books.imports[import_id]
    audit.record(
        deed,
        actor=by,
        subject=f"import:{import_id}",
        request=request,
        in_flight=imported.sending_count,
        given_up=given_up,
    )
    return imported
