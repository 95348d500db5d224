"""What an import came to, as a file to take home. Every taking is audited."""

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import signed_in
from accounts.rights import Right
from customers.models import Import
from customers.results import FAILED_STATES, rows_csv, rows_json
from customers.views.fetching import import_for
from sharing.file_answers import CSV, file_of

JSON = "application/json"


@require_safe
def results_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The outcome of every row as CSV."""
    imported = _taken(request, pk, "results.csv")
    return file_of(request, rows_csv(imported), f"import-{imported.pk}-results.csv", CSV)


@require_safe
def results_json(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The outcome of every row as JSON."""
    imported = _taken(request, pk, "results.json")
    return file_of(request, rows_json(imported), f"import-{imported.pk}-results.json", JSON)


@require_safe
def failed_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that came to nothing, as CSV."""
    imported = _taken(request, pk, "failed-rows.csv")
    pieces = rows_csv(imported, only=FAILED_STATES)
    return file_of(request, pieces, f"import-{imported.pk}-failed-rows.csv", CSV)


@require_safe
def failed_json(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that came to nothing, as JSON."""
    imported = _taken(request, pk, "failed-rows.json")
    pieces = rows_json(imported, only=FAILED_STATES)
    return file_of(request, pieces, f"import-{imported.pk}-failed-rows.json", JSON)


@transaction.atomic
def _taken(request: HttpRequest, pk: int, what: str) -> Import:
    """The import, for somebody who may take its outcomes out of the house; noted in the trail."""
    imported = import_for(request, pk, Right.EXPORT_RESULTS)
    failed = sum(imported.count(state) for state in FAILED_STATES)
    audit.record(
        "import.exported",
        actor=signed_in(request),
        subject=f"import:{imported.pk}",
        request=request,
        rows=failed if what.startswith("failed") else imported.total_count,
        what=what,
    )
    return imported
