"""Outcomes as they happen: server-sent events with a cursor, and the same news by polling.

The cursor is the import's change number. A viewer who names the last one seen gets whatever came
after it, so a reconnect, a reload or a closed laptop loses nothing.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from customers.models import Application, Import, ImportState, Row
from customers.views.fetching import import_for
from customers.views.import_parts import (
    View,
    hold_on,
    look_at,
    regions,
    row_html,
    summary_sentence,
)
from customers.views.look_parts import look_view
from customers.views.readers import Reader
from customers.views.row_list import RowChoice, row_lines, with_what_they_show

TICK_SECONDS: Final = 0.5
# Time moves figures even when no row moves.
REFRESH_SECONDS: Final = 5.0
HEARTBEAT_SECONDS: Final = 15.0
# Forecasts of the rows on the screen are told this often while they come.
FORECAST_SECONDS: Final = 2.0
# Then the browser connects anew, and sign-in and rights are asked again.
STREAM_SECONDS: Final = 300.0
MOST_ROWS: Final = 25
MOST_LINES: Final = 100
# A review read within this time is worth waiting for on an open connection.
REVIEW_WAIT = timedelta(minutes=2)
CURSOR_DIGITS: Final = 18


@dataclass
class Seen:
    """What one viewer has been told so far."""

    cursor: int
    mark: str = ""
    told_at: float = 0.0
    parts: dict[str, str] = field(default_factory=dict)
    look: str = ""
    look_told_at: float = 0.0


@dataclass(frozen=True)
class News:
    """One update, and whether anything more is to be expected soon."""

    body: dict[str, Any] | None
    settled: bool


@require_safe
async def live(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An import's changes as `text/event-stream`; the event's id is the cursor.

    Under WSGI it answers 204, which ends an EventSource: the page then polls `updates`.
    """
    await sync_to_async(import_for)(request, pk)
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    cursor = _number(request.headers.get("Last-Event-ID") or request.GET.get("after", ""))
    stream = _events(request, pk, RowChoice.from_query(request.GET), Seen(cursor))
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


@require_safe
def updates(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened after the cursor `after`, as JSON; or the rows on the `lines` named."""
    imported = import_for(request, pk)
    choice = RowChoice.from_query(request.GET)
    view = look_at(imported, Reader.of(signed_in(request)), choice)
    if lines := request.GET.get("lines", ""):
        return JsonResponse({"rows": _rows_on(view, lines)})
    seen = Seen(_number(request.GET.get("after", "")))
    return JsonResponse(_body(view, request, seen) | {"settled": is_settled(imported)})


def is_settled(imported: Import) -> bool:
    """True when nothing about the import is about to change by itself."""
    if imported.state not in (ImportState.FINISHED, ImportState.CANCELLED):
        return False
    if imported.undecided_count:
        return False
    soon = timezone.now() + REVIEW_WAIT
    made = Application.objects.of_import(imported.pk)
    return not made.due_for_review_refresh(soon).exists()


async def _events(
    request: HttpRequest, pk: int, choice: RowChoice, seen: Seen
) -> AsyncIterator[str]:
    ends_at = time.monotonic() + STREAM_SECONDS
    beat_at = time.monotonic()
    read = sync_to_async(_close_after(_news))
    yield "retry: 2000\n\n"
    while time.monotonic() < ends_at:
        news = await read(request, pk, choice, seen)
        if news.body is not None:
            yield f"id: {seen.cursor}\ndata: {json.dumps(news.body)}\n\n"
            beat_at = time.monotonic()
        elif time.monotonic() - beat_at > HEARTBEAT_SECONDS:
            yield ": still here\n\n"
            beat_at = time.monotonic()
        if news.settled:
            yield "event: settled\ndata: {}\n\n"
            return
        await asyncio.sleep(TICK_SECONDS)


def _news(request: HttpRequest, pk: int, choice: RowChoice, seen: Seen) -> News:
    """What there is to tell since `seen`, which is moved on. Asks little while nothing moves."""
    imported = import_for(request, pk)
    hold = hold_on(imported)
    looking = look_view(imported)
    mark = f"{imported.state}|{imported.change}|{hold.mark}|{looking.mark}"
    sending = bool(imported.undecided_count) and imported.state == ImportState.RUNNING
    ticking = sending or looking.is_under_way
    stale = ticking and time.monotonic() - seen.told_at > REFRESH_SECONDS
    if mark == seen.mark and not stale:
        return News(None, is_settled(imported))
    seen.mark = mark
    view = look_at(imported, Reader.of(signed_in(request)), choice, hold=hold, looking=looking)
    return News(_body(view, request, seen), is_settled(imported))


def _body(view: View, request: HttpRequest, seen: Seen) -> dict[str, Any]:
    """The update for a viewer who knows `seen`: changed parts, changed rows, a sentence."""
    parts = regions(view, request)
    changed = {name: html for name, html in parts.items() if seen.parts.get(name) != html}
    rows, missed = _rows_after(view, seen.cursor)
    missed = missed or _tells_forecasts(view, seen)
    seen.cursor, seen.parts, seen.told_at = view.imported.change, parts, time.monotonic()
    return {
        "cursor": view.imported.change,
        "state": view.imported.state,
        "hold": view.hold.mark,
        "at": f"{view.figures.at:%H:%M:%S}",
        "say": summary_sentence(view),
        "parts": changed,
        "rows": rows,
        "missed": missed,
        "count": view.choice.count_in(view.imported),
    }


def _tells_forecasts(view: View, seen: Seen) -> bool:
    """Whether rows on the screen are to be fetched anew for their forecasts: now and then while
    Sumsub is being asked, and at the end. A forecast moves no row, so no change number tells it.
    """
    mark = view.looking.mark
    rested = time.monotonic() - seen.look_told_at > FORECAST_SECONDS
    if mark == seen.look or not (rested or not view.looking.is_under_way):
        return False
    seen.look, seen.look_told_at = mark, time.monotonic()
    return True


def _rows_after(view: View, cursor: int) -> tuple[list[dict[str, Any]], bool]:
    changed = Row.objects.of(view.imported).changed_after(cursor).order_by("-change", "line")
    found = with_what_they_show(view.imported, changed[: MOST_ROWS + 1])
    return _as_told(view, found[:MOST_ROWS]), len(found) > MOST_ROWS


def _rows_on(view: View, lines: str) -> list[dict[str, Any]]:
    numbers = [int(line) for line in lines.split(",")[:MOST_LINES] if line.isdecimal()]
    rows = Row.objects.of(view.imported).on_lines(numbers)
    return _as_told(view, with_what_they_show(view.imported, rows))


def _as_told(view: View, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as the page takes them in; `fits` says whether they belong to what is shown."""
    if not rows:
        return []
    asked_for = view.choice.rows_of(view.imported, view.reader)
    fitting = (
        set(asked_for.among(rows).values_list("pk", flat=True))
        if view.choice.is_filtered
        else {row.pk for row in rows}
    )
    lines = row_lines(view.imported, rows, view.reader, view.figures)
    return [
        {
            "line": line.row.line,
            "fits": line.row.pk in fitting,
            "html": row_html(line, view),
        }
        for line in lines
    ]


def _close_after(act: Any) -> Any:
    """`act`, which gives its database connection back: a viewer must not hold one while idle."""

    def acted(*args: Any) -> Any:
        try:
            return act(*args)
        finally:
            connection.close()

    return acted


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= CURSOR_DIGITS else 0
