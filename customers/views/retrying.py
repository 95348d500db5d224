"""Refused rows at another level: one of them, or all that were refused for one reason."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.look.figures import thousands
from accounts.permissions import signed_in
from accounts.rights import Right
from customers.control import NotPossible
from customers.models import Import, ImportState, Row
from customers.models.row_queries import RowQuerySet
from customers.reason_groups import reason_groups, rows_of_group
from customers.retrying import at_another_level
from customers.retrying_together import Retryable, retry_together, retryable
from customers.row_forms import OtherLevelForm
from customers.views.fetching import import_for
from customers.wording import Story, story
from sharing.levels import Levels, levels


@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a level and confirm: for the row `?line=`, or for the reason group `?why=`."""
    imported = import_for(request, pk, Right.MANAGE_COMPLIANCE_APPLICATIONS)
    line, why = _asked_for(request)
    rows = Row.objects.of(imported)
    rows = rows.on_lines([line]) if line else rows_of_group(rows, why)
    found, known = retryable(imported, rows), levels()
    refused_at = _refused_at(found)
    form = OtherLevelForm(
        request.POST or None, names=_others(known, refused_at), refused_at=refused_at
    )
    if request.method == "POST" and form.is_valid():
        level = form.cleaned_data["level"]
        changed = bool(refused_at) and level == refused_at
        return _retried(request, imported, line, why, level, level_changed=changed)
    context = {
        "import": imported,
        "line": line,
        "why": why,
        "found": found,
        "form": form,
        "levels": known,
        "refused_at": refused_at,
        "told": _told(imported, rows, line, why),
        "cancelled": imported.state == ImportState.CANCELLED,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/imports/retry.html", context, status=status)


def _asked_for(request: HttpRequest) -> tuple[int, str]:
    """Line and reason group of the address, one of the two. Raises Http404 when neither is."""
    line, why = request.GET.get("line", ""), request.GET.get("why", "")
    if line.isdecimal() and len(line) < 10:
        return int(line), ""
    if not why:
        raise Http404
    return 0, why


def _refused_at(found: Retryable) -> str:
    """The one level that refused all of the rows; "" when there are several."""
    return found.levels[0] if len(found.levels) == 1 else ""


def _others(known: Levels, refused_at: str) -> list[str]:
    """The levels to offer: not the one that refused all of the rows."""
    return [name for name in known.names if name != refused_at]


def _told(imported: Import, rows: RowQuerySet, line: int, why: str) -> Story | None:
    """Why the rows were refused, in words."""
    if line:
        return story(get_object_or_404(rows))
    groups = (group for group in reason_groups(imported) if group.key == why)
    return next((story(group.sample) for group in groups), None)


def _retried(
    request: HttpRequest,
    imported: Import,
    line: int,
    why: str,
    level: str,
    *,
    level_changed: bool,
) -> HttpResponse:
    person = signed_in(request)
    try:
        if line:
            row = get_object_or_404(Row.objects.of(imported), line=line)
            at_another_level(row.pk, level, level_changed=level_changed, by=person, request=request)
            count = 1
        else:
            count = retry_together(
                imported.pk, why, level, level_changed=level_changed, by=person, request=request
            )
    except NotPossible as refusal:
        messages.warning(request, refusal.sentence)
    else:
        rows = "1 row goes" if count == 1 else f"{thousands(count)} rows go"
        messages.success(request, f"{rows} again, at level {level}.")
    if line:
        return redirect("customers:row", pk=imported.pk, line=line)
    return redirect("customers:import", pk=imported.pk)
