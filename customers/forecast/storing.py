"""What previews change: forecasts, counters, and rows where each is looked at before it is sent."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from customers import control, gates
from customers.bell import ring_on_commit
from customers.books import Books
from customers.decisions import Circumstances
from customers.forecast import brake
from customers.forecast.ending import cancelled_by_forecast
from customers.forecast.meaning import Meaning
from customers.forecast.questions import Question
from customers.models import (
    Forecast,
    GateReason,
    ImportState,
    Look,
    LookKind,
    LookState,
    Outlook,
    Row,
    RowState,
)
from customers.models.looks import NO_ANSWER, TOLD
from customers.timing import Timing

_COLUMNS = ("look_id", "outlook", "reason", "error_code", "error_name", "steps", "asked_at")
Answers = Sequence[tuple[Question, Meaning]]


@transaction.atomic
def store(look: Look, answers: Answers, now: datetime, timing: Timing) -> None:
    """Keep forecasts beside their rows; those of rows that changed since they were read are void.

    Locks the import where rows move, then the look.
    """
    each = look.kind == LookKind.EACH
    books = Books([look.pk] if each else [])
    locked = Look.objects.select_for_update().get(pk=look.pk)
    if each and not (locked.is_asking and books.imports[look.pk].state == ImportState.RUNNING):
        # Paused or cancelled meanwhile: its rows are asked about anew when it goes on. Or a person
        # sent the rest unasked.
        return
    asked = [question.row_id for question, _ in answers]
    standing = Row.objects.of(look.pk).not_started().defer("token_sealed").in_bulk(asked)
    valid = {
        question.row_id: said
        for question, said in answers
        if question.row_id in standing and standing[question.row_id].version == question.version
    }
    if not valid:
        return
    if not each:
        _keep(locked, valid, now)
        return
    taken, run = brake.up_to_a_run(valid, locked.dead_run, timing.dead_token_run)
    is_dead = run >= timing.dead_token_run
    _keep(locked, taken, now, dead_run=0 if is_dead else run)
    _send_on(books, locked, [(standing[pk], said) for pk, said in taken.items()], now, timing)
    if is_dead:
        control.pause_dead_file(books, look.pk, run=run, source="forecast")
    _close(books, locked, now)


def _keep(look: Look, said: Mapping[int, Meaning], now: datetime, **columns: Any) -> None:
    """Write forecasts and counters; `columns` of the look are set beside."""
    before = Counter(Forecast.objects.of_rows(said).values_list("outlook", flat=True))
    Forecast.objects.bulk_create(
        [_forecast(look, row_id, one, now) for row_id, one in said.items()],
        update_conflicts=True,
        unique_fields=["row"],
        update_fields=[name.removesuffix("_id") for name in _COLUMNS],
    )
    after = Counter(one.outlook.value for one in said.values())
    count(look, {outlook: after[outlook] - before[outlook] for outlook in TOLD}, **columns)


def _forecast(look: Look, row_id: int, said: Meaning, now: datetime) -> Forecast:
    return Forecast(
        row_id=row_id,
        look=look,
        outlook=said.outlook,
        reason=said.reason,
        error_code=said.error_code,
        error_name=said.error_name,
        steps=said.steps,
        asked_at=now,
    )


def count(look: Look, by: Mapping[Any, int], **columns: Any) -> None:
    """Change the counters of a locked look, and its change number; `columns` are set beside."""
    changed = {f"{outlook}_count": look.count(outlook) + n for outlook, n in by.items() if n}
    changed |= {"change": look.change + 1, **columns}
    for name, value in changed.items():
        setattr(look, name, value)
    look.save(update_fields=list(changed))


def recount(look: Look, **columns: Any) -> None:
    """Set the counters of a locked look to what its forecasts say; `columns` are set beside."""
    known = Counter(Forecast.objects.of(look.pk).values_list("outlook", flat=True))
    by = {outlook: known[outlook] - look.count(outlook) for outlook in TOLD}
    count(look, by, **columns)


# ---- each row just before it is sent -------------------------------------------------------


def _send_on(
    books: Books,
    look: Look,
    answered: Iterable[tuple[Row, Meaning]],
    now: datetime,
    timing: Timing,
) -> None:
    """Rows that pass wait for their turn from now on; the others end here.

    No answer is no forecast: such a row is sent, and so shows.
    """
    at = Circumstances(now, books.imports[look.pk], timing)
    sent = [Outlook.PASSES, Outlook.UNANSWERED]
    sent += [Outlook.DOCUMENTS] if look.documents_pass else []
    for row, said in answered:
        if said.outlook in sent:
            books.move(row, RowState.PENDING, {"next_lookup_at": None})
        else:
            ended = cancelled_by_forecast(at, said.error_code, said.error_name)
            books.move(row, ended.state, ended.changes)
    ring_on_commit(look.pk)


@transaction.atomic
def send_unasked(look: Look, row_ids: Sequence[int], now: datetime) -> None:
    """Let rows that no preview can tell about wait for their turn: a lookup comes first, or their
    declared deadline is over."""
    books = Books([look.pk])
    locked = Look.objects.select_for_update().get(pk=look.pk)
    if books.imports[look.pk].state != ImportState.RUNNING:
        return
    for row in Row.objects.of(look.pk).not_started().filter(pk__in=row_ids):
        changes = {"next_lookup_at": now if row.look_first else None}
        books.move(row, RowState.PENDING, changes)
    _close(books, locked, now)
    ring_on_commit(look.pk)


def _close(books: Books, look: Look, now: datetime) -> None:
    """Close the books, and the look with its last row: the import may be finished by that."""
    books.close()
    if not books.imports[look.pk].staged_count:
        _finish(look, now)


# ---- the end of a look ---------------------------------------------------------------------


@transaction.atomic
def finish(look: Look, now: datetime) -> None:
    """Every row that was to be asked about was."""
    _finish(Look.objects.select_for_update().get(pk=look.pk), now)


def _finish(look: Look, now: datetime) -> None:
    if look.is_asking:
        count(look, {}, state=LookState.DONE, ended_at=now, lease_until=None)
        _tell(look, "import.looked")


@transaction.atomic
def keep_trials(look: Look, found: list[dict[str, Any]]) -> None:
    """Keep what a few rows would find at other levels."""
    locked = Look.objects.select_for_update().get(pk=look.pk)
    count(locked, {}, at_levels=found)


@transaction.atomic
def stop(
    look: Look, reason: GateReason | None, code: int | None, detail: str, now: datetime, t: Timing
) -> None:
    """Sumsub does not let us ask, or does not answer (`reason` None).

    Where each row is looked at before it is sent, the gate closes that sending would close; the
    look goes on by itself when it is open again.
    """
    if look.kind == LookKind.EACH:
        if reason is not None:
            imported = look.import_ref
            gates.close(imported, reason, error_code=code, detail=detail, now=now, timing=t)
        return
    stopped = Look.objects.select_for_update().get(pk=look.pk)
    if stopped.state != LookState.ASKING:
        return
    count(
        stopped,
        {},
        state=LookState.STOPPED,
        ended_at=now,
        lease_until=None,
        stopped_by=str(reason or NO_ANSWER),
        stopped_code=code,
        stopped_detail=detail[:500],
    )
    _tell(stopped, "import.look_stopped", reason=stopped.stopped_by, error_code=code)


def _tell(look: Look, deed: str, **details: Any) -> None:
    details |= {outlook.value: look.count(outlook) for outlook in TOLD}
    audit.record(
        deed,
        actor=None,
        subject=f"import:{look.pk}",
        source="forecast",
        kind=look.kind,
        **details,
    )
