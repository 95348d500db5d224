"""Doors and keys: views need a right, and need sign-in unless they say otherwise."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User
from accounts.rights import Right

AnyView = TypeVar("AnyView", bound=Callable[..., Any])

OPEN_MARK = "open_to_all"


class RightMissing(PermissionDenied):
    """The person is known but holds none of the rights that a page needs."""

    def __init__(self, rights: tuple[Right, ...]) -> None:
        super().__init__(f"One of these rights is needed: {', '.join(rights)}")
        self.rights = rights


def signed_in(request: HttpRequest) -> User:
    """The person behind a request to a guarded view.

    Raises PermissionDenied for an anonymous request, which the middleware lets through to open
    views only.
    """
    if isinstance(request.user, User):
        return request.user
    raise PermissionDenied("Nobody is signed in.")


def open_to_all(view: AnyView) -> AnyView:
    """Mark a view that answers people who are not signed in."""
    setattr(view, OPEN_MARK, True)
    return view


def needs(*rights: Right) -> Callable[[AnyView], AnyView]:
    """Let a view answer only people with at least one of `rights`; others get RightMissing (403).

    Works for plain and async views. Sign-in is the middleware's matter.
    """

    def check(request: HttpRequest) -> None:
        if not signed_in(request).holds(*rights):
            raise RightMissing(rights)

    def guard(view: AnyView) -> AnyView:
        if iscoroutinefunction(view):

            @wraps(view)
            async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                await sync_to_async(check)(request)
                return await view(request, *args, **kwargs)

            return cast(AnyView, guarded_async)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            check(request)
            return view(request, *args, **kwargs)

        return cast(AnyView, guarded)

    return guard
