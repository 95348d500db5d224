"""Where things have their pages."""

from functools import cache
from uuid import UUID

from django.urls import reverse

_NOBODY = str(UUID(int=0))


@cache
def folder_of(name: str, *before: str) -> str:
    """What stands before a thing's key in the address called `name`; `before` are its other parts.

    For lists: looking up the address of each line takes as long as making the rest of it.
    """
    return reverse(name, args=[*before, _NOBODY]).removesuffix(f"{_NOBODY}/")
