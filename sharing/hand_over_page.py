"""The page behind a hand-over's link: for people who are not signed in.

It never says whether a link exists: before the right passphrase every link shows the same page,
and whatever is wrong, used, expired or revoked gets the same sentence.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.permissions import open_to_all
from sharing import hand_overs
from sharing.secret_links import keep_private, within_limit

# Attempts of one address within WINDOW_SECONDS.
MOST_ATTEMPTS = 30
WINDOW_SECONDS = 600
NOTHING = (
    "Nothing opens with this link and passphrase. One of them may be mistyped, or the file was "
    "fetched already, is too old, or was withdrawn. Ask whoever sent you the link."
)
TOO_MANY = "Too many attempts from your network. Wait ten minutes, then try again."


@open_to_all
@sensitive_variables("secret", "passphrase")
@sensitive_post_parameters("passphrase", "ticket")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for the passphrase; then say what the file is; then hand it out, once."""
    if request.method != "POST":
        return _page(request)
    if not _may_try(request):
        return _page(request, refusal=TOO_MANY, status=429)
    act: Callable[[HttpRequest, str], HttpResponse] = (
        _file if request.POST.get("ticket") else _what_it_is
    )
    return act(request, secret)


@sensitive_variables("secret")
def _what_it_is(request: HttpRequest, secret: str) -> HttpResponse:
    opened = hand_overs.open_with(secret, request.POST.get("passphrase", ""), request=request)
    if opened is None:
        return _page(request, refusal=NOTHING, status=403)
    return _page(request, opened=opened)


@sensitive_variables("secret", "content")
def _file(request: HttpRequest, secret: str) -> HttpResponse:
    taken = hand_overs.take(secret, request.POST.get("ticket", ""), request=request)
    if taken is None:
        return _page(request, refusal=NOTHING, status=403)
    found, content = taken
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=found.file_name
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return keep_private(response)


def _page(
    request: HttpRequest,
    *,
    opened: hand_overs.Opened | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"opened": opened, "refusal": refusal}
    return keep_private(render(request, "sharing/hand_over.html", context, status=status))


def _may_try(request: HttpRequest) -> bool:
    """Count an attempt of this address; False beyond the limit. Each hand-over counts its own wrong
    passphrases in the database besides."""
    who = f"hand-over:{audit.client_address(request)}"
    return within_limit(who, MOST_ATTEMPTS, WINDOW_SECONDS)
