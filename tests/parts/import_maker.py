"""Imports in any state for tests of what people see: rows are stored as the engine leaves them."""

import itertools
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from customers.models import Application, Customer, Import, ImportState, Row, RowState
from customers.reasons import Reason

# Another process that makes rows for the same database must not make the same ones.
_numbers = itertools.count(time.time_ns() // 1000 % 10**11)
_REASONS: dict[RowState, dict[str, Any]] = {
    RowState.REFUSED: {
        "reason": Reason.RULE,
        "error_code": 10513,
        "error_name": "reusable-kyc-not-compatible-doc-type",
    },
    RowState.NOT_IMPORTED: {"reason": Reason.NEVER_CREATED},
    RowState.EXPIRED: {"reason": Reason.DEADLINE},
    RowState.CANCELLED: {"reason": Reason.CANCELLED},
    RowState.CHECKING: {"reason": Reason.NO_ANSWER, "doubt": True},
    RowState.NEEDS_PERSON: {"reason": Reason.UNANSWERABLE},
    RowState.INVALID: {"reason": Reason.FORMULA},
    RowState.DUPLICATE: {"reason": Reason.DUPLICATE_ELSEWHERE},
}


def make_import(
    *states: RowState,
    state: ImportState = ImportState.RUNNING,
    by: User | None = None,
    **columns: Any,
) -> Import:
    """An import whose rows, from line 2 on, are in the states given, changed in this order."""
    counts = Counter(states)
    now = timezone.now()
    defaults = {
        "level_name": "id-only",
        "source": "file",
        "file_name": "tokens.csv",
        "started_at": None if state == ImportState.STAGED else now,
        "finished_at": now if state == ImportState.FINISHED else None,
    }
    imported = Import.objects.create(
        state=state,
        created_by=by,
        change=len(states) + 1,
        total_count=len(states),
        **{f"{one}_count": counts[one] for one in RowState},
        **(defaults | columns),
    )
    for line, row_state in enumerate(states, start=2):
        make_row(imported, line, row_state, change=line)
    return imported


def make_row(imported: Import, line: int, state: RowState, **columns: Any) -> Row:
    """Store one row; an imported one gets a customer and an application."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "import_ref": imported,
        "line": line,
        "state": state,
        "change": 1,
        "fingerprint": f"{number:032x}",
        "token_mark": f"{number:012x}",
        "external_user_id": f"kr-{number:032x}",
    }
    values |= _REASONS.get(state, {})
    if state == RowState.NEEDS_PERSON:
        values |= {"settled_at": timezone.now()}
    if state == RowState.SENDING:
        values |= {"lease_until": timezone.now() + timedelta(minutes=1)}
    if state == RowState.IMPORTED:
        values |= _customer(imported, number)
    return Row.objects.create(**(values | columns))


def change_row(row: Row, state: RowState, **columns: Any) -> None:
    """Move a row and its import's counters, with the import's next change number."""
    imported = Import.objects.get(pk=row.import_ref_id)
    imported.change += 1
    before, after = f"{row.state}_count", f"{state}_count"
    setattr(imported, before, getattr(imported, before) - 1)
    setattr(imported, after, getattr(imported, after) + 1)
    values = _REASONS.get(state, {})
    if state == RowState.IMPORTED:
        values = values | _customer(imported, next(_numbers))
    version = F("version") + 1
    changed = {"state": state, "version": version, "change": imported.change, "token_sealed": None}
    Row.objects.filter(pk=row.pk).update(**(changed | values | columns))
    imported.save()


def lines(page: str) -> Sequence[int]:
    """The lines of the rows in a page, from the top."""
    return [int(part.split('"', 1)[0]) for part in page.split('data-line="')[1:]]


def _customer(imported: Import, number: int) -> dict[str, Any]:
    name = "Ada Mercer"
    customer = Customer.objects.create(
        name=name,
        email=f"ada{number}@mail.example",
        country="NLD",
        street="Lijnbaan 1",
        city="Utrecht",
        partner=imported.partner,
    )
    application = Application.objects.create(
        customer=customer,
        provider_applicant_id=f"66f0c2a4{number:016x}",
        sumsub_review_status="completed",
        sumsub_review_answer="GREEN",
        level_name="id-only",
    )
    return {
        "name": name,
        "applicant_id": application.provider_applicant_id,
        "customer": customer,
        "application": application,
        "settled_at": timezone.now(),
    }
