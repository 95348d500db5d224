"""Deny by default: every page needs sign-in unless it is marked open; no answer is stored."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from asgiref.sync import markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.utils.decorators import sync_only_middleware
from django_structlog.middlewares import RequestMiddleware
from rest_framework.views import APIView

from accounts.permissions import OPEN_MARK

# The parts of allauth that a person needs before being signed in. Sign-up and password reset by
# e-mail are not among them: an admin adds people and resets passwords.
OPEN_VIEW_NAMES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
)

PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in ("camera", "display-capture", "geolocation", "microphone")]
    + [f"{feature}=()" for feature in ("browsing-topics", "midi", "payment", "serial", "usb")]
    + [f"publickey-credentials-{act}=(self)" for act in ("create", "get")]
    + ["clipboard-write=(self)"]
)


class RequestLogMiddleware(RequestMiddleware):
    """Logs each request by its method and path. In the query are names that people search for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """The request as a line of the log says it."""
        return f"{request.method} {request.path}"


class SignInRequiredMiddleware:
    """Sends strangers to the sign-in page and keeps answers out of caches.

    An htmx request gets 401 with HX-Redirect, any other request that is not a page load a plain
    401. API views (DRF) are left to their own authentication, which denies by default as well.
    """

    sync_capable = True
    async_capable = True

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]],
    ) -> None:
        self.get_response: Any = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if iscoroutinefunction(self.get_response):
            return self._answer_async(request)
        return guarded_headers(self.get_response(request))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        return guarded_headers(await self.get_response(request))

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Answer in the view's stead when a stranger asks for a page that is not open."""
        if is_open(request, view) or request.user.is_authenticated:
            return None
        return turned_away(request)


@sync_only_middleware
def in_one_thread(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Does nothing, but as the last of all it keeps a request in one thread.

    Middleware that stands before one that knows no `async` runs in the thread of the view. Else
    each would be called from the event loop and ask for the thread anew: under ASGI that changed
    threads 21 times a request, and cost more than some pages do.
    """
    return get_response


def is_open(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """True when a view answers strangers, or guards itself as API views do."""
    api = issubclass(getattr(view, "cls", object), APIView)
    name = request.resolver_match.url_name if request.resolver_match else None
    return (
        api
        or getattr(view, OPEN_MARK, False)
        or name in OPEN_VIEW_NAMES
        or request.path in settings.OPEN_PATHS
    )


def turned_away(request: HttpRequest) -> HttpResponse:
    """The answer to a stranger, in the form that the caller can follow."""
    if request.headers.get("HX-Request"):
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        page = urlunsplit(("", "", here.path or "/", here.query, ""))
        return HttpResponse(
            status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": sign_in_address(page)}
        )
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return HttpResponse("Sign in first.", status=HTTPStatus.UNAUTHORIZED)
    return HttpResponseRedirect(sign_in_address(request.get_full_path()))


def sign_in_address(page: str) -> str:
    """The sign-in page that leads back to `page`, a path of this site."""
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"


def guarded_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Add the headers that keep answers out of caches and other sites."""
    patch_cache_control(response, no_store=True, private=True)
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    return response
