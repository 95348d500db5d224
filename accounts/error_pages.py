"""The pages for what went wrong: 400, 403, 404 and 500. Wired as handlers in config.urls."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.permissions import RightMissing, open_to_all
from accounts.rights import roles_with


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: names the roles that may do this."""
    roles = roles_with(exception.rights) if isinstance(exception, RightMissing) else []
    return render(request, "errors/403.html", {"roles": roles}, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, drawn without anything of the request."""
    return HttpResponse(render_to_string("errors/400.html"), status=HTTPStatus.BAD_REQUEST)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without database, session or context processors: any of them may be the cause."""
    return HttpResponse(
        render_to_string("errors/500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR
    )


@open_to_all
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or came from elsewhere."""
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)
