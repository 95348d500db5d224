"""Every import there was: searched, filtered, sorted."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import notices
from accounts.counting import counted
from accounts.permissions import needs, signed_in
from accounts.rights import Right
from customers.forms import ImportFilter
from customers.models import Import, ImportOrder, ImportState
from customers.models.imports import ImportQuerySet
from customers.progress import counts_by_label
from customers.views.readers import Reader

PAGE_SIZE = 25
CURSOR_DIGITS = 18


@dataclass(frozen=True)
class ImportLine:
    """One import as the list shows it: everything from its own columns."""

    imported: Import
    now: datetime

    @property
    def segments(self) -> list[tuple[str, int]]:
        """(label, count) in drawing order, for `progress_bar`."""
        return [(label.key, count) for label, count in counts_by_label(self.imported)]

    @property
    def percent(self) -> int:
        """Whole percent of the rows that have their outcome."""
        total = self.imported.total_count
        return 100 * self.imported.decided_count // total if total else 100

    @property
    def other(self) -> int:
        """Decided rows that are neither imported nor refused."""
        one = self.imported
        return one.decided_count - one.imported_count - one.refused_count

    @property
    def seconds(self) -> float | None:
        """How long it took, or has been running; None for one that was not started."""
        if self.imported.started_at is None:
            return None
        return ((self.imported.finished_at or self.now) - self.imported.started_at).total_seconds()

    @property
    def is_over(self) -> bool:
        """True when `seconds` will not grow."""
        return self.imported.state in (ImportState.FINISHED, ImportState.CANCELLED)


@require_safe
@needs(Right.VIEW_IMPORTS)
def import_list(request: HttpRequest) -> HttpResponse:
    """The imports that the filter lets through, at most PAGE_SIZE of them at once."""
    person = signed_in(request)
    notices.seen(person, request.path)
    form = ImportFilter(request.GET)
    found = form.narrow(Import.objects.all())
    cursor = request.GET.get("before", "")
    imports, older = _page(found, form.sorted_by, cursor)
    now = timezone.now()
    context = {
        "form": form,
        "lines": [ImportLine(one, now) for one in imports],
        "older": older,
        "first": not cursor,
        "reader": Reader.of(person),
        "count": counted(found),
        "by_age": form.sorted_by in (ImportOrder.NEWEST, ImportOrder.OLDEST),
    }
    return render(request, "customers/imports/list.html", context)


def _page(
    found: ImportQuerySet, order: ImportOrder, cursor: str
) -> tuple[list[Import], str | None]:
    """One screenful, and the cursor of the next; a cursor that makes no sense counts as none."""
    value, _, pk = cursor.partition("-")
    if value.isdecimal() and pk.isdecimal() and len(value) + len(pk) <= 2 * CURSOR_DIGITS:
        found = found.after_in(order, int(value[:CURSOR_DIGITS]), int(pk[:CURSOR_DIGITS]))
    sorted_ones = found.select_related("partner", "created_by").in_order(order)
    imports = list(sorted_ones[: PAGE_SIZE + 1])
    shown = imports[:PAGE_SIZE]
    more = len(imports) > PAGE_SIZE
    return shown, f"{getattr(shown[-1], order.column)}-{shown[-1].pk}" if more else None
