"""Who is calling: app token, clock and signature (Sumsub: authentication)."""

from __future__ import annotations

import hmac
import re

from sumsub.sandbox.problems import Code, Problem
from sumsub.sandbox.scenario import Switches
from sumsub.sandbox.wire import Request
from sumsub.sandbox.workspaces import Directory, Workspace

WINDOW_SECONDS = 60
_TOKEN = re.compile(r"(?:(?:sbx|prd):)?[A-Za-z0-9]{24}\.[A-Za-z0-9]{32}")
_DIGITS = re.compile(r"[0-9]{1,15}")
_SIGNATURE = re.compile(r"[0-9A-Fa-f]{64}")


def authenticate(request: Request, directory: Directory, now: int, switches: Switches) -> Workspace:
    """The workspace whose app token signed this request; ``now`` is Unix seconds.

    Raises Problem 401 with 4000 to 4007, in the order: headers present (4006), token's form
    (4000), token known (4001), its second half (4002), its own limits, timestamp's form (4005),
    clock (4004), signature's form (4007), signature (4003). The token's limits, expiry and IP
    addresses, come with the status that the scenario chooses; their place is our guess.
    """
    headers = request.headers
    token = headers.get("x-app-token", "")
    stamp = headers.get("x-app-access-ts", "")
    signature = headers.get("x-app-access-sig", "")
    if not (token and stamp and signature):
        raise _incomplete(edge=switches.edge_refuses_unsigned and not (token or stamp or signature))
    workspace = _owner(token, directory)
    _check_limits(workspace, request, now, switches)
    if not _DIGITS.fullmatch(stamp):
        raise _refusal(Code.HEADER_VALUE, "Invalid value of X-App-Access-Ts")
    if abs(now - int(stamp)) > WINDOW_SECONDS:
        raise _refusal(Code.CLOCK, "Request expired")
    if not _SIGNATURE.fullmatch(signature):
        raise _refusal(Code.AUTH_PARAMETERS, "Invalid authentication parameters")
    # Sumsub documents lower-case hex; that capitals are a mismatch is our guess.
    if not hmac.compare_digest(_signed(workspace, stamp, request), signature):
        raise _refusal(Code.SIGNATURE, "Request signature mismatch")
    return workspace


def _signed(workspace: Workspace, stamp: str, request: Request) -> str:
    """The right signature: over the timestamp's own digits, leading zeros included."""
    lead = f"{stamp}{request.method}".encode()
    message = b"%s%s%s" % (lead, request.target, request.body)
    return hmac.digest(workspace.secret_key.encode(), message, "sha256").hex()


def _incomplete(*, edge: bool) -> Problem:
    """Something is missing; without anything at all it may be the edge that refuses."""
    if edge:
        return Problem(403, "error code: 1020", plain=True)
    return _refusal(Code.HEADERS_MISSING, "Not all authentication parameters are provided")


def _owner(token: str, directory: Directory) -> Workspace:
    if not _TOKEN.fullmatch(token):
        raise _refusal(Code.TOKEN_FORMAT, "Invalid app token format")
    workspace = directory.by_public_half.get(token.partition(".")[0])
    if workspace is None:
        raise _refusal(Code.TOKEN_UNKNOWN, "App token is not found")
    if not hmac.compare_digest(workspace.app_token, token):
        raise _refusal(Code.TOKEN_SECOND_HALF, "App token private part mismatch")
    return workspace


def _check_limits(workspace: Workspace, request: Request, now: int, switches: Switches) -> None:
    if workspace.token_expired(now):
        raise _limited(switches.expired_token_status, "App token is expired")
    if not workspace.admits(request.peer):
        status = switches.blocked_ip_status
        raise _limited(status, "App token may not be used from this IP address")


def _limited(status: int, text: str) -> Problem:
    """As a 401 it carries 4007, as a 403 nothing; both are our guess."""
    return Problem(status, text, Code.AUTH_PARAMETERS if status == 401 else None)


def _refusal(code: Code, text: str) -> Problem:
    return Problem(401, text, code)
