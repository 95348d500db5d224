"""What an import came to, as a file to take home. Every taking is audited."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import signed_in
from accounts.rights import Right
from customers.models import Import
from customers.results import FAILED_STATES, rows_csv, rows_json
from customers.views.fetching import import_for

CSV = "text/csv; charset=utf-8"
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


def file_of(
    request: HttpRequest, pieces: Iterator[str], name: str, content_type: str
) -> HttpResponseBase:
    """A download that is made while it is sent."""
    stream = _in_turn(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(stream, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


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


async def _in_turn(pieces: Iterator[str]) -> AsyncIterator[str]:
    """A streamed file, each piece made in the thread that the database belongs to."""
    take = sync_to_async(lambda: next(pieces, ""))
    while piece := await take():
        yield piece
