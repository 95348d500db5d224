"""What a person does with a forecast: import those that pass, send the rest, try another level."""

from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from customers.bell import ring_on_commit
from customers.books import Books
from customers.control import NotPossible
from customers.decisions import Circumstances
from customers.forecast.beginning import not_started
from customers.forecast.ending import cancelled_by_forecast
from customers.forecast.groups import narrowed
from customers.forecast.rest import move_some
from customers.forecast.storing import recount
from customers.intake import check_partner
from customers.models import (
    Forecast,
    Import,
    ImportState,
    Look,
    LookKind,
    LookState,
    Outlook,
    Row,
    RowState,
)
from customers.timing import Timing

LEVEL_CHANGED = "import.level_changed"
# Rows of one statement.
AT_ONCE = 5000


@transaction.atomic
def import_passing(
    import_id: int,
    *,
    with_documents: bool,
    by: User | None,
    request: HttpRequest | None = None,
) -> int:
    """Start the rows that Sumsub's preview speaks for, and give the others up; returns how many
    are sent.

    One transaction. Each row that is given up keeps its forecast and says why it was not sent.
    Audited. Raises AlreadyStarted (also for a second click), NotPossible unless every row was
    asked about and one passes, NotAllowed when the partner may not share.
    """
    books = Books([import_id])
    imported = not_started(books, import_id)
    look = Look.objects.select_for_update().filter(pk=import_id).first()
    if look is None or not look.is_whole:
        raise NotPossible("Not every row was asked about, so it is not known which would pass.")
    check_partner(imported.partner)
    now = timezone.now()
    passing = [Outlook.PASSES, *([Outlook.DOCUMENTS] if with_documents else [])]
    sent = Row.objects.of(imported).worth_sending(*passing).values("pk")
    books.alter(import_id, state=ImportState.RUNNING, started_at=now)
    rows = books.to_their_turn(import_id, now, Q(pk__in=sent))
    if not rows:
        raise NotPossible("No row would pass, so nothing was started.")
    left = _give_up(books, Circumstances(now, imported, Timing.current()))
    books.close()
    audit.record(
        "import.started",
        actor=by,
        subject=f"import:{import_id}",
        request=request,
        rows=rows,
        not_sent=left,
        with_documents=with_documents,
    )
    ring_on_commit(import_id)
    return rows


def _give_up(books: Books, at: Circumstances) -> int:
    """Cancel the rows that are left, those with the same code in one statement."""
    import_id = at.imported.pk
    of_rest = Forecast.objects.of(import_id).of_rows_not_started()
    codes = list(of_rest.order_by().values_list("error_code", "error_name").distinct())
    left = 0
    for code, name in codes:
        ended = cancelled_by_forecast(at, code, name)
        alike = of_rest.filter(error_code=code, error_name=name).values("pk")
        only = Q(pk__in=alike)
        left += books.move_all(import_id, RowState.STAGED, ended.state, ended.changes, only)
    ended = cancelled_by_forecast(at, None, "")
    return left + books.move_all(import_id, RowState.STAGED, ended.state, ended.changes)


@transaction.atomic
def send_rest(import_id: int, *, by: User | None, request: HttpRequest | None = None) -> int:
    """End the look at each row before it is sent: the rows that are left go to their turn.

    Of very many the workers move the last within minutes. Returns how many were left. Audited.
    Raises NotPossible when none is left, Import.DoesNotExist.
    """
    books = Books([import_id])
    imported = books.imports.get(import_id)
    if imported is None:
        raise Import.DoesNotExist
    look = Look.objects.select_for_update().filter(pk=import_id, kind=LookKind.EACH).first()
    running = imported.state in (ImportState.RUNNING, ImportState.PAUSED)
    asking = look is not None and look.is_asking
    if look is None or not asking or not running or not imported.staged_count:
        raise NotPossible("No row of this import waits for a look any more.")
    rows = imported.staged_count
    move_some(books, look, timezone.now(), Timing.current())
    books.close()
    audit.record(
        "import.look_ended", actor=by, subject=f"import:{import_id}", request=request, rows=rows
    )
    ring_on_commit(import_id)
    return rows


@transaction.atomic
def try_level(
    import_id: int,
    key: str,
    level_name: str,
    *,
    by: User | None,
    request: HttpRequest | None = None,
) -> int:
    """Give the rows of a group another level and ask about them anew; returns how many.

    `key` is a forecast group's. Nothing is sent. Audited. Raises AlreadyStarted, NotPossible when
    Sumsub is being asked or no row is to be changed.
    """
    level = level_name.strip()
    books = Books([import_id])
    imported = not_started(books, import_id)
    look = Look.objects.select_for_update().filter(pk=import_id).first()
    if look is None or look.is_asking:
        raise NotPossible("Wait until Sumsub was asked about all rows.")
    if not level:
        raise NotPossible("Choose a level.")
    group = narrowed(Row.objects.of(imported).not_started(), key)
    changing = group.at_other_levels(level, imported.level_name)
    found = list(changing.order_by("line").values_list("pk", "line"))
    if not found:
        raise NotPossible("None of these rows is left to look at again at that level.")
    ids = [pk for pk, _ in found]
    _set_level(books, import_id, ids, level)
    fresh = {"state": LookState.ASKING, "began_at": timezone.now(), "ended_at": None}
    recount(look, **fresh, at_levels=None, lease_until=None)
    books.close()
    audit.record(
        LEVEL_CHANGED,
        actor=by,
        subject=f"import:{import_id}",
        request=request,
        rows=len(ids),
        level=level,
        why=key,
        first_line=found[0][1],
        last_line=found[-1][1],
    )
    ring_on_commit(import_id)
    return len(ids)


def _set_level(books: Books, import_id: int, ids: list[int], level: str) -> None:
    """The rows change and stay where they are; a new version voids answers under way."""
    change = books.change_number(import_id)
    mine = Row.objects.of(import_id).not_started()
    for start in range(0, len(ids), AT_ONCE):
        some = mine.filter(pk__in=ids[start : start + AT_ONCE])
        some.update(level_name=level, version=F("version") + 1, change=change)
        asked = Forecast.objects.of_rows(ids[start : start + AT_ONCE])
        asked.update(outlook=Outlook.WAITING, reason="", error_code=None, error_name="", steps="")
