"""Pages: where there may be one, and reading them as a person does: words, not entities."""

import html
import re
from collections.abc import Iterator
from typing import Protocol
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

SAMPLES = {"int": "1", "slug": "in", "str": "in", "uuid": str(UUID(int=0))}
VARIABLE = re.compile(r"<(\w+):\w+>")


class Page(Protocol):
    """Whatever Django's test client answers with."""

    @property
    def content(self) -> bytes:
        """The body."""


def words(page: Page) -> str:
    """The page's HTML with its entities resolved."""
    return html.unescape(page.content.decode())


def addresses() -> dict[str, str]:
    """A sample address for every name of the product's address patterns, the API's left out."""
    return dict(_patterns(get_resolver(), "/", ""))


def _patterns(resolver: URLResolver, route: str, room: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        whole = route + str(entry.pattern)
        if issubclass(getattr(entry.callback, "cls", object), APIView):
            continue
        if isinstance(entry, URLPattern):
            sample = VARIABLE.sub(lambda found: SAMPLES[found[1]], whole)
            yield f"{room}{entry.name}", sample
        else:
            yield from _patterns(entry, whole, f"{entry.namespace}:" if entry.namespace else room)
