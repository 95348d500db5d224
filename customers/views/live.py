"""Outcomes as they happen: server-sent events with a cursor, and the same news by polling.

The cursor is the import's change number. A viewer who names the last one seen gets whatever came
after it, so a reconnect, a reload or a closed laptop loses nothing.
"""

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.keyset import number_in
from accounts.permissions import signed_in
from accounts.streams import Told, stream_of
from customers.models import Row
from customers.views.channels import (
    Channel,
    Piece,
    channel_of,
    is_settled,
    piece_of,
    rows_as_told,
)
from customers.views.fetching import import_for
from customers.views.import_parts import look_at, page_title, summary_sentence
from customers.views.readers import Reader
from customers.views.row_list import RowChoice, with_what_they_show

# Forecasts of the rows on the screen are told this often while they come.
FORECAST_SECONDS: Final = 2.0
MOST_LINES: Final = 100
MARK_LENGTH: Final = 40


@dataclass
class Seen:
    """What one viewer has been told so far; `made_at` is the moment of the last piece of news.

    `look` is the mark of the look up to which the forecasts on the screen are known.
    """

    cursor: int
    made_at: float = float("-inf")
    parts: dict[str, str] = field(default_factory=dict)
    look: str = ""
    look_told_at: float = float("-inf")


@require_safe
async def live(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An import's changes as `text/event-stream`; the event's id is the cursor.

    Under WSGI it answers 204, which ends an EventSource: the page then polls `updates`.
    """
    channel = await sync_to_async(_channel_for)(request, pk)
    cursor = _number(request.headers.get("Last-Event-ID") or request.GET.get("after", ""))
    return stream_of(request, partial(_news, channel, Seen(cursor, look=_mark(request))))


@require_safe
def updates(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened after the cursor `after`, as JSON; or the rows on the `lines` named.

    Whoever polls says with `look` which look's mark they were told last.
    """
    imported = import_for(request, pk)
    choice = RowChoice.from_query(request.GET)
    view = look_at(imported, Reader.of(signed_in(request)), choice)
    if lines := request.GET.get("lines", ""):
        rows = Row.objects.of(imported).on_lines(_line_numbers(lines))
        return JsonResponse({"rows": rows_as_told(view, with_what_they_show(imported, rows))})
    seen = Seen(_number(request.GET.get("after", "")), look=_mark(request))
    body = _body(piece_of(view, seen.cursor), seen)
    return JsonResponse(body | {"settled": is_settled(imported)})


def _channel_for(request: HttpRequest, pk: int) -> Channel:
    """Who may see the import listens to what all with the same rights hear of these rows."""
    imported = import_for(request, pk)
    reader = Reader.of(signed_in(request))
    return channel_of(imported.pk, RowChoice.from_query(request.GET), reader)


def _news(channel: Channel, seen: Seen) -> Told:
    """What there is to tell since `seen`, which is moved on."""
    piece, settled = channel.news(seen.cursor, seen.made_at)
    body = _body(piece, seen) if piece else None
    return Told(body, settled, seen.cursor)


def _body(piece: Piece, seen: Seen) -> dict[str, Any]:
    """The update for a viewer who knows `seen`: changed parts, changed rows, a sentence."""
    view, parts = piece.view, piece.parts
    changed = {name: html for name, html in parts.items() if seen.parts.get(name) != html}
    foretold = _tells_forecasts(piece, seen)
    seen.cursor, seen.parts, seen.made_at = piece.cursor, parts, piece.made_at
    return {
        "cursor": piece.cursor,
        "state": view.imported.state,
        "hold": view.hold.mark,
        "at": f"{view.figures.at:%H:%M:%S}",
        "say": summary_sentence(view),
        "title": page_title(view),
        "parts": changed,
        "rows": piece.rows,
        "missed": piece.missed,
        "foretold": foretold,
        "look": seen.look,
        "count": piece.count,
    }


def _tells_forecasts(piece: Piece, seen: Seen) -> bool:
    """Whether rows on the screen are to be fetched anew for their forecasts: now and then while
    Sumsub is being asked, and at the end. A forecast moves no row, so no change number tells it.
    """
    looking = piece.view.looking
    rested = time.monotonic() - seen.look_told_at > FORECAST_SECONDS
    if looking.mark == seen.look or not (rested or not looking.is_under_way):
        return False
    seen.look, seen.look_told_at = looking.mark, time.monotonic()
    return True


def _line_numbers(lines: str) -> list[int]:
    numbers = map(number_in, lines.split(",")[:MOST_LINES])
    return [number for number in numbers if number is not None]


def _mark(request: HttpRequest) -> str:
    return request.GET.get("look", "")[:MARK_LENGTH]


def _number(text: str) -> int:
    return number_in(text) or 0
