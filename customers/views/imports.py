"""One import with its rows, and what a person may do with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import notices
from accounts.keyset import number_in
from accounts.permissions import signed_in
from customers import announcing, control, intake
from customers.import_history import happenings
from customers.models import ImportState
from customers.views.channels import is_settled
from customers.views.deciding import decide
from customers.views.fetching import closed_gate_for, import_for
from customers.views.import_parts import chosen_title, context_of, count_of, look_at
from customers.views.readers import Reader
from customers.views.row_list import RowChoice, row_page


@require_safe
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far, what happened to each row, what to do next."""
    imported = import_for(request, pk)
    person = signed_in(request)
    reader = Reader.of(person)
    notices.seen(person, request.path)
    choice = RowChoice.from_query(request.GET)
    view = look_at(imported, reader, choice)
    under_way = imported.state not in (ImportState.FINISHED, ImportState.CANCELLED)
    brought_it = imported.created_by == person
    context = context_of(view) | {
        "rows": row_page(imported, choice, reader, view.figures),
        "count": count_of(view),
        "chosen": chosen_title(view),
        "settled": is_settled(imported),
        "happenings": happenings(imported),
        "under_way": under_way,
        "brought_it": brought_it,
        "watches": under_way and not brought_it and announcing.wants_to_know(imported, person),
    }
    return render(request, "customers/imports/import.html", context)


@require_safe
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to an import so far, as the part of its page that tells it."""
    told = happenings(import_for(request, pk))
    return render(request, "customers/imports/_happenings.html", {"happenings": told})


@require_POST
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to be told when an import is finished, or not to be told any more."""
    imported = import_for(request, pk)
    announcing.watch(imported, signed_in(request), wanted=request.POST.get("tell") == "yes")
    return redirect("customers:import", pk=imported.pk)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Start an import that was stored and waits for a person's word."""
    return decide(request, pk, intake.start)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Send no more rows of this import."""
    return decide(request, pk, control.pause)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a paused import."""
    return decide(request, pk, control.resume)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up the rows that were not sent; rows in doubt are still looked up."""
    return decide(request, pk, control.cancel)


@require_POST
def open_gate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let rows pass a gate again, after somebody repaired what closed it."""
    gate = closed_gate_for(request, pk)
    try:
        control.open_gate(gate.pk, by=signed_in(request), request=request)
    except control.NotPossible as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "The gate is open. Waiting rows are sent again.")
    came_from = number_in(request.POST.get("import"))
    if came_from is not None:
        return redirect("customers:import", pk=came_from)
    return redirect("overview")
