"""An import as it happens: server-sent events with the change number as cursor.

A client that names the last id it saw (`Last-Event-ID`, or `after`) gets whatever came later: the
counts, and the rows that changed. Rows are told once each with their latest state.
"""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts.api.authentication import caller
from accounts.api.ids import Kind
from accounts.api.later import at_the_database, to_follow
from accounts.api.problems import FieldError, invalid
from accounts.api.reading import Body, checked
from accounts.api.schema import operation
from accounts.api.views import ApiView
from accounts.models import ApiKey, KeyState
from accounts.rights import Right
from accounts.scopes import Scope, rights_of
from accounts.streams import SETTLED, Found, as_stream, events_of
from customers.api.fetching import import_with
from customers.api.import_shapes import import_shown
from customers.api.row_shapes import row_shown
from customers.api.rows import LARGEST, TAG
from customers.models import Import, Row
from customers.results import with_stories
from customers.views.channels import is_settled

MOST_ROWS: Final = 500
CURSOR_DIGITS: Final = 18

_EXAMPLE = {
    "event": "row",
    "data": '{"id": "row_1204", "import_id": "imp_48", "line": 1, "state": "imported", …}',
}


class EventTold(serializers.Serializer[Any]):
    """One event of the stream, by the names of its lines."""

    event = serializers.ChoiceField(choices=["import", "row", "settled"], required=False)
    data = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="JSON: an import or a row as the other addresses say it, or {}"
    )
    id = serializers.CharField(required=False, help_text="to come back with, as Last-Event-ID")
    retry = serializers.IntegerField(
        required=False, help_text="milliseconds after which to connect again; comes once"
    )


class EventQuery(Body):
    """Where to begin."""

    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST,
        help_text="the `change` up to which you know the import; Last-Event-ID counts before it",
    )


@dataclass
class Listener:
    """Who listens to what, and up to which change they were told.

    `told` is the line of the last row told of a change that is told in parts. `unmasked`: whether
    the client saw personal data at the last look.
    """

    import_id: int
    key_id: int
    cursor: int
    told: int = 0
    unmasked: bool = False


class EventsView(ApiView):
    """The stream."""

    scopes = {"GET": Scope.IMPORTS_READ}

    @operation(
        "streamImport",
        "Follow an import",
        tag=TAG,
        scope=Scope.IMPORTS_READ,
        description=(
            "`text/event-stream`. `import` carries the import, `row` a row that changed, each as "
            "the other addresses say it; `settled` ends a stream of which nothing more is to come. "
            "After five minutes the stream ends: connect again with the last id. A key that is "
            "revoked meanwhile, or loses the scope, ends it within seconds."
        ),
        path={"import_id": Kind.IMPORT},
        query=EventQuery,
        parameters=[
            OpenApiParameter(
                "Last-Event-ID",
                str,
                OpenApiParameter.HEADER,
                description="the last id seen: nothing that came after it is lost",
                pattern="^[0-9]{0,18}$",
            )
        ],
        answers={
            (200, "text/event-stream"): OpenApiResponse(
                response=EventTold,
                description="Events as they happen; this is one of them.",
                examples=[OpenApiExample("example", value=_EXAMPLE)],
            ),
        },
    )
    def get(self, request: Request, import_id: str) -> HttpResponseBase:
        """The stream; without an ASGI server, what there is now."""
        asked = checked(EventQuery, request.query_params)
        imported = import_with(import_id)
        listener = Listener(
            imported.pk,
            caller(request).key.pk,
            _cursor(request, asked.get("after", 0)),
        )
        if not isinstance(request._request, ASGIRequest):
            return as_stream(HttpResponse(look(listener).text))
        response = Response()
        to_follow(response, partial(_streamed, response, listener))
        return response


async def _streamed(response: Response, listener: Listener) -> HttpResponseBase:
    events = events_of(partial(at_the_database, look, listener))
    stream = as_stream(StreamingHttpResponse(events))
    for name, value in response.headers.items():
        stream.headers.setdefault(name, value)
    return stream


def look(listener: Listener) -> Found:
    """What came after the listener's cursor, which is moved on."""
    key = ApiKey.objects.numbered(listener.key_id).select_related("client").get()
    may_listen = Scope.IMPORTS_READ in key.client.granted
    if key.client.is_revoked or key.state is not KeyState.ACTIVE or not may_listen:
        return Found("", over=True)
    listener.unmasked = Right.VIEW_PERSONAL_DATA in rights_of(key.client.scopes)
    imported = Import.objects.for_page().get(pk=listener.import_id)
    rows, more = _changed(imported, listener)
    moved = imported.change > listener.cursor or bool(rows)
    text = "".join(
        _event("row", row_shown(row, unmasked=listener.unmasked), row.change - 1 if more else None)
        for row in rows
    )
    if moved and not more:
        listener.cursor, listener.told = imported.change, 0
        text += _event("import", import_shown(imported), imported.change)
    elif rows:
        listener.cursor, listener.told = rows[-1].change - 1, rows[-1].line
    over = not more and is_settled(imported)
    return Found(text + (SETTLED if over else ""), over, more)


def _changed(imported: Import, listener: Listener) -> tuple[list[Row], bool]:
    """The rows that changed since, oldest change first, and whether there are more of them.

    A change may hold more rows than are told at once; then `told` says up to which line.
    """
    if imported.change <= listener.cursor:
        return [], False
    changed = Row.objects.of(imported).changed_after(listener.cursor).order_by("change", "line")
    if listener.told:
        changed = changed.beyond(listener.cursor + 1, listener.told)
    found = with_stories(changed[: MOST_ROWS + 1], imported)
    return found[:MOST_ROWS], len(found) > MOST_ROWS


def _event(name: str, data: Any, cursor: int | None) -> str:
    ident = "" if cursor is None else f"id: {cursor}\n"
    return f"{ident}event: {name}\ndata: {json.dumps(data, cls=JSONEncoder)}\n\n"


def _cursor(request: Request, otherwise: int) -> int:
    text = request._request.headers.get("Last-Event-ID", "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) <= CURSOR_DIGITS):
        raise invalid(FieldError("Last-Event-ID", "Send the id of an event.", "invalid_id"))
    return int(text)
