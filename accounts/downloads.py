"""Files to take home, made while they are sent."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

CSV = "text/csv; charset=utf-8"


def file_of(
    request: HttpRequest, pieces: Iterator[str] | Iterator[bytes], name: str, content_type: str
) -> HttpResponseBase:
    """A download that is made while it is sent."""
    stream = _in_turn(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(stream, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


async def _in_turn(pieces: Iterator[str] | Iterator[bytes]) -> AsyncIterator[str | bytes]:
    """A streamed file, each piece made in the thread that the database belongs to."""
    take = sync_to_async(lambda: next(pieces, ""))
    while piece := await take():
        yield piece
