"""Starting a look: at a sample, at all rows, or at each row just before it is sent."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from customers.bell import ring_on_commit
from customers.books import Books
from customers.control import NotPossible
from customers.forecast.storing import recount
from customers.intake import AlreadyStarted, check_partner
from customers.models import Forecast, Import, ImportState, Look, LookKind, LookState, Outlook, Row

# Rows of a sample, spread over the file.
SAMPLE_ROWS = 50


@transaction.atomic
def begin(
    import_id: int,
    kind: LookKind,
    *,
    by: User | None,
    documents_pass: bool = True,
    request: HttpRequest | None = None,
) -> Look:
    """Ask Sumsub about rows of an import that is not started, and ring for the workers on commit.

    Rows that got no answer in an earlier look are asked about again, and what is known already
    stays. With EACH the import starts, all rows are asked about anew, each shortly before its turn,
    and those that pass go to it by themselves. Audited.
    Raises AlreadyStarted, NotPossible when there is nothing to ask or it is being asked already,
    NotAllowed when the import's partner may not share.
    """
    books = Books([import_id])
    imported = not_started(books, import_id)
    check_partner(imported.partner)
    look, _ = Look.objects.select_for_update().get_or_create(
        pk=import_id, defaults={"kind": kind, "state": LookState.DONE}
    )
    if look.is_asking:
        raise NotPossible("Sumsub is being asked already.")
    if not imported.staged_count:
        raise NotPossible("No row of this import is left to ask about.")
    _choose(look, kind, imported)
    recount(look, **_fresh(by, documents_pass))
    details = {"kind": look.kind, "rows": look.wanted}
    if kind == LookKind.EACH:
        books.alter(import_id, state=ImportState.RUNNING, started_at=timezone.now())
        _record("import.started", by, import_id, request, **details)
    else:
        _record("import.look_started", by, import_id, request, **details)
    books.close()
    ring_on_commit(import_id)
    return look


def not_started(books: Books, import_id: int) -> Import:
    """The locked import; raises AlreadyStarted, Import.DoesNotExist."""
    imported = books.imports.get(import_id)
    if imported is None:
        raise Import.DoesNotExist
    if imported.state != ImportState.STAGED:
        raise AlreadyStarted(f"Import {import_id} was started or cancelled already.")
    return imported


def _fresh(by: User | None, documents_pass: bool) -> dict[str, Any]:
    return {
        "state": LookState.ASKING,
        "asked_by": by,
        "documents_pass": documents_pass,
        "began_at": timezone.now(),
        "ended_at": None,
        "stopped_by": "",
        "stopped_code": None,
        "stopped_detail": "",
        "at_levels": None,
        "lease_until": None,
        "dead_run": 0,
    }


def _choose(look: Look, kind: LookKind, imported: Import) -> None:
    """Say which rows are to be asked about; a sample of a short file is all of it."""
    everything = imported.staged_count
    if kind == LookKind.SAMPLE and everything <= SAMPLE_ROWS:
        kind = LookKind.ALL
    known = Forecast.objects.of(look.pk)
    again = known if kind == LookKind.EACH else known.told(Outlook.UNANSWERED)
    again.update(outlook=Outlook.WAITING)
    look.kind, look.wanted = kind, everything
    if kind == LookKind.SAMPLE:
        _spread(look, imported)
        look.wanted = Forecast.objects.of(look.pk).count()
    look.save()


def _spread(look: Look, imported: Import) -> None:
    """Choose SAMPLE_ROWS rows at equal distances, from the first to the last of the file."""
    ids = list(Row.objects.of(imported).not_started().order_by("line").values_list("pk", flat=True))
    step = (len(ids) - 1) / (SAMPLE_ROWS - 1)
    chosen = {ids[round(place * step)] for place in range(SAMPLE_ROWS)}
    waiting = [Forecast(row_id=row_id, look=look) for row_id in sorted(chosen)]
    Forecast.objects.bulk_create(waiting, ignore_conflicts=True)


def _record(
    deed: str, by: User | None, import_id: int, request: HttpRequest | None, **details: Any
) -> None:
    audit.record(deed, actor=by, subject=f"import:{import_id}", request=request, **details)
