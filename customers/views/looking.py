"""Looking first: what people start, decide and try from an import's page."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.look.figures import thousands
from accounts.permissions import signed_in
from accounts.rights import Right
from customers.control import NotPossible
from customers.forecast.beginning import begin
from customers.forecast.deciding import import_passing, send_rest, try_level
from customers.forecast.groups import Group, groups_of, rows_of
from customers.intake import NotAllowed
from customers.models import Import, LookKind
from customers.models.looks import look_taken
from customers.row_forms import OtherLevelForm
from customers.views.deciding import decide
from customers.views.fetching import import_for
from customers.views.look_parts import look_view, tried_levels
from customers.wording import outlook_story
from sharing.levels import levels

MANAGE = Right.MANAGE_COMPLIANCE_APPLICATIONS


class LookForm(forms.Form):
    """Which rows to ask about, and, where each is, which of them are not sent."""

    kind = forms.ChoiceField(choices=LookKind.choices)
    leave_documents = forms.BooleanField(required=False)


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask Sumsub's preview about a sample, all rows, or each before it is sent."""
    form = LookForm(request.POST)
    if not form.is_valid():
        return redirect("customers:import", pk=import_for(request, pk, MANAGE).pk)
    kind = LookKind(form.cleaned_data["kind"])
    passes = not form.cleaned_data["leave_documents"]
    return decide(request, pk, partial(begin, kind=kind, documents_pass=passes))


@require_POST
def only_passing(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the rows that Sumsub's preview speaks for, and give the others up."""
    with_documents = "with_documents" in request.POST
    return decide(request, pk, partial(import_passing, with_documents=with_documents))


@require_POST
def rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the rows that are left without looking at each first."""
    return decide(request, pk, send_rest)


@require_http_methods(["GET", "HEAD", "POST"])
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose another level for the rows of one forecast (`?why=`) and look at them again."""
    imported = import_for(request, pk, MANAGE)
    key = request.GET.get("why", "")
    known, view = levels(), look_view(imported)
    tried = tried_levels(view.look, key) if view.look else []
    best = [one.level for one in tried]
    others = [*best, *(name for name in known.names if name not in {*best, imported.level_name})]
    form = OtherLevelForm(request.POST or None, names=others)
    form.fields["level"].initial = next((one.level for one in tried if one.improves), "")
    if request.method == "POST" and form.is_valid():
        return _looked_again(request, imported, key, form.cleaned_data["level"])
    group = _group(imported, key)
    context = {
        "import": imported,
        "rows": rows_of(imported, key).not_started().count(),
        "told": _told(group),
        "form": form,
        "levels": known,
        "tried": tried,
        "view": view,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/imports/look_level.html", context, status=status)


def _group(imported: Import, key: str) -> Group | None:
    found = look_taken(imported)
    groups = groups_of(found) if found else []
    return next((group for group in groups if group.key == key), None)


def _told(group: Group | None) -> str:
    if group is None:
        return ""
    return outlook_story(
        group.outlook, group.reason, group.error_code, group.error_name, group.steps
    ).title


def _looked_again(request: HttpRequest, imported: Import, key: str, name: str) -> HttpResponse:
    try:
        count = try_level(imported.pk, key, name, by=signed_in(request), request=request)
    except (NotPossible, NotAllowed) as refusal:
        messages.warning(request, refusal.sentence)
    else:
        rows = "1 row is" if count == 1 else f"{thousands(count)} rows are"
        messages.success(request, f"{rows} looked at again, at level {name}.")
    return redirect("customers:import", pk=imported.pk)
