"""One row: its whole story, and how a person settles what only a person can."""

import math
from datetime import datetime
from typing import Any, Protocol

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.look.states import state_of
from accounts.models import User
from accounts.permissions import signed_in
from accounts.rights import Right
from customers import decisions, handbook, retrying
from customers.control import NotPossible
from customers.decisions import Circumstances
from customers.history import events_about, history
from customers.models import ImportState, Row, RowState
from customers.models.row_states import UNDECIDED_STATES
from customers.progress import figures
from customers.row_forms import EvidenceForm
from customers.timing import Timing
from customers.views.fetching import import_for
from customers.views.readers import Reader
from customers.views.row_list import row_lines, with_what_they_show
from customers.wording import guidance
from sharing.database_clock import database_now

ASK, CLOSE = "ask", "close"


@require_safe
def row_page(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Everything that is known about one row, and what can be done about it."""
    return _page(request, row_for(request, pk, line), {})


@require_POST
def ask(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """An applicant was found: Sumsub is asked again, and what it says settles the row."""
    done = "Sumsub is being asked. Its answer settles the row."
    return _settled(request, pk, line, ASK, retrying.ask_again, done)


@require_POST
def close(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Nobody was found: the row ends without an applicant."""
    done = "The row is closed. A new share token for this person is safe now."
    return _settled(request, pk, line, CLOSE, retrying.close_as_absent, done)


def row_for(request: HttpRequest, pk: int, line: int, right: Right = Right.VIEW_IMPORTS) -> Row:
    """The row on a line of an import with what stands beside it, for somebody who holds `right`."""
    imported = import_for(request, pk, right)
    found = with_what_they_show(imported, Row.objects.of(imported).on_lines([line]))
    if not found:
        raise Http404
    return found[0]


class Deed(Protocol):
    """A decision about one row, with the person's words."""

    def __call__(self, row_id: int, words: str, /, *, by: User, request: HttpRequest) -> object: ...


def _settled(
    request: HttpRequest, pk: int, line: int, which: str, deed: Deed, done: str
) -> HttpResponse:
    row = row_for(request, pk, line, Right.MANAGE_COMPLIANCE_APPLICATIONS)
    form = EvidenceForm(request.POST, deed=which)
    if not form.is_valid() and row.state == RowState.NEEDS_PERSON:
        return _page(request, row, {which: form}, status=422)
    try:
        words = form.cleaned_data.get("words", "")
        deed(row.pk, words, by=signed_in(request), request=request)
    except NotPossible as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect("customers:row", pk=pk, line=line)


def _page(
    request: HttpRequest, row: Row, forms: dict[str, EvidenceForm], *, status: int = 200
) -> HttpResponse:
    person = signed_in(request)
    reader = Reader.of(person)
    now = database_now()
    imported = row.import_ref
    measured = figures(imported, now=timezone.now(), held=False)
    context = {
        "import": imported,
        "row": row,
        "line": row_lines(imported, [row], reader, measured)[0],
        "reader": reader,
        "moments": history(row, list(events_about(row)), now=now),
        "sees_words": person.holds(Right.VIEW_PERSONAL_DATA, Right.VIEW_AUDIT),
        "moves": row.state in UNDECIDED_STATES and imported.state != ImportState.STAGED,
        "look": state_of(row.state),
        "help_anchor": handbook.anchor_of(row),
        "timing": Timing.current(),
        "named": guidance.named_applicant(row),
        **_remedies(row, now),
    }
    if row.state == RowState.NEEDS_PERSON:
        context |= _guide(row, forms, now)
    return render(request, "customers/imports/row.html", context, status=status)


def _remedies(row: Row, now: datetime) -> dict[str, Any]:
    """What may still be done about a row that is over."""
    rows = Row.objects.of(row.import_ref).on_lines([row.line])
    sending = row.import_ref.state != ImportState.CANCELLED
    return {
        "may_retry": sending and rows.for_another_level(now).exists(),
        "waits_for_token": rows.waiting_for_token(with_cancelled=True).exists(),
    }


def _guide(row: Row, forms: dict[str, EvidenceForm], now: datetime) -> dict[str, Any]:
    """What is known, what to check, and the two ways to close a row that waits for a person."""
    at = Circumstances(now=now, imported=row.import_ref, timing=Timing.current())
    free = decisions.quiet_from(row, at)
    named = guidance.named_applicant(row)
    return {
        "known": guidance.what_is_known(row),
        "checks": guidance.what_to_check(row),
        "ask_form": forms.get(ASK) or EvidenceForm(deed=ASK),
        "close_form": forms.get(CLOSE) or EvidenceForm(deed=CLOSE),
        "quiet_until": free if free > now else None,
        "quiet_seconds": math.ceil((free - now).total_seconds()),
        "owner": Row.objects.owning_applicant(named) if named else None,
        "not_ones_own": decisions.is_not_this_rows(row),
    }
